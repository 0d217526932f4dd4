package org.surgenet.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The Wilcoxon signed-rank test of paired differences. Immutable; configure with the {@code with}
 * methods.
 *
 * <p>Commons-statistics' test is not used because it always ranks zeros; the zero methods here are
 * scipy's, and so are the numbers (scipy 1.10.1 and 1.17.1, without continuity correction; exact
 * p-values with ties or zeros as scipy's permutation of signs gives them).
 *
 * <p>Exact p-values condition on the sizes of the differences: ties share the mean of their ranks,
 * zeros keep what the zero method gives them, and each difference that is not 0 has either sign
 * with probability 1/2. Of m such differences no two-sided p-value can be below 2^(1−m).
 *
 * <p>Ties are found by exact equality of absolute differences. NaN is refused: pairs with a missing
 * value are the caller's to drop.
 */
final class WilcoxonSignedRank {
    /** Where the p-value comes from. */
    public enum Method {
        /** Exact up to 50 differences, else the normal approximation. */
        AUTO,
        /** The distribution of the rank sum over all signs; refused above 1000 differences. */
        EXACT,
        /** Normal approximation with tie correction, without continuity correction. */
        APPROXIMATE
    }

    /** Largest number of differences for which {@link Method#AUTO} is exact. */
    private static final int AUTO_EXACT = 50;

    /** 2^n must be a finite double. */
    private static final int MAX_EXACT = 1000;

    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private final ZeroMethod zeros;
    private final Alternative alternative;
    private final Method method;

    private WilcoxonSignedRank(ZeroMethod zeros, Alternative alternative, Method method) {
        this.zeros = zeros;
        this.alternative = alternative;
        this.method = method;
    }

    /** Two-sided, zeros dropped, exact up to 50 differences. */
    public static WilcoxonSignedRank withDefaults() {
        return new WilcoxonSignedRank(ZeroMethod.WILCOX, Alternative.TWO_SIDED, Method.AUTO);
    }

    public WilcoxonSignedRank with(ZeroMethod value) {
        return new WilcoxonSignedRank(value, alternative, method);
    }

    public WilcoxonSignedRank with(Alternative value) {
        return new WilcoxonSignedRank(zeros, value, method);
    }

    public WilcoxonSignedRank with(Method value) {
        return new WilcoxonSignedRank(zeros, alternative, value);
    }

    /**
     * A test's result.
     *
     * @param statistic the smaller rank sum for two-sided tests, otherwise the positive one
     * @param pValue in [0, 1]; 1 where every difference is 0
     * @param n how many differences there were, zeros included
     * @param zeroCount how many were exactly 0
     * @param hasTies whether absolute differences other than 0 were equal
     * @param exact whether the p-value is exact
     */
    public record Result(
            double statistic,
            double pValue,
            int n,
            int zeroCount,
            boolean hasTies,
            boolean exact) {}

    /**
     * Tests whether paired differences are centred at 0. Cost: n log n, and n³ for exact p-values.
     *
     * @param differences one per pair
     * @throws IllegalArgumentException if one is not finite, or if {@link Method#EXACT} was asked
     *     for with more than 1000 differences
     */
    public Result test(double[] differences) {
        int zeroCount = 0;
        for (double d : differences) {
            if (!Double.isFinite(d)) {
                throw new IllegalArgumentException("a difference is not finite: " + d);
            }
            zeroCount += d == 0 ? 1 : 0;
        }
        Ranks ranks = Ranks.of(differences, zeros);
        boolean exact = exact(differences.length);
        double statistic =
                alternative == Alternative.TWO_SIDED
                        ? Math.min(ranks.positive, ranks.negative)
                        : ranks.positive;
        double p;
        if (zeroCount == differences.length) {
            p = 1;
        } else if (exact) {
            p = exactP(ranks);
        } else {
            p = approximateP(statistic, ranks);
        }
        return new Result(statistic, p, differences.length, zeroCount, ranks.hasTies, exact);
    }

    /**
     * The matched-pairs rank-biserial correlation (Kerby 2014): (R₊ − R₋) / (R₊ + R₋) of the rank
     * sums without zeros; in [-1, 1], 1 where every difference is positive, 0 where there is none.
     */
    public static double rankBiserial(double[] differences) {
        Ranks ranks = Ranks.of(differences, ZeroMethod.WILCOX);
        double sum = ranks.positive + ranks.negative;
        return sum == 0 ? 0 : (ranks.positive - ranks.negative) / sum;
    }

    private boolean exact(int n) {
        if (method == Method.EXACT && n > MAX_EXACT) {
            throw new IllegalArgumentException(
                    "no exact p-value of more than " + MAX_EXACT + " differences (" + n + ")");
        }
        return method == Method.EXACT || method == Method.AUTO && n <= AUTO_EXACT;
    }

