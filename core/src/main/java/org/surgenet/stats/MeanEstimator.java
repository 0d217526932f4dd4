package org.surgenet.stats;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.metrics.Means;

/** Scores that are means of one value per unit. */
final class MeanEstimator implements Estimator {
    private final ScoreTable table;
    private final ClusterBootstrap bootstrap;
    private final Settings settings;
    private final List<PairedTest> tests;
    private final Map<Integer, Double> power = new HashMap<>();

    MeanEstimator(ScoreTable table, ClusterBootstrap bootstrap, Settings settings) {
        this(table, bootstrap, settings, PairedTests.ALL);
    }

    /**
     * @param tests that every difference is given to, the one of the settings among them
     */
    MeanEstimator(
            ScoreTable table,
            ClusterBootstrap bootstrap,
            Settings settings,
            List<PairedTest> tests) {
        this.tests = tests;
        this.table = table;
        this.bootstrap = bootstrap;
        this.settings = settings;
    }

    @Override
    public Comparison.Estimate estimate(int model) {
        double[] values = table.values()[model];
        int n = Means.count(values);
        return new Comparison.Estimate(
                table.models().get(model),
                table.runs()[model],
                Means.mean(values),
                bootstrap.interval(values, settings.interval(), settings.confidence()),
                Means.deviation(values),
                n,
                values.length - n,
                0,
                0);
    }

    @Override
    public Gap gap(int model, int baseline) {
        double[] values = pairs(model, baseline).differences();
        return new Gap(
                Means.mean(values),
                bootstrap.interval(values, settings.interval(), settings.confidence()),
                bootstrap.means(values));
    }

    /** Two models' values on each unit, missing ones filled in where the settings say so. */
    private record Pairs(double[] own, double[] others) {
        double[] differences() {
            return PairedDifferences.of(own, others);
        }
    }

    private Pairs pairs(int model, int baseline) {
        double[] own = table.values()[model];
        double[] others = table.values()[baseline];
        return OneSidedScores.filled(table, settings)
                ? new Pairs(OneSidedScores.filled(own, others), OneSidedScores.filled(others, own))
                : new Pairs(own, others);
    }

    @Override
    public Comparison.Difference difference(int model, int baseline) {
        double[] own = table.values()[model];
        double[] others = table.values()[baseline];
        Pairs pairs = pairs(model, baseline);
        double[] values = pairs.differences();
        double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        Map<String, PairedTest.Result> tests = new LinkedHashMap<>();
        // One pair has a difference, but is no sample.
        if (present.length > 1) {
            this.tests.forEach(test -> tests.put(test.id(), test.test(present, settings)));
        }
        return new Comparison.Difference(
                table.models().get(model),
                table.models().get(baseline),
                Means.mean(values),
                bootstrap.interval(values, settings.interval(), settings.confidence()),
                tests,
                pValue(values, tests),
                Double.NaN,
                least(present),
                Double.NaN,
                0,
                Effect.of(table.improvements(values), bootstrap, settings),
                detectable(present),
                present.length,
                values.length - present.length,
                OneSidedScores.count(own, others) - OneSidedScores.count(pairs.own, pairs.others));
    }

    private double detectable(double[] differences) {
        return differences.length < 2
                ? Double.NaN
                : power.computeIfAbsent(
                                differences.length,
                                n -> new PairedPower(n, 1 - settings.confidence()).detectable())
                        * Means.deviation(differences);
    }

    /** The smallest p-value of any signs of these differences; NaN where there is no test. */
    private double least(double[] differences) {
        if (differences.length < 2 || settings.protocol() == Settings.Protocol.PAPER) {
            return Double.NaN;
        }
        return settings.test().least(differences, settings);
    }

    private double pValue(double[] differences, Map<String, PairedTest.Result> results) {
        if (results.isEmpty()) {
            return Double.NaN;
        }
        if (settings.protocol() == Settings.Protocol.PAPER) {
            double[] replicates =
                    Arrays.stream(bootstrap.means(differences))
                            .filter(v -> !Double.isNaN(v))
                            .toArray();
            return WilcoxonSignedRank.withDefaults()
                    .with(settings.zeroMethod())
                    .test(replicates)
                    .pValue();
        }
        return results.get(settings.test().id()).pValue();
    }
}
