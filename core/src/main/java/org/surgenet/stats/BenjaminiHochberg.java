package org.surgenet.stats;

/**
 * Benjamini and Hochberg's step-up correction (1995), which holds the expected fraction of false
 * findings among the findings, where p-values are independent or positively dependent.
 */
final class BenjaminiHochberg {
    private BenjaminiHochberg() {}

    /**
     * Adjusted p-values, in the order given: the k-th smallest of m is multiplied by m / k, made no
     * larger than its successor's. NaN stays NaN and is no member of the family.
     *
     * @throws IllegalArgumentException if a p-value is outside [0, 1]
     */
    static double[] adjust(double... pValues) {
        int[] order = PValues.ascending(pValues);
        double[] adjusted = pValues.clone();
        double ceiling = 1;
        for (int k = order.length; k >= 1; k--) {
            ceiling = Math.min(ceiling, pValues[order[k - 1]] * order.length / k);
            adjusted[order[k - 1]] = ceiling;
        }
        return adjusted;
    }
}
