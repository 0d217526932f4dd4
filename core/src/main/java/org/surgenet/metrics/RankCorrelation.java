package org.surgenet.metrics;

import java.util.stream.IntStream;

/** Spearman's rank correlation. */
public final class RankCorrelation {
    private RankCorrelation() {}

    /**
     * The correlation of the mid-ranks of pairs of which neither value is NaN; NaN below two pairs
     * or where one side has a single value.
     *
     * @throws IllegalArgumentException if the lengths differ
     */
    public static double spearman(double[] x, double[] y) {
        Arguments.sameLength(x.length, y.length);
        int[] pairs =
                IntStream.range(0, x.length)
                        .filter(i -> !Double.isNaN(x[i]) && !Double.isNaN(y[i]))
                        .toArray();
        double[] a = ranks(x, pairs);
        double[] b = ranks(y, pairs);
        double middle = (pairs.length + 1) / 2.0;
        double both = 0;
        double first = 0;
        double second = 0;
        for (int i = 0; i < a.length; i++) {
            both += (a[i] - middle) * (b[i] - middle);
            first += (a[i] - middle) * (a[i] - middle);
            second += (b[i] - middle) * (b[i] - middle);
        }
        return both / Math.sqrt(first * second);
    }

    private static double[] ranks(double[] values, int[] pairs) {
        double[] ranks = new double[pairs.length];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = 1;
            for (int j = 0; j < ranks.length; j++) {
                double own = values[pairs[i]];
                double other = values[pairs[j]];
                ranks[i] += j == i ? 0 : other < own ? 1 : other == own ? 0.5 : 0;
            }
        }
        return ranks;
    }
}
