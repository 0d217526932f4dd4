package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.surgenet.common.CounterRandom;
import org.surgenet.stats.ClusterBootstrap;
import org.surgenet.stats.Interval;

/**
 * What becomes of resamples without the few units that have a rare class: by simulation, 95 %
 * intervals that keep them (as the mean of the other classes) cover the truth more often than those
 * that leave them out, which are too narrow. Ten units, the rare class in one of five; two models
 * of one distribution, but for DIFFERENT. Seed 15. With 400 studies and 500 resamples each the
 * truth lay in (keeping / leaving out, percent):
 *
 * <pre>
 *                                  10 units                    30 units
 *                             score        difference     score        difference
 * AP, rare one hard        87.8 / 86.8    96.3 / 89.8   93.8 / 92.8   94.5 / 94.3
 * AP, all alike            88.5 / 85.3    96.5 / 91.0   94.5 / 91.8   95.8 / 94.8
 * AP, models differ in it  88.3 / 87.0    89.8 / 89.3   95.3 / 94.3   95.5 / 94.8
 * Dice, rare one hard      88.5 / 76.0    94.3 / 77.5   92.5 / 91.0   91.8 / 90.5
 * Dice, all alike          92.5 / 79.5    91.8 / 81.3   92.3 / 90.8   95.0 / 93.5
 * Dice, models differ      89.3 / 79.0    89.3 / 77.0   95.3 / 93.0   92.8 / 90.0
 * </pre>
 *
 * At ten units the mean of the replicates is off by up to 0.042 (keeping) and 0.016 (leaving out);
 * at thirty by up to 0.010 and 0.006.
 */
class PartialResamplesTest {
    private static final int STUDIES = 150;
    private static final int RESAMPLES = 300;
    private static final int UNITS = 10;
    private static final int POPULATION = 10_000;
    private static final int FRAMES = 18;
    private static final double RARE = 0.2;

    private enum Scenario {
        PRECISION(true, new double[][] {{1, 2, 2}, {1, 2, 2}}),
        PRECISION_DIFFERENT(true, new double[][] {{1, 2, 2}, {3, 2, 2}}),
        DICE(false, new double[][] {{.3, .8, .8, .9}, {.3, .8, .8, .9}}),
        DICE_DIFFERENT(false, new double[][] {{.3, .8, .8, .9}, {.7, .8, .8, .9}});

        private final boolean ranked;

        /** How well a model does on a class, by model and class; the first class is rare. */
        private final double[][] quality;

        Scenario(boolean ranked, double[][] quality) {
            this.ranked = ranked;
            this.quality = quality;
        }

        /** Both models on the same units. */
        UnitStatistic[] draw(CounterRandom random, int units) {
            return ranked ? criteria(random, units) : classes(random, units);
        }

        private UnitStatistic[] criteria(CounterRandom random, int units) {
            int n = units * FRAMES;
            Ranked[][] frames = new Ranked[2][quality[0].length];
            int[] unit = IntStream.range(0, n).map(i -> i / FRAMES).toArray();
            for (int c = 0; c < frames[0].length; c++) {
                boolean[] target = new boolean[n];
                double[][] score = new double[2][n];
                for (int u = 0; u < units; u++) {
                    boolean positive = random.nextDouble() < (c == 0 ? RARE : 0.7);
                    double video = 0.7 * random.nextGaussian();
                    double[] own = {0.3 * random.nextGaussian(), 0.3 * random.nextGaussian()};
                    for (int i = u * FRAMES; i < (u + 1) * FRAMES; i++) {
                        target[i] = positive && random.nextDouble() < 0.4;
                        double both = video + 0.7 * random.nextGaussian();
                        for (int m = 0; m < 2; m++) {
                            double noise = own[m] + 0.7 * random.nextGaussian();
                            score[m][i] = (target[i] ? quality[m][c] : 0) + both + noise;
                        }
                    }
                }
                for (int m = 0; m < 2; m++) {
                    frames[m][c] = Ranked.of(unit, target, score[m]);
                }
            }
            return Arrays.stream(frames)
                    .map(f -> new RankedStatistic(units, List.of(f), Ranked::averagePrecision))
                    .toArray(UnitStatistic[]::new);
        }

