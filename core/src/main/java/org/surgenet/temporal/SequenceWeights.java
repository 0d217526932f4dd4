package org.surgenet.temporal;

import java.util.Arrays;

/** Weights of the classes in the cross-entropy of frames. */
public enum SequenceWeights {
    /** All the same. */
    NONE {
        @Override
        double[] of(long... counts) {
            return null;
        }
    },
    /**
     * TeCNO's, by median frequency: the median of the classes' numbers of training frames, divided
     * by that of the class; 1 for a class that does not occur.
     */
    MEDIAN {
        @Override
        double[] of(long... counts) {
            long[] present = Arrays.stream(counts).filter(n -> n > 0).sorted().toArray();
            int half = present.length / 2;
            double median =
                    present.length % 2 == 1
                            ? present[half]
                            : (present[half - 1] + present[half]) / 2.0;
            return Arrays.stream(counts).mapToDouble(n -> n == 0 ? 1 : median / n).toArray();
        }
    };

    /**
     * @param counts training frames of each class
     * @return a weight for each class; null for 1 each
     */
    abstract double[] of(long... counts);
}
