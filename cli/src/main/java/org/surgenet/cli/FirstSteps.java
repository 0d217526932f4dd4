package org.surgenet.cli;

import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;

/** Watches the first steps of a training and then asks it to stop. */
final class FirstSteps implements Progress, Cancellation {
    private static final int STEPS = 4;

    private final long begun = System.nanoTime();
    private final long[] at = new long[STEPS];
    private volatile int steps;

    @Override
    public Progress.Task start(String label, String unit, long total) {
        return unit.equals("steps") ? (count, detail) -> step() : Progress.Task.NONE;
    }

    private void step() {
        if (steps < STEPS) {
            at[steps] = System.nanoTime();
            steps++;
        }
    }

    @Override
    public boolean requested() {
        return steps >= STEPS;
    }

    /** Seconds before the end of the first step, less one later step. */
    double startSeconds() {
        return steps == 0 ? 0 : Math.max(0, (at[0] - begun) * 1e-9 - stepSeconds());
    }

    /** Mean seconds of a step, the first one left out where there is another. */
    double stepSeconds() {
        if (steps < 2) {
            return steps == 0 ? 0 : (at[0] - begun) * 1e-9;
        }
        return (at[steps - 1] - at[0]) * 1e-9 / (steps - 1);
    }
}
