package org.surgenet.task.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.surgenet.common.Words;

/** Which frames of a video have labels. */
final class Coverage {
    /** Times have at least this precision, seconds. */
    private static final double ROUNDING = 1e-3;

    private final TimedPhases labels;
    private int frames;
    private int before;
    private int after;
    private int inGaps;
    private int outOfBody;
    private double lastTime;
    private double behindSeconds;

    /**
     * @param labels null if there are none
     */
    Coverage(TimedPhases labels) {
        this.labels = labels;
    }

    /** The phase of a frame, which is counted. */
    OptionalInt at(double seconds) {
        frames++;
        lastTime = Math.max(lastTime, seconds);
        behindSeconds += seconds - Math.floor(seconds + ROUNDING);
        if (labels == null) {
            return OptionalInt.empty();
        }
        OptionalInt phase = labels.at(seconds);
        if (phase.isEmpty()) {
            count(seconds);
        }
        return phase;
    }

    private void count(double seconds) {
        if (labels.outOfBody(seconds)) {
            outOfBody++;
        } else if (seconds < labels.start()) {
            before++;
        } else if (seconds >= labels.end()) {
            after++;
        } else {
            inGaps++;
        }
    }

    boolean hasLabels() {
        return labels != null;
    }

    int frames() {
        return frames;
    }

    /** Frames behind the last label. */
    int after() {
        return after;
    }

    /** Time of the last frame, seconds. */
    double lastTime() {
        return lastTime;
    }

    /** The sum over the frames of how far each lies behind the last whole second, seconds. */
    double behindSeconds() {
        return behindSeconds;
    }

    /** Where the labels end, seconds. */
    double end() {
        return labels.end();
    }

    /** What has no label, in words; empty if everything has one. */
    String missing() {
        if (labels == null) {
            return Words.counted(frames, "frame") + " without a label left out";
        }
        List<String> parts = new ArrayList<>();
        part(parts, before, "before the first label");
        part(parts, inGaps, "in gaps of the labels");
        part(parts, after, "after the last label");
        part(parts, outOfBody, "out of the body");
        return parts.isEmpty()
                ? ""
                : Words.counted(before + inGaps + after + outOfBody, "frame")
                        + " without a label left out ("
                        + String.join(", ", parts)
                        + ")";
    }

    private static void part(List<String> parts, int count, String where) {
        if (count > 0) {
            parts.add(count + " " + where);
        }
    }
}
