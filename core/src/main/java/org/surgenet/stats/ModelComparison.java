package org.surgenet.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.Words;
import org.surgenet.metrics.Means;

/**
 * Compares models on tables of scores: intervals by a bootstrap over units with the same draws for
 * all models, p-values by tests over units, Holm's correction. Immutable.
 *
 * <p>Pairs with a missing value are dropped from a difference and counted. A resample draws from
 * all units of the table, so that the draws are the same whatever is missing.
 */
public final class ModelComparison {
    /** Below this many units a warning says how little they can tell. */
    private static final int FEW = 10;

    private final Settings settings;

    public ModelComparison(Settings settings) {
        this.settings = settings;
    }

    /**
     * Compares.
     *
     * @param task advances by one per table
     * @throws org.surgenet.common.InterruptedRunException if asked to stop
     */
    public Comparison compare(
            List<ScoreTable> tables, Progress.Task task, Cancellation cancellation) {
        List<Comparison.Group> groups = new ArrayList<>();
        Set<String> warnings = new LinkedHashSet<>();
        if (settings.protocol() == Settings.Protocol.PAPER) {
            warnings.add(paperWarning(settings.resamples()));
        }
        for (ScoreTable table : tables) {
            cancellation.check();
            groups.add(group(table));
            warn(table, warnings);
            task.step(1, table.metric());
        }
        if (settings.family() == Settings.Family.METRIC) {
            groups.replaceAll(group -> adjust(List.of(group)).get(0));
        } else {
            groups = adjust(groups);
        }
        return new Comparison(settings, List.copyOf(groups), List.copyOf(warnings));
    }

    static String paperWarning(int resamples) {
        return String.format(
                Locale.ROOT,
                "protocol 'paper': p_value comes from a signed-rank test over %,d bootstrap"
                        + " replicates. Replicates are not independent observations; this p-value"
                        + " falls to 0 as their number grows, whatever the data, and must not be"
                        + " read as evidence. p_wilcoxon and p_permutation are taken over units.",
                resamples);
    }

    private void warn(ScoreTable table, Set<String> warnings) {
        table.notes().forEach(note -> warnings.add(table.title() + ": " + note));
        int n = table.units().size();
        if (n < FEW) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "%s: only %s; bootstrap intervals from so few are too narrow, and"
                                    + " no two-sided signed-rank p-value can be below %s",
                            table.title(),
                            Words.counted(n, table.unitName()),
                            Format.pValue(Math.scalb(2.0, -n))));
        }
        int onesided = onesided(table.values());
        if (onesided > 0) {
            warnings.add(
                    String.format(
                            Locale.ROOT,
                            "%s: on %d unit%s some models have a value and others none, as where a"
                                    + " class is absent and only some predict it (0 against"
                                    + " missing); differences leave these out, and with them such"
                                    + " errors",
                            table.title(),
                            onesided,
                            onesided == 1 ? "" : "s"));
        }
        if (!settings.baseline().isEmpty() && !table.models().contains(settings.baseline())) {
            warnings.add(table.title() + ": no scores of the baseline, so no comparison");
        }
    }

    /** Units on which some models' values are missing, but not all. */
    private static int onesided(double[][] values) {
        int units = 0;
        for (int u = 0; u < values[0].length; u++) {
            int missing = 0;
            for (double[] model : values) {
                missing += Double.isNaN(model[u]) ? 1 : 0;
            }
            units += missing > 0 && missing < values.length ? 1 : 0;
        }
        return units;
    }

    private Comparison.Group group(ScoreTable table) {
        ClusterBootstrap bootstrap =
                new ClusterBootstrap(table.units().size(), settings.resamples(), settings.seed());
        List<Comparison.Estimate> estimates = new ArrayList<>();
        for (int m = 0; m < table.models().size(); m++) {
            double[] values = table.values()[m];
            int n = Means.count(values);
            estimates.add(
                    new Comparison.Estimate(
                            table.models().get(m),
                            table.runs()[m],
                            Means.mean(values),
                            bootstrap.interval(values, settings.interval(), settings.confidence()),
                            Means.deviation(values),
                            n,
                            values.length - n));
        }
        List<Comparison.Difference> differences = new ArrayList<>();
        int baseline = table.models().indexOf(settings.baseline());
        for (int a = 0; a < table.models().size(); a++) {
            for (int b = a + 1; b < table.models().size(); b++) {
                if (settings.baseline().isEmpty()) {
                    differences.add(difference(table, bootstrap, a, b));
                } else if (a == baseline || b == baseline) {
                    differences.add(difference(table, bootstrap, a + b - baseline, baseline));
                }
            }
        }
        return new Comparison.Group(table, estimates, differences);
    }

    private Comparison.Difference difference(
            ScoreTable table, ClusterBootstrap bootstrap, int model, int baseline) {
        double[] values = new double[table.units().size()];
        for (int u = 0; u < values.length; u++) {
            // NaN where either is missing.
            values[u] = table.values()[model][u] - table.values()[baseline][u];
        }
        double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        int above = (int) Arrays.stream(present).filter(v -> v > 0).count();
        int below = (int) Arrays.stream(present).filter(v -> v < 0).count();
        WilcoxonSignedRank.Result wilcoxon = null;
        SignFlipTest.Result permutation = null;
        if (present.length > 0) {
            wilcoxon = WilcoxonSignedRank.withDefaults().with(settings.zeroMethod()).test(present);
            permutation = SignFlipTest.withDefaults().withSeed(settings.seed()).test(present);
        }
        return new Comparison.Difference(
                table.models().get(model),
                table.models().get(baseline),
                Means.mean(values),
                bootstrap.interval(values, settings.interval(), settings.confidence()),
                wilcoxon,
                permutation,
                pValue(bootstrap, values, wilcoxon, permutation),
                Double.NaN,
                present.length == 0 ? Double.NaN : WilcoxonSignedRank.rankBiserial(present),
                table.lowerIsBetter() ? below : above,
                present.length - above - below,
                table.lowerIsBetter() ? above : below,
                present.length,
                values.length - present.length);
    }

    private double pValue(
            ClusterBootstrap bootstrap,
            double[] differences,
            WilcoxonSignedRank.Result wilcoxon,
            SignFlipTest.Result permutation) {
        if (wilcoxon == null) {
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
        return settings.test() == Settings.Test.WILCOXON ? wilcoxon.pValue() : permutation.pValue();
    }

    private static List<Comparison.Group> adjust(List<Comparison.Group> family) {
        double[] adjusted =
                Holm.adjust(
                        family.stream()
                                .flatMap(group -> group.differences().stream())
                                .mapToDouble(Comparison.Difference::pValue)
                                .toArray());
        List<Comparison.Group> groups = new ArrayList<>();
        int next = 0;
        for (Comparison.Group group : family) {
            List<Comparison.Difference> differences = new ArrayList<>();
            for (Comparison.Difference difference : group.differences()) {
                differences.add(difference.adjusted(adjusted[next++]));
            }
            groups.add(new Comparison.Group(group.scores(), group.estimates(), differences));
        }
        return groups;
    }
}
