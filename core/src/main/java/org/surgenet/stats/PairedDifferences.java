package org.surgenet.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Differences of two models' scores, freed of rounding: 0.825 − 0.775 and 0.55 − 0.5 are the same
 * on paper, but not in binary. Zeros, ties, ranks, wins and tests all see the same differences.
 */
final class PairedDifferences {
    /**
     * A difference is 0 if it is below this multiple of the larger absolute score of its unit, and
     * two are equal if they differ by less than that of both. Rounding stays below 1e-15; scores
     * kept as 32-bit numbers differ by 6e-8 or more.
     */
    static final double TOLERANCE = 1e-10;

    private PairedDifferences() {}

    /**
     * Model − baseline.
     *
     * @param model one score per unit; NaN where missing
     * @param baseline of the same units
     * @return one per unit; NaN where either is missing
     */
    static double[] of(double[] model, double[] baseline) {
        double[] differences = new double[model.length];
        double[] tolerances = new double[model.length];
        for (int u = 0; u < model.length; u++) {
            differences[u] = model[u] - baseline[u];
            tolerances[u] = TOLERANCE * Math.max(Math.abs(model[u]), Math.abs(baseline[u]));
        }
        level(differences, tolerances);
        return differences;
    }

    /**
     * Gives differences whose sizes are equal up to the smaller of their tolerances the smallest
     * one's size: a large score on one unit says nothing about the rounding on others.
     */
    private static void level(double[] differences, double[] tolerances) {
        int[] order =
                IntStream.range(0, differences.length)
                        .filter(u -> !Double.isNaN(differences[u]))
                        .boxed()
                        .sorted(Comparator.comparingDouble(u -> Math.abs(differences[u])))
                        .mapToInt(Integer::intValue)
                        .toArray();
        double size = 0;
        double tolerance = Double.POSITIVE_INFINITY;
        for (int u : order) {
            double own = Math.abs(differences[u]);
            if (own - size > Math.min(tolerance, tolerances[u])) {
                size = own;
                tolerance = tolerances[u];
            }
            differences[u] = size == 0 ? 0 : Math.copySign(size, differences[u]);
        }
    }
}
