package org.surgenet.task.phase;

import java.util.OptionalInt;

/** The phases of one video by time. */
interface TimedPhases {
    /** The phase at a time, seconds; empty where nothing is labelled. */
    OptionalInt at(double seconds);

    /** Where the first label begins, seconds. */
    double start();

    /** Where the last label ends, seconds. */
    double end();

    /** Whether a time without a phase is marked as outside the body. */
    default boolean outOfBody(double seconds) {
        return false;
    }
}
