package org.surgenet.metrics;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How steady a segmentation is over consecutive frames of a video: VC of VSPW (Miao 2021). Of the
 * pixels whose target keeps one class over {@code frames} consecutive frames, the fraction that is
 * predicted as that class in all of them; a unit's score is the mean over all such stretches of
 * frames. Holds the label maps of one stretch.
 */
public final class VideoConsistency {
    private final int frames;
    private final int ignored;
    private final Deque<byte[]> targets = new ArrayDeque<>();
    private final Deque<byte[]> predictions = new ArrayDeque<>();
    private final Map<String, List<Double>> units = new LinkedHashMap<>();

    /**
     * @param frames of a stretch, 2 or more
     * @param ignored the label of pixels that count nowhere
     */
    public VideoConsistency(int frames, int ignored) {
        if (frames < 2) {
            throw new IllegalArgumentException("frames (" + frames + ") must be 2 or more");
        }
        this.frames = frames;
        this.ignored = ignored;
    }

    /**
     * Adds a frame.
     *
     * @param unit whose score it counts for
     * @param follows whether it follows the frame added before in the same video without a gap
     * @param target class of each pixel
     * @param prediction likewise
     */
    public void add(String unit, boolean follows, byte[] target, byte[] prediction) {
        Arguments.sameLength(target.length, prediction.length);
        boolean sameSize = targets.isEmpty() || targets.getLast().length == target.length;
        if (!follows || !sameSize) {
            targets.clear();
            predictions.clear();
        }
        targets.addLast(target);
        predictions.addLast(prediction);
        if (targets.size() > frames) {
            targets.removeFirst();
            predictions.removeFirst();
        }
        if (targets.size() == frames) {
            units.computeIfAbsent(unit, u -> new ArrayList<>()).add(score());
        }
    }

    /** NaN where no pixel keeps its class. */
    private double score() {
        byte[] first = targets.getFirst();
        long steady = 0;
        long hit = 0;
        for (int p = 0; p < first.length; p++) {
            byte label = first[p];
            if ((label & 0xFF) == ignored || !allAre(targets, p, label)) {
                continue;
            }
            steady++;
            hit += allAre(predictions, p, label) ? 1 : 0;
        }
        return steady == 0 ? Double.NaN : (double) hit / steady;
    }

    private static boolean allAre(Deque<byte[]> maps, int pixel, byte label) {
        for (byte[] map : maps) {
            if (map[pixel] != label) {
                return false;
            }
        }
        return true;
    }

    /** A unit's score; NaN without a stretch of frames. */
    public double of(String unit) {
        return Means.mean(
                units.getOrDefault(unit, List.of()).stream()
                        .mapToDouble(Double::doubleValue)
                        .toArray());
    }

    /** How many stretches a unit has. */
    public int stretches(String unit) {
        return units.getOrDefault(unit, List.of()).size();
    }

    /** The mean over units. */
    public double mean() {
        return Means.mean(units.keySet().stream().mapToDouble(this::of).toArray());
    }
}
