package org.surgenet.stats;

/** Holm's step-down correction, which holds the family-wise error rate under any dependence. */
final class Holm {
    private Holm() {}

    /**
     * Adjusted p-values, in the order given: the k-th smallest of m is multiplied by m − k + 1,
     * made no smaller than its predecessor's and at most 1. NaN stays NaN and is no member of the
     * family.
     *
     * @throws IllegalArgumentException if a p-value is outside [0, 1]
     */
    public static double[] adjust(double... pValues) {
        int[] order = PValues.ascending(pValues);
        double[] adjusted = pValues.clone();
        double floor = 0;
        for (int k = 0; k < order.length; k++) {
            floor = Math.max(floor, (order.length - k) * pValues[order[k]]);
            adjusted[order[k]] = Math.min(1, floor);
        }
        return adjusted;
    }
}
