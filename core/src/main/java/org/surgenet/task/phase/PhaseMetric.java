package org.surgenet.task.phase;

/** Which score of phases decides which epoch is kept. */
public enum PhaseMetric {
    /** Fraction of frames, per video. */
    ACCURACY,
    /** F1 averaged over phases, per video. */
    MACRO_F1
}
