package org.surgenet.finetune;

/** What a network says of one picture. */
sealed interface NetworkOutput {
    /**
     * A class for every pixel of the network's input.
     *
     * @param labels row by row, unsigned bytes
     */
    record LabelMap(byte[] labels) implements NetworkOutput {}

    /**
     * A phase that was decided on, whatever the probabilities say, as after smoothing over time.
     *
     * @param phase the class
     * @param probabilities by class; 0 where not told
     */
    record Phase(int phase, double[] probabilities) implements NetworkOutput {}

    /**
     * A probability for every phase (they add up to 1) or criterion (each on its own).
     *
     * @param values by class
     */
    record Probabilities(double[] values) implements NetworkOutput {
        /** The class with the highest probability, the first of several. */
        int highest() {
            int best = 0;
            for (int i = 1; i < values.length; i++) {
                if (values[i] > values[best]) {
                    best = i;
                }
            }
            return best;
        }
    }
}
