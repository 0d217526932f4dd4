package org.surgenet.stats;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.surgenet.metrics.Means;

/**
 * Scores that are taken again on each resample of units, such as average precision over all frames:
 * estimate, interval and p-value are of the same quantity.
 */
final class RecomputedEstimator implements Estimator {
    private final ScoreTable table;
    private final ScoreTable.Recomputed scores;
    private final ClusterBootstrap bootstrap;
    private final Settings settings;
    private final double[] estimates;
    private final double[][] replicates;
    private final double[][] jackknives;
    private final int[] partial;

    RecomputedEstimator(
            ScoreTable table,
            ScoreTable.Recomputed scores,
            ClusterBootstrap bootstrap,
            Settings settings) {
        this.table = table;
        this.scores = scores;
        this.bootstrap = bootstrap;
        this.settings = settings;
        int models = scores.statistics().size();
        estimates = new double[models];
        replicates = new double[models][];
        jackknives = new double[models][];
        partial = new int[models];
        for (int m = 0; m < models; m++) {
            RunsStatistic statistic = scores.statistics().get(m);
            RunsStatistic.Sampled whole = statistic.sampled();
            AtomicInteger lacking = new AtomicInteger();
            estimates[m] = whole.value();
            replicates[m] =
                    bootstrap.replicates(
                            weights -> {
                                RunsStatistic.Sampled drawn = statistic.sampled(weights);
                                if (drawn.parts() < whole.parts() && !Double.isNaN(drawn.value())) {
                                    lacking.incrementAndGet();
                                }
                                return drawn.value();
                            });
            partial[m] = lacking.get();
            jackknives[m] = statistic.jackknife();
        }
    }

    @Override
    public Comparison.Estimate estimate(int model) {
        double[] values = table.values()[model];
        int defined = Means.count(replicates[model]);
        return new Comparison.Estimate(
                table.models().get(model),
                table.runs()[model],
                estimates[model],
                ClusterBootstrap.interval(
                        replicates[model],
                        estimates[model],
                        jackknives[model],
                        settings.interval(),
                        settings.confidence()),
                Means.deviation(values),
                values.length,
                0,
                replicates[model].length - defined,
                partial[model]);
    }

    @Override
    public Gap gap(int model, int baseline) {
        double estimate = estimates[model] - estimates[baseline];
        double[] resampled = minus(replicates[model], replicates[baseline]);
        return new Gap(
                estimate,
                ClusterBootstrap.interval(
                        resampled,
                        estimate,
                        minus(jackknives[model], jackknives[baseline]),
                        settings.interval(),
                        settings.confidence()),
                resampled);
    }

    @Override
    public Comparison.Difference difference(int model, int baseline) {
        Gap gap = gap(model, baseline);
        double estimate = gap.estimate();
        double[] resampled = gap.replicates();
        double[] perUnit = PairedDifferences.of(table.values()[model], table.values()[baseline]);
        int units = table.units().size();
        UnitSwapTest test = UnitSwapTest.withDefaults().withSeed(settings.seed());
        boolean tested = units > 1 && !Double.isNaN(estimate);
        SignFlipTest.Result permutation =
                tested
                        ? test.test(
                                scores.statistics().get(model), scores.statistics().get(baseline))
                        : null;
        return new Comparison.Difference(
                table.models().get(model),
                table.models().get(baseline),
                estimate,
                gap.interval(),
                permutation == null
                        ? Map.of()
                        : Map.of(
                                PairedTests.PERMUTATION.id(),
                                new PairedTest.Result(
                                        permutation.pValue(), permutation.exact(), Double.NaN)),
                pValue(resampled, permutation),
                Double.NaN,
                tested && settings.protocol() == Settings.Protocol.CLUSTER
                        ? test.least(units)
                        : Double.NaN,
                Double.NaN,
                0,
                Effect.of(table.improvements(perUnit), bootstrap, settings),
                Double.NaN,
                units,
                0,
                0);
    }

    private static double[] minus(double[] model, double[] baseline) {
        double[] differences = new double[model.length];
        Arrays.setAll(differences, i -> model[i] - baseline[i]);
        return differences;
    }

    private double pValue(double[] resampled, SignFlipTest.Result permutation) {
        if (permutation == null) {
            return Double.NaN;
        }
        if (settings.protocol() == Settings.Protocol.PAPER) {
            double[] present = Arrays.stream(resampled).filter(v -> !Double.isNaN(v)).toArray();
            return WilcoxonSignedRank.withDefaults()
                    .with(settings.zeroMethod())
                    .test(present)
                    .pValue();
        }
        return permutation.pValue();
    }
}
