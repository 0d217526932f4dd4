package org.surgenet.stats;

import java.util.Arrays;
import org.surgenet.common.CounterRandom;

/**
 * The two-sided permutation test of a mean difference: under the null hypothesis each pair's
 * difference may as well have the other sign. Immutable.
 *
 * <p>All 2ⁿ signings are counted up to {@value #EXACT} differences that are not 0; above, {@code
 * draws} random signings, and the observed one counts as one of them (Phipson and Smyth 2010), so
 * that the p-value is never 0.
 */
final class SignFlipTest {
    /** Largest number of differences whose signings are all counted. */
    public static final int EXACT = 20;

    /** Random signings above that, by default. */
    public static final int DRAWS = 50_000;

    private static final long OPERATION = 0x5349474eL;

    private final int draws;
    private final long seed;

    private SignFlipTest(int draws, long seed) {
        this.draws = draws;
        this.seed = seed;
    }

    /** 50,000 random signings, seed 0. */
    public static SignFlipTest withDefaults() {
        return new SignFlipTest(DRAWS, 0);
    }

    public SignFlipTest withSeed(long value) {
        return new SignFlipTest(draws, value);
    }

    /**
     * @throws IllegalArgumentException if {@code value} is not positive
     */
    public SignFlipTest withDraws(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("draws (" + value + ") must be positive");
        }
        return new SignFlipTest(value, seed);
    }

    /**
     * A test's result.
     *
     * @param pValue in (0, 1]
     * @param exact whether all signings were counted
     * @param signings how many were, or were drawn
     */
    public record Result(double pValue, boolean exact, int signings) {}

    /**
     * Share of signings whose sum is at least as far from 0 as the observed one's.
     *
     * @throws IllegalArgumentException if a difference is not finite
     */
    public Result test(double[] differences) {
        double[] sizes = new double[differences.length];
        int n = 0;
        double observed = 0;
        double scale = 0;
        for (double d : differences) {
            if (!Double.isFinite(d)) {
                throw new IllegalArgumentException("a difference is not finite: " + d);
            }
            // A zero is the same under either sign.
            if (d != 0) {
                sizes[n++] = Math.abs(d);
                observed += d;
                scale += Math.abs(d);
            }
        }
        // Sums that differ by rounding alone count as equal: too large a p-value is the safe side.
        double threshold = Math.abs(observed) - 1e-10 * scale;
        return n <= EXACT ? exact(sizes, n, scale, threshold) : random(sizes, n, scale, threshold);
    }

    /** The smallest p-value that these differences could have with other signs. */
    double least(double[] differences) {
        int n = (int) Arrays.stream(differences).filter(d -> d != 0).count();
        if (n == 0) {
            return 1;
        }
        return n <= EXACT ? Math.scalb(2.0, -n) : 1.0 / (draws + 1);
    }

    private static Result exact(double[] sizes, int n, double scale, double threshold) {
        if (n == 0) {
            return new Result(1, true, 1);
        }
        // The first sign stays positive: the other half of the signings mirrors these.
        int half = 1 << (n - 1);
        int extreme = 0;
        double sum = scale;
        boolean[] negative = new boolean[n];
        for (int code = 0; ; ) {
            extreme += Math.abs(sum) >= threshold ? 1 : 0;
            if (++code == half) {
                break;
            }
            // Gray code: from one signing to the next a single sign turns.
            int turned = 1 + Integer.numberOfTrailingZeros(code);
            sum += (negative[turned] ? 2 : -2) * sizes[turned];
            negative[turned] = !negative[turned];
        }
        return new Result((double) extreme / half, true, 2 * half);
    }

    private Result random(double[] sizes, int n, double scale, double threshold) {
        CounterRandom random = CounterRandom.of(seed, OPERATION);
        double[][] sums = byteSums(sizes, n);
        int extreme = 1;
        for (int draw = 0; draw < draws; draw++) {
            double positive = 0;
            long bits = 0;
            for (int b = 0; b < sums.length; b++) {
                if (b % Long.BYTES == 0) {
                    bits = random.nextLong();
                }
                positive += sums[b][(int) (bits & 0xFF)];
                bits >>>= Byte.SIZE;
            }
            extreme += Math.abs(2 * positive - scale) >= threshold ? 1 : 0;
        }
        return new Result((double) extreme / (draws + 1), false, draws);
    }

    /** For each eight sizes the sums of all their subsets: a draw is a look-up for eight signs. */
    private static double[][] byteSums(double[] sizes, int n) {
        double[][] sums = new double[(n + Byte.SIZE - 1) / Byte.SIZE][1 << Byte.SIZE];
        for (int b = 0; b < sums.length; b++) {
            for (int code = 1; code < sums[b].length; code++) {
                int lowest = b * Byte.SIZE + Integer.numberOfTrailingZeros(code);
                // Without the lowest sign it is a smaller code.
                sums[b][code] = sums[b][code & (code - 1)] + (lowest < n ? sizes[lowest] : 0);
            }
        }
        return sums;
    }
}
