package org.surgenet.stats;

import java.util.stream.IntStream;
import org.surgenet.common.CounterRandom;

/**
 * The two-sided permutation test of any difference of two models' scores: under the null hypothesis
 * the models' names may as well be exchanged on each unit. Of a mean over units it is the {@link
 * SignFlipTest}. Immutable.
 *
 * <p>All 2ⁿ exchanges are counted up to {@value #EXACT} units; above, {@code draws} random ones,
 * and the observed one counts as one of them (Phipson and Smyth 2010). An exchange that leaves a
 * score undefined counts as extreme, the safe side.
 */
final class UnitSwapTest {
    /** Largest number of units whose exchanges are all counted. */
    static final int EXACT = 13;

    /** Random exchanges above that, fewer than signings because each takes a whole statistic. */
    static final int DRAWS = 10_000;

    private static final long OPERATION = 0x53574150L;

    private final int draws;
    private final long seed;

    private UnitSwapTest(int draws, long seed) {
        this.draws = draws;
        this.seed = seed;
    }

    /** 10,000 random exchanges, seed 0. */
    static UnitSwapTest withDefaults() {
        return new UnitSwapTest(DRAWS, 0);
    }

    UnitSwapTest withSeed(long value) {
        return new UnitSwapTest(draws, value);
    }

    UnitSwapTest withDraws(int value) {
        return new UnitSwapTest(value, seed);
    }

    /**
     * Share of exchanges whose difference is at least as far from 0 as the observed one.
     *
     * @param model on the same units as {@code baseline}
     */
    SignFlipTest.Result test(RunsStatistic model, RunsStatistic baseline) {
        int n = model.units();
        RunsStatistic both = model.joined(baseline);
        double observed = difference(both, new boolean[n]);
        // Differences that differ by rounding alone count as equal: too large a p-value is the
        // safe side.
        double threshold =
                Math.abs(observed) - 1e-10 * Math.max(Math.abs(model.value()), Math.abs(observed));
        if (n <= EXACT) {
            // The first unit stays: the other half of the exchanges mirrors these.
            int half = 1 << (n - 1);
            long extreme =
                    IntStream.range(0, half)
                            .parallel()
                            .filter(code -> extreme(both, bits(n, (long) code << 1), threshold))
                            .count();
            return new SignFlipTest.Result((double) extreme / half, true, 2 * half);
        }
        long extreme =
                1
                        + IntStream.range(0, draws)
                                .parallel()
                                .filter(draw -> extreme(both, random(n, draw), threshold))
                                .count();
        return new SignFlipTest.Result((double) extreme / (draws + 1), false, draws);
    }

    /** The smallest p-value that so many units can give. */
    double least(int units) {
        return units <= EXACT ? Math.scalb(2.0, -units) : 1.0 / (draws + 1);
    }

    private static boolean[] bits(int n, long code) {
        boolean[] swapped = new boolean[n];
        for (int u = 0; u < n; u++) {
            swapped[u] = (code >> u & 1) != 0;
        }
        return swapped;
    }

    private boolean[] random(int n, int draw) {
        CounterRandom random = CounterRandom.of(seed, OPERATION, draw);
        boolean[] swapped = new boolean[n];
        for (int u = 0; u < n; u++) {
            swapped[u] = random.nextInt(2) == 1;
        }
        return swapped;
    }

    private static boolean extreme(RunsStatistic both, boolean[] swapped, double threshold) {
        // Written so that NaN is extreme.
        return !(Math.abs(difference(both, swapped)) < threshold);
    }

    /**
     * @param both statistic of the model's units followed by the baseline's
     */
    private static double difference(RunsStatistic both, boolean[] swapped) {
        int n = swapped.length;
        int[] own = new int[2 * n];
        int[] others = new int[2 * n];
        for (int u = 0; u < n; u++) {
            own[swapped[u] ? n + u : u] = 1;
            others[swapped[u] ? u : n + u] = 1;
        }
        return both.value(own) - both.value(others);
    }
}
