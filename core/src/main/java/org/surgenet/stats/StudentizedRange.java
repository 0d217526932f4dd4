package org.surgenet.stats;

import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The range of k independent standard normal numbers: the studentised range with infinitely many
 * degrees of freedom, which is that of Nemenyi's test. No library on Maven Central that is kept has
 * it. Values agree with scipy 1.17.1 to 1e-9, and with the table of Demšar (2006).
 */
final class StudentizedRange {
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);
    private static final double TAIL = 9;
    private static final int STEPS = 2000;

    private StudentizedRange() {}

    /**
     * Probability that the range of {@code k} numbers is above {@code q}: 1 − k ∫ φ(z) (Φ(z) − Φ(z
     * − q))ᵏ⁻¹ dz.
     *
     * @param k at least 2
     */
    static double above(double q, int k) {
        if (k < 2) {
            throw new IllegalArgumentException("k (" + k + ") must be at least 2");
        }
        if (q <= 0) {
            return 1;
        }
        // Simpson's rule; the integrand is smooth and vanishes at both ends.
        double width = 2 * TAIL / STEPS;
        double sum = 0;
        for (int i = 0; i <= STEPS; i++) {
            double z = -TAIL + i * width;
            double between = NORMAL.cumulativeProbability(z) - NORMAL.cumulativeProbability(z - q);
            double weight = i == 0 || i == STEPS ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * NORMAL.density(z) * Math.pow(between, k - 1);
        }
        return Math.max(0, Math.min(1, 1 - k * sum * width / 3));
    }

    /** The value that the range exceeds with probability {@code level}. */
    static double critical(double level, int k) {
        double low = 0;
        double high = 2;
        while (above(high, k) > level) {
            high *= 2;
        }
        for (int i = 0; i < 60; i++) {
            double middle = (low + high) / 2;
            if (above(middle, k) > level) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
