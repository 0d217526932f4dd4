package org.surgenet.task.phase;

/**
 * The phase of a frame.
 *
 * @param phase the class; where something smoothed over time, not always the most probable one
 * @param probabilities by class, which add up to 1; empty where not told
 */
record PhaseOutput(int phase, double[] probabilities) {
    /** The most probable phase, the first of several. */
    static PhaseOutput of(double[] probabilities) {
        int best = 0;
        for (int i = 1; i < probabilities.length; i++) {
            if (probabilities[i] > probabilities[best]) {
                best = i;
            }
        }
        return new PhaseOutput(best, probabilities);
    }
}
