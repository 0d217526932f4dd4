package org.surgenet.task.seg;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.Words;
import org.surgenet.dataset.Sample;

/** Which frames follow each other in a video without a gap, by their times. */
final class FrameOrder {
    /** A frame later than this many of the smallest distances leaves a gap. */
    private static final double GAP = 1.5;

    private final Map<String, Double> smallest = new HashMap<>();
    private final int untimed;
    private Sample before;

    /**
     * @param samples in the order in which {@link #follows} is asked
     */
    FrameOrder(List<? extends Sample> samples) {
        Sample last = null;
        int without = 0;
        for (Sample sample : samples) {
            without += Double.isNaN(sample.timeSeconds()) ? 1 : 0;
            if (last != null && last.video().equals(sample.video())) {
                double distance = sample.timeSeconds() - last.timeSeconds();
                if (distance > 0) {
                    smallest.merge(sample.video(), distance, Math::min);
                }
            }
            last = sample;
        }
        untimed = without;
    }

    /** Whether the sample follows the one that was asked for before. */
    boolean follows(Sample sample) {
        Sample last = before;
        before = sample;
        if (last == null || !last.video().equals(sample.video())) {
            return false;
        }
        double distance = sample.timeSeconds() - last.timeSeconds();
        return distance > 0 && distance <= GAP * smallest.get(sample.video());
    }

    /** What could not be ordered, for a note. */
    String described() {
        return untimed == 0
                ? "all have a time."
                : Words.counted(untimed, "image") + " without a time cannot be ordered.";
    }
}
