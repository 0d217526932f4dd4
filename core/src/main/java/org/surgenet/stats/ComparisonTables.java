package org.surgenet.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.Words;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.Table;

/** A comparison as tables: two to read, one for machines. */
final class ComparisonTables {
    private ComparisonTables() {}

    /** The models' means with intervals. */
    static Table estimates(Comparison comparison) {
        Table.Builder table =
                Table.builder("Scores of each model")
                        .text("metric", "data set", "model")
                        .numbers("mean", percent(comparison) + " CI", "SD", "n");
        for (Comparison.Group group : comparison.groups()) {
            for (Comparison.Estimate e : group.estimates()) {
                table.row(
                        metric(group.scores()),
                        group.scores().dataset(),
                        e.model(),
                        Format.score(e.estimate()),
                        Format.interval(e.interval(), false),
                        Format.score(e.deviation()),
                        Words.counted(e.n(), group.scores().unitName()));
            }
        }
        return table.note(method(comparison.settings())).build();
    }

    /** The differences of models. */
    static Table differences(Comparison comparison) {
        Table.Builder table =
                Table.builder("Differences between models")
                        .text("metric", "data set", "model − baseline")
                        .numbers(
                                "difference",
                                percent(comparison) + " CI",
                                "p",
                                "p (Holm)",
                                "effect size",
                                "win/tie/loss",
                                "n");
        for (Comparison.Group group : comparison.groups()) {
            for (Comparison.Difference d : group.differences()) {
                table.row(
                        metric(group.scores()),
                        group.scores().dataset(),
                        d.model() + " − " + d.baseline(),
                        Format.difference(d.estimate()),
                        Format.interval(d.interval(), true),
                        Format.pValue(d.pValue()),
                        Format.pValue(d.pAdjusted()),
                        Format.difference(d.effectSize()),
                        String.format(Locale.ROOT, "%d/%d/%d", d.wins(), d.ties(), d.losses()),
                        Words.counted(d.n(), group.scores().unitName()));
            }
        }
        return table.note(tests(comparison.settings())).build();
    }

    /** Everything in one long table with full precision. */
    static Table machine(Comparison comparison) {
        Table.Builder table =
                Table.builder("")
                        .text("kind", "task", "dataset", "metric", "class", "model", "baseline")
                        .numbers("estimate", "ci_low", "ci_high", "sd", "p_value", "p_adjusted")
                        .numbers("effect_size", "wins", "ties", "losses", "n", "missing")
                        .text("unit");
        for (Comparison.Group group : comparison.groups()) {
            ScoreTable scores = group.scores();
            for (Comparison.Estimate e : group.estimates()) {
                table.row(
                        row(
                                "estimate",
                                scores,
                                e.model(),
                                "",
                                e.estimate(),
                                e.interval(),
                                Format.exact(e.deviation()),
                                List.of("", "", "", "", "", ""),
                                e.n(),
                                e.missing()));
            }
            for (Comparison.Difference d : group.differences()) {
                table.row(
                        row(
                                "difference",
                                scores,
                                d.model(),
                                d.baseline(),
                                d.estimate(),
                                d.interval(),
                                "",
                                List.of(
                                        Format.exact(d.pValue()),
                                        Format.exact(d.pAdjusted()),
                                        Format.exact(d.effectSize()),
                                        Integer.toString(d.wins()),
                                        Integer.toString(d.ties()),
                                        Integer.toString(d.losses())),
                                d.n(),
                                d.dropped()));
            }
        }
        return table.build();
    }

    private static List<String> row(
            String kind,
            ScoreTable scores,
            String model,
            String baseline,
            double estimate,
            Interval interval,
            String deviation,
            List<String> tests,
            int n,
            int missing) {
        List<String> row = new ArrayList<>();
        row.addAll(List.of(kind, scores.task(), scores.dataset(), scores.metric()));
        row.addAll(List.of(scores.label(), model, baseline, Format.exact(estimate)));
        row.addAll(List.of(Format.exact(interval.low()), Format.exact(interval.high()), deviation));
        row.addAll(tests);
        row.addAll(List.of(Integer.toString(n), Integer.toString(missing), scores.unitName()));
        return row;
    }

    private static String metric(ScoreTable scores) {
        return scores.label().equals(ScoreRow.ALL)
                ? scores.metric()
                : scores.metric() + ", " + scores.label();
    }

    private static String percent(Comparison comparison) {
        return String.format(Locale.ROOT, "%.4g%%", 100 * comparison.settings().confidence())
                .replaceAll("\\.?0+%", "%");
    }

    /** How intervals were made, in a sentence for the table's foot. */
    static String method(Settings settings) {
        return String.format(
                Locale.ROOT,
                "Mean over units with a value; CI: %s interval of %,d bootstrap resamples of units,"
                        + " the same draws for all models, seed %d.",
                settings.interval() == ClusterBootstrap.Kind.BCA ? "BCa" : "percentile",
                settings.resamples(),
                settings.seed());
    }

    /** How p-values were made, in a sentence for the table's foot. */
    static String tests(Settings settings) {
        String test =
                settings.protocol() == Settings.Protocol.PAPER
                        ? "signed-rank test over bootstrap replicates (protocol 'paper', not valid"
                                + " evidence)"
                        : settings.test() == Settings.Test.WILCOXON
                                ? "two-sided Wilcoxon signed-rank test over units (zeros: "
                                        + settings.zeroMethod().name().toLowerCase(Locale.ROOT)
                                        + ")"
                                : "two-sided sign-flip permutation test over units";
        return "p: "
                + test
                + "; Holm's correction over "
                + (settings.family() == Settings.Family.METRIC
                        ? "the comparisons of each metric"
                        : "all comparisons")
                + ". Effect size: matched-pairs rank-biserial correlation. Win: the model is better"
                + " than the baseline on a unit (for brier, lower is better).";
    }
}
