package org.surgenet.task;

import java.util.Arrays;

/**
 * How much there is of each class in the training part, sample by sample; see {@link
 * Task#occurrences}.
 *
 * @param classes how many there are
 * @param bySample pixels, or 1, of each class in each sample; null for one that cannot be read
 */
public record Occurrences(int classes, long[][] bySample) {
    /** Of each class, in all samples together. */
    public long[] totals() {
        long[] totals = new long[classes];
        for (long[] own : bySample) {
            for (int c = 0; own != null && c < classes; c++) {
                totals[c] += own[c];
            }
        }
        return totals;
    }

    /** Samples that show each class. */
    public int[] samplesWith() {
        int[] with = new int[classes];
        for (long[] own : bySample) {
            for (int c = 0; own != null && c < classes; c++) {
                with[c] += own[c] > 0 ? 1 : 0;
            }
        }
        return with;
    }

    /**
     * Weights that make all classes count the same, as scikit-learn's "balanced": {@code n / (K ·
     * n_c)} with n the sum over all K classes; 1 for a class that does not occur.
     */
    public double[] balancedWeights() {
        long[] totals = totals();
        double all = Arrays.stream(totals).sum();
        double[] weights = new double[classes];
        for (int c = 0; c < classes; c++) {
            weights[c] = totals[c] == 0 ? 1 : all / (classes * (double) totals[c]);
        }
        return weights;
    }

    /**
     * Chances to draw a sample with: 1 / (the number of samples that show its rarest class), as
     * repeat-factor sampling takes an image's rarest class (Gupta et al., LVIS, 2019). Samples that
     * show no class count as a class of their own; one that cannot be read is left out.
     */
    public double[] balancedChances() {
        int[] with = samplesWith();
        long none = Arrays.stream(bySample).filter(Occurrences::showsNone).count();
        double[] chances = new double[bySample.length];
        for (int i = 0; i < chances.length; i++) {
            long[] own = bySample[i];
            if (own == null) {
                continue;
            }
            long rarest = showsNone(own) ? none : Long.MAX_VALUE;
            for (int c = 0; c < classes; c++) {
                if (own[c] > 0) {
                    rarest = Math.min(rarest, with[c]);
                }
            }
            chances[i] = 1.0 / rarest;
        }
        return chances;
    }

    private static boolean showsNone(long[] own) {
        return own != null && Arrays.stream(own).allMatch(n -> n == 0);
    }
}
