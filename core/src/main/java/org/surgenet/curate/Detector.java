package org.surgenet.curate;

import java.util.List;
import java.util.Optional;

/**
 * Something that curation looks for in a frame: what it measures, and when that is a reason not to
 * keep the frame. Measuring and judging are apart: scores are kept on disk, and judged again when
 * the thresholds change. A new detector is a class and a line in {@link Detectors#ALL}; its scores
 * become columns, its thresholds options of the command.
 *
 * <p>Detectors have no state and are used by several threads at a time. How a score is measured
 * must not change without its name: files of earlier versions would mix both.
 */
interface Detector {
    /** What it measures. */
    List<Score> scores();

    /** Measures a frame: sets each of {@link #scores()}, and reads none. */
    void measure(Picture picture, FrameScores scores);

    /** The reason that it gives; empty if it never judges. */
    default Optional<Reason> reason() {
        return Optional.empty();
    }

    /** What its judgement depends on. */
    default List<Threshold> thresholds() {
        return List.of();
    }

    /**
     * What is to be done with a frame. Asked only of a detector with a reason.
     *
     * @param scores of all detectors
     */
    default Action judge(FrameScores scores, Thresholds thresholds) {
        return Action.KEEP;
    }

    /** The judgement's rule with its numbers, for people; empty for a detector without a reason. */
    default String criterion(Thresholds thresholds) {
        return "";
    }
}
