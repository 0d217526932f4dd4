package org.surgenet.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * How much better a model is than another, unit by unit and without a scale.
 *
 * @param size matched-pairs rank-biserial correlation, positive where the model tends to be better,
 *     whatever the metric's direction; NaN below two pairs
 * @param sizeInterval from the draws of the bootstrap; none where all draws give the same, as where
 *     one model is better on every unit
 * @param improvement probability that the model is better on a unit, ties counting half; NaN below
 *     two pairs
 * @param improvementInterval Wilson's interval (1927)
 * @param wins units on which the model is better
 * @param ties units on which both are equal
 * @param losses units on which the other is better
 */
record Effect(
        double size,
        Interval sizeInterval,
        double improvement,
        Interval improvementInterval,
        int wins,
        int ties,
        int losses) {

    /**
     * The effect of paired differences.
     *
     * @param improvements one per unit, positive where the model is better; NaN where missing
     */
    static Effect of(double[] improvements, ClusterBootstrap bootstrap, Settings settings) {
        double[] present = Arrays.stream(improvements).filter(v -> !Double.isNaN(v)).toArray();
        int wins = (int) Arrays.stream(present).filter(v -> v > 0).count();
        int losses = (int) Arrays.stream(present).filter(v -> v < 0).count();
        int ties = present.length - wins - losses;
        double improvement = present.length < 2 ? Double.NaN : (wins + 0.5 * ties) / present.length;
        double size = present.length < 2 ? Double.NaN : WilcoxonSignedRank.rankBiserial(present);
        return new Effect(
                size,
                present.length < 2
                        ? Interval.NONE
                        : interval(improvements, size, bootstrap, settings),
                improvement,
                wilson(improvement, present.length, settings.confidence()),
                wins,
                ties,
                losses);
    }

    private static Interval interval(
            double[] improvements, double size, ClusterBootstrap bootstrap, Settings settings) {
        Ranks ranks = new Ranks(improvements);
        Interval interval =
                ClusterBootstrap.interval(
                        bootstrap.replicates(ranks::biserial),
                        size,
                        ranks.jackknife(),
                        settings.interval(),
                        settings.confidence());
        return interval.low() == interval.high() ? Interval.NONE : interval;
    }

    /** The interval of a proportion; none where it is NaN. */
    static Interval wilson(double proportion, int trials, double confidence) {
        if (Double.isNaN(proportion)) {
            return Interval.NONE;
        }
        double z = NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + confidence) / 2);
        double shrink = 1 + z * z / trials;
        double centre = (proportion + z * z / (2 * trials)) / shrink;
        double half =
                z
                        / shrink
                        * Math.sqrt(
                                proportion * (1 - proportion) / trials
                                        + z * z / (4.0 * trials * trials));
        return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
    }

    /** Differences sorted by size once, so that signed ranks of any resample take one pass. */
    static final class Ranks {
        private final int units;
        private final double[] sorted;
        private final int[] unit;

        /**
         * @param differences NaN where missing
         */
        Ranks(double[] differences) {
            units = differences.length;
            // Zeros have no sign and are dropped, as the rank-biserial correlation does it.
            unit =
                    IntStream.range(0, units)
                            .filter(u -> Math.abs(differences[u]) > 0)
                            .boxed()
                            .sorted(Comparator.comparingDouble(u -> Math.abs(differences[u])))
                            .mapToInt(Integer::intValue)
                            .toArray();
            sorted = Arrays.stream(unit).mapToDouble(u -> differences[u]).toArray();
        }

        /** (sum of positive ranks − sum of negative ranks) / sum of ranks; 0 without any. */
        double biserial(int[] weights) {
            double positive = 0;
            double all = 0;
            double below = 0;
            for (int i = 0; i < unit.length; ) {
                double size = Math.abs(sorted[i]);
                long up = 0;
                long equal = 0;
                for (; i < unit.length && Math.abs(sorted[i]) == size; i++) {
                    equal += weights[unit[i]];
                    up += sorted[i] > 0 ? weights[unit[i]] : 0;
                }
                double rank = below + (equal + 1) / 2.0;
                positive += up * rank;
                all += equal * rank;
                below += equal;
            }
            return all == 0 ? 0 : 2 * positive / all - 1;
        }

        double[] jackknife() {
            double[] values = new double[units];
            int[] weights = new int[units];
            Arrays.fill(weights, 1);
            for (int u = 0; u < units; u++) {
                weights[u] = 0;
                values[u] = biserial(weights);
                weights[u] = 1;
            }
            return values;
        }
    }
}
