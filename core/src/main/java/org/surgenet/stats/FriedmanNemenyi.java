package org.surgenet.stats;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.distribution.FDistribution;

/**
 * Friedman's test of the ranks of k models in N blocks (data sets, or patients of one) and
 * Nemenyi's comparison of all pairs, as Demšar (2006, "Statistical comparisons of classifiers over
 * multiple data sets") has them. Rank 1 is the best; ties share the mean of their ranks.
 *
 * @param ranks mean rank of each model
 * @param blocks how many there are
 * @param statistic Friedman's χ², corrected for ties
 * @param pValue of χ² with k − 1 degrees of freedom; 1 where all ranks are tied
 * @param pImanDavenport of Iman and Davenport's F, which is less conservative
 * @param criticalDifference mean ranks that differ by less are not told apart at {@code level}
 * @param level of the critical difference
 * @param pairs Nemenyi's p-value of each pair of models
 */
record FriedmanNemenyi(
        double[] ranks,
        int blocks,
        double statistic,
        double pValue,
        double pImanDavenport,
        double criticalDifference,
        double level,
        double[][] pairs) {

    /**
     * Ranks models.
     *
     * @param scores blocks × models, none missing
     * @param lowerIsBetter whether the smallest score has rank 1
     * @param level such as 0.05
     * @throws IllegalArgumentException for fewer than two blocks or three models
     */
    static FriedmanNemenyi of(double[][] scores, boolean lowerIsBetter, double level) {
        int n = scores.length;
        if (n < 2 || scores[0].length < 3) {
            throw new IllegalArgumentException("two blocks and three models are needed");
        }
        int k = scores[0].length;
        double[] means = new double[k];
        double ties = 0;
        for (double[] block : scores) {
            double[] ranks = ranks(block, lowerIsBetter);
            for (int m = 0; m < k; m++) {
                means[m] += ranks[m] / n;
            }
            ties += ties(ranks);
        }
        double squares = 0;
        for (double mean : means) {
            squares += (mean - (k + 1) / 2.0) * (mean - (k + 1) / 2.0);
        }
        // 12 N / (k (k + 1)) Σ (R − (k + 1) / 2)², divided by the share that ties leave.
        double share = 1 - ties / (n * (k * (double) k * k - k));
        double statistic = share <= 1e-12 ? 0 : 12.0 * n / (k * (k + 1.0)) * squares / share;
        double scale = Math.sqrt(k * (k + 1.0) / (6.0 * n));
        double[][] pairs = new double[k][k];
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                double q = Math.abs(means[a] - means[b]) / scale * Math.sqrt(2);
                pairs[a][b] = a == b ? 1 : StudentizedRange.above(q, k);
            }
        }
        return new FriedmanNemenyi(
                means,
                n,
                statistic,
                ChiSquaredDistribution.of(k - 1).survivalProbability(statistic),
                imanDavenport(statistic, n, k),
                StudentizedRange.critical(level, k) / Math.sqrt(2) * scale,
                level,
                pairs);
    }

    private static double imanDavenport(double statistic, int n, int k) {
        double rest = n * (k - 1.0) - statistic;
        if (rest <= 1e-9) {
            return 0;
        }
        return FDistribution.of(k - 1, (k - 1.0) * (n - 1))
                .survivalProbability((n - 1) * statistic / rest);
    }

    /** Mid-ranks of one block; scores that differ by rounding alone are tied. */
    static double[] ranks(double[] block, boolean lowerIsBetter) {
        double largest = Arrays.stream(block).map(Math::abs).max().orElse(0);
        double tolerance = PairedDifferences.TOLERANCE * largest;
        double[] ranks = new double[block.length];
        for (int m = 0; m < block.length; m++) {
            double rank = 1;
            for (int other = 0; other < block.length; other++) {
                double better = lowerIsBetter ? block[m] - block[other] : block[other] - block[m];
                if (other != m) {
                    rank += better > tolerance ? 1 : better >= -tolerance ? 0.5 : 0;
                }
            }
            ranks[m] = rank;
        }
        return ranks;
    }

    /** Σ t³ − t over groups of equal ranks. */
    private static double ties(double[] ranks) {
        double sum = 0;
        for (double rank : ranks) {
            long equal = Arrays.stream(ranks).filter(r -> r == rank).count();
            sum += (double) equal * equal - 1;
        }
        return sum;
    }
}