        private UnitStatistic[] classes(CounterRandom random, int units) {
            ClassCounts[][][] counts = new ClassCounts[2][quality[0].length][units];
            for (int c = 0; c < counts[0].length; c++) {
                for (int u = 0; u < units; u++) {
                    boolean there = random.nextDouble() < (c == 0 ? RARE : 0.95);
                    double pixels = there ? 1000 * Math.exp(0.5 * random.nextGaussian()) : 0;
                    double patient = 0.5 * random.nextGaussian();
                    for (int m = 0; m < 2; m++) {
                        double q = quality[m][c];
                        double logit =
                                Math.log(q / (1 - q)) + patient + 0.5 * random.nextGaussian();
                        long right = (long) (pixels / (1 + Math.exp(-logit)));
                        long wrong = (long) pixels - right;
                        counts[m][c][u] = ClassCounts.of(right, wrong, wrong);
                    }
                }
            }
            return Arrays.stream(counts)
                    .map(
                            of ->
                                    new CountStatistic(
                                            units,
                                            IntStream.range(0, of.length)
                                                    .boxed()
                                                    .collect(
                                                            java.util.stream.Collectors.toMap(
                                                                    c -> "class" + c, c -> of[c])),
                                            CountStatistic.macro(k -> k.dice(EmptyScore.NAN))))
                    .toArray(UnitStatistic[]::new);
        }
    }

    private static int[] once(int units) {
        int[] weights = new int[units];
        Arrays.fill(weights, 1);
        return weights;
    }

    @ParameterizedTest
    @EnumSource
    void keepingThemCoversMoreOften(Scenario scenario) {
        UnitStatistic[] all =
                scenario.draw(CounterRandom.of(15, scenario.ordinal(), 0, 0), POPULATION);
        double[] truth = {all[0].value(once(POPULATION)), all[1].value(once(POPULATION))};
        // Of score and difference.
        int[] keeping = new int[2];
        int[] leaving = new int[2];
        int studies = 0;
        for (int draw = 0; studies < STUDIES; draw++) {
            UnitStatistic[] models =
                    scenario.draw(CounterRandom.of(15, scenario.ordinal(), UNITS, draw), UNITS);
            if (!whole(models, once(UNITS))) {
                // The rare class is in no unit: another quantity to begin with.
                continue;
            }
            studies++;
            ClusterBootstrap bootstrap = new ClusterBootstrap(UNITS, RESAMPLES, draw);
            double[] complete = bootstrap.replicates(w -> whole(models, w) ? 0 : Double.NaN);
            double[] first = bootstrap.replicates(models[0]::value);
            double[] difference = bootstrap.replicates(models[1]::value);
            Arrays.setAll(difference, i -> difference[i] - first[i]);
            count(first, complete, truth[0], 0, keeping, leaving);
            count(difference, complete, truth[1] - truth[0], 1, keeping, leaving);
        }
        System.out.printf(
                Locale.ROOT,
                "%-20s of %d studies: score %d / %d, difference %d / %d%n",
                scenario,
                STUDIES,
                keeping[0],
                leaving[0],
                keeping[1],
                leaving[1]);
        for (int i = 0; i < 2; i++) {
            assertThat(keeping[i]).isGreaterThanOrEqualTo(leaving[i]);
            assertThat(keeping[i]).isGreaterThan((int) (0.82 * STUDIES));
        }
    }

    private static boolean whole(UnitStatistic[] models, int[] weights) {
        return Arrays.stream(models)
                .flatMapToDouble(m -> Arrays.stream(m.parts(weights)))
                .noneMatch(Double::isNaN);
    }

    private static void count(
            double[] kept, double[] complete, double truth, int of, int[] keeping, int[] leaving) {
        double[] left = new double[kept.length];
        Arrays.setAll(left, i -> kept[i] + complete[i]);
        keeping[of] += covers(kept, truth) ? 1 : 0;
        leaving[of] += covers(left, truth) ? 1 : 0;
    }

    private static boolean covers(double[] replicates, double truth) {
        Interval interval =
                ClusterBootstrap.interval(
                        replicates,
                        Double.NaN,
                        new double[UNITS],
                        ClusterBootstrap.Kind.EXPANDED,
                        0.95);
        return interval.low() <= truth && truth <= interval.high();
    }
}