    private double exactP(Ranks ranks) {
        double[] ways = signings(ranks.signed);
        // What the zeros give to the positive sum is the same under all signs.
        int sum = (int) Math.round(2 * (ranks.positive - ranks.fromZeros));
        double total = Math.scalb(1.0, ranks.signed.length);
        double below = 0;
        for (int s = 0; s <= sum; s++) {
            below += ways[s];
        }
        double above = 0;
        for (int s = sum; s < ways.length; s++) {
            above += ways[s];
        }
        return switch (alternative) {
            case TWO_SIDED -> Math.min(1, 2 * Math.min(below, above) / total);
            case GREATER -> above / total;
            case LESS -> below / total;
        };
    }

    /**
     * Index s: in how many of all signings the positive ranks, doubled, sum to s. Exact up to 53
     * ranks.
     *
     * @param doubled ranks times 2, which are whole numbers where ranks are means of ties
     */
    private static double[] signings(int[] doubled) {
        double[] ways = new double[Arrays.stream(doubled).sum() + 1];
        ways[0] = 1;
        int reached = 0;
        for (int rank : doubled) {
            reached += rank;
            for (int s = reached; s >= rank; s--) {
                ways[s] += ways[s - rank];
            }
        }
        return ways;
    }

    private double approximateP(double statistic, Ranks ranks) {
        // E[W] = n(n+1)/4, 24 Var[W] = n(n+1)(2n+1), less the same of the zeros for Pratt's method,
        // less sum(t^3 - t)/2 over groups of t ties.
        double n = ranks.ranked;
        double mean = n * (n + 1) / 4;
        double variance = n * (n + 1) * (2 * n + 1);
        if (zeros == ZeroMethod.PRATT) {
            double z = ranks.zeros;
            mean -= z * (z + 1) / 4;
            variance -= z * (z + 1) * (2 * z + 1);
        }
        double deviation = Math.sqrt((variance - 0.5 * ranks.tieSum) / 24);
        double z = (statistic - mean) / deviation;
        return switch (alternative) {
            case TWO_SIDED -> Math.min(1, 2 * NORMAL.survivalProbability(Math.abs(z)));
            case GREATER -> NORMAL.survivalProbability(z);
            case LESS -> NORMAL.cumulativeProbability(z);
        };
    }

    /**
     * Rank sums under one zero method.
     *
     * @param fromZeros what the zeros gave to the positive sum
     * @param signed ranks of the differences that are not 0, doubled: whole numbers
     * @param ranked how many differences got a rank
     * @param zeros how many of those were 0
     * @param tieSum sum of t³ − t over groups of t equal ranks that stay in the sums
     */
    private record Ranks(
            double positive,
            double negative,
            double fromZeros,
            int[] signed,
            int ranked,
            int zeros,
            double tieSum,
            boolean hasTies) {
        static Ranks of(double[] differences, ZeroMethod method) {
            double[] d =
                    method == ZeroMethod.WILCOX
                            ? Arrays.stream(differences).filter(v -> v != 0).toArray()
                            : differences;
            int[] order =
                    IntStream.range(0, d.length)
                            .boxed()
                            .sorted(Comparator.comparingDouble(i -> Math.abs(d[i])))
                            .mapToInt(Integer::intValue)
                            .toArray();
            double positive = 0;
            double negative = 0;
            double fromZeros = 0;
            int[] signed = new int[order.length];
            int count = 0;
            int zeros = 0;
            double tieSum = 0;
            boolean hasTies = false;
            for (int start = 0; start < order.length; ) {
                double size = Math.abs(d[order[start]]);
                int end = start;
                while (end < order.length && Math.abs(d[order[end]]) == size) {
                    end++;
                }
                // Equal differences share the mean of the ranks start+1 .. end.
                double rank = (start + 1 + end) / 2.0;
                double t = (double) end - start;
                if (size != 0 || method == ZeroMethod.ZSPLIT) {
                    tieSum += t * t * t - t;
                }
                if (size == 0) {
                    zeros = end - start;
                    if (method == ZeroMethod.ZSPLIT) {
                        fromZeros = rank * t / 2;
                        positive += fromZeros;
                        negative += fromZeros;
                    }
                } else {
                    hasTies |= end - start > 1;
                    for (int i = start; i < end; i++) {
                        signed[count++] = start + 1 + end;
                        if (d[order[i]] > 0) {
                            positive += rank;
                        } else {
                            negative += rank;
                        }
                    }
                }
                start = end;
            }
            return new Ranks(
                    positive,
                    negative,
                    fromZeros,
                    Arrays.copyOf(signed, count),
                    d.length,
                    zeros,
                    tieSum,
                    hasTies);
        }
    }
}
