package org.surgenet.stats;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.Words;
import org.surgenet.metrics.Metric;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.Table;

/** A comparison as tables: two to read, one for machines. */
final class ComparisonTables {
    private static final String RECOMPUTED =
            "A metric whose name says what it is computed over is not the mean of one number per"
                + " unit: it is recomputed on each resample, and p is that of the permutation of"
                + " the two models' predictions, unit by unit. Effect size and wins compare the"
                + " units one by one, as far as each has a score of its own.";

    private ComparisonTables() {}

    private static boolean recomputed(Comparison comparison) {
        return comparison.groups().stream().anyMatch(g -> g.scores().recomputed().isPresent());
    }

    /**
     * The models' scores with intervals.
     *
     * @param suffix of the caption
     */
    static Table estimates(Comparison comparison, String suffix) {
        Table.Builder table =
                Table.builder("Scores of each model" + suffix)
                        .text("metric", "data set", "model")
                        .numbers("score", Format.percent(comparison.settings()) + " CI", "SD", "n");
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
        return table.note(method(comparison)).build();
    }

    /**
     * The differences of models.
     *
     * @param suffix of the caption
     */
    static Table differences(Comparison comparison, String suffix) {
        String correction = comparison.settings().correction().label();
        Table.Builder table =
                Table.builder("Differences between models" + suffix)
                        .text("metric", "data set", "model − baseline")
                        .numbers(
                                "difference",
                                Format.percent(comparison.settings()) + " CI",
                                "p",
                                "p (" + correction + ")",
                                "effect size",
                                "P(better)",
                                "win/tie/loss",
                                "n",
                                "m",
                                "least p (" + correction + ")");
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
                        Format.with(
                                Format.difference(d.effect().size()),
                                d.effect().sizeInterval(),
                                true),
                        Format.with(
                                Format.score(d.effect().improvement()),
                                d.effect().improvementInterval(),
                                false),
                        String.format(
                                Locale.ROOT,
                                "%d/%d/%d",
                                d.effect().wins(),
                                d.effect().ties(),
                                d.effect().losses()),
                        Words.counted(d.n(), group.scores().unitName()),
                        Format.family(d.family()),
                        Format.pValue(d.pLeastAdjusted()));
            }
        }
        table.note(tests(comparison.settings()));
        power(comparison).ifPresent(table::note);
        if (recomputed(comparison)) {
            table.note(RECOMPUTED);
        }
        return table.build();
    }

    /** Which differences few units are likely to miss; nothing where they are not few. */
    private static Optional<String> power(Comparison comparison) {
        List<Comparison.Group> few =
                comparison.groups().stream()
                        .filter(g -> g.units() < IntervalCoverage.ENOUGH)
                        .toList();
        DoubleSummaryStatistics found =
                few.stream()
                        .flatMap(g -> g.differences().stream())
                        .mapToDouble(Comparison.Difference::detectable)
                        .filter(d -> d > 0)
                        .summaryStatistics();
        if (found.getCount() == 0) {
            return Optional.empty();
        }
        IntSummaryStatistics n = few.stream().mapToInt(Comparison.Group::units).summaryStatistics();
        String units = few.get(0).scores().unitName() + "s";
        return Optional.of(
                String.format(
                        Locale.ROOT,
                        "Power: with %s %s, a true difference of %s is found four times in five"
                            + " before any correction (paired t-test, spread as in each row;"
                            + " detectable_difference in table.csv); a smaller one is missed more"
                            + " often, so a large p does not show that the models are equal.",
                        range(Integer.toString(n.getMin()), Integer.toString(n.getMax())),
                        units,
                        range(Format.score(found.getMin()), Format.score(found.getMax()))));
    }

    private static String range(String least, String most) {
        return least.equals(most) ? least : least + " to " + most;
    }

    /**
     * Models × metrics, each score with its interval and a mark where it differs from the
     * baseline's; empty without a baseline.
     *
     * @param suffix of the caption
     */
    static Table matrix(Comparison comparison, String suffix) {
        String baseline = comparison.settings().baseline();
        List<Comparison.Group> columns =
                comparison.groups().stream()
                        .filter(g -> g.scores().label().equals(ScoreRow.ALL))
                        .toList();
        Table.Builder table = Table.builder("Models against " + baseline + suffix).text("model");
        boolean several = columns.stream().map(g -> g.scores().dataset()).distinct().count() > 1;
        for (Comparison.Group g : columns) {
            String dataset = several ? ", " + g.scores().dataset() : "";
            table.numbers(metric(g.scores()) + dataset);
        }
        if (baseline.isEmpty()) {
            return table.build();
        }
        List<String> models =
                columns.stream().flatMap(g -> g.scores().models().stream()).distinct().toList();
        for (String model : models) {
            List<String> row = new ArrayList<>(List.of(model));
            columns.forEach(g -> row.add(cell(g, model, comparison.settings())));
            table.row(row);
        }
        return table.note(
                        "* better, † worse than "
                                + baseline
                                + ", p < "
                                + Format.level(comparison.settings())
                                + " after correction; scores without a mark are not told apart"
                                + " from it.")
                .note(method(comparison))
                .note(tests(comparison.settings()))
                .note(units(comparison))
                .build();
    }

    private static String units(Comparison comparison) {
        return comparison.groups().stream()
                .map(
                        g ->
                                Words.counted(g.units(), g.scores().unitName())
                                        + " of "
                                        + g.scores().dataset())
                .distinct()
                .collect(Collectors.joining(", ", "n: ", "."));
    }

    private static String cell(Comparison.Group group, String model, Settings settings) {
        int m = group.scores().models().indexOf(model);
        if (m < 0) {
            return Format.score(Double.NaN);
        }
        Comparison.Estimate e = group.estimates().get(m);
        String mark =
                group.differences().stream()
                        .filter(d -> d.model().equals(model))
                        .filter(d -> d.pAdjusted() < 1 - settings.confidence())
                        .findFirst()
                        .map(d -> group.scores().improvement(d.estimate()) > 0 ? "*" : "†")
                        .orElse("");
        return Format.score(e.estimate()) + mark + " " + Format.interval(e.interval(), false);
    }

    /** Everything in one long table with full precision. */
    static Table machine(Comparison comparison) {
        Table.Builder table =
                Table.builder("")
                        .text("kind", "task", "dataset", "metric", "class", "model", "baseline")
                        .numbers("estimate", "ci_low", "ci_high", "sd", "p_value", "p_adjusted")
                        .numbers("effect_size", "wins", "ties", "losses", "n", "missing")
                        .text("unit", "better")
                        .numbers("improvement", "filled")
                        .numbers("family_size", "p_least", "p_least_adjusted")
                        .numbers("effect_size_ci_low", "effect_size_ci_high")
                        .numbers("probability_of_improvement")
                        .numbers("probability_of_improvement_ci_low")
                        .numbers("probability_of_improvement_ci_high", "detectable_difference");
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
                                e.missing(),
                                Double.NaN,
                                0,
                                List.of("", "", "", "", "", "", "", "", "")));
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
                                        Format.exact(d.effect().size()),
                                        Integer.toString(d.effect().wins()),
                                        Integer.toString(d.effect().ties()),
                                        Integer.toString(d.effect().losses())),
                                d.n(),
                                d.dropped(),
                                scores.improvement(d.estimate()),
                                d.filled(),
                                List.of(
                                        Integer.toString(d.family()),
                                        Format.exact(d.pLeast()),
                                        Format.exact(d.pLeastAdjusted()),
                                        Format.exact(d.effect().sizeInterval().low()),
                                        Format.exact(d.effect().sizeInterval().high()),
                                        Format.exact(d.effect().improvement()),
                                        Format.exact(d.effect().improvementInterval().low()),
                                        Format.exact(d.effect().improvementInterval().high()),
                                        Format.exact(d.detectable()))));
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
            int missing,
            double improvement,
            int filled,
            List<String> family) {
        List<String> row = new ArrayList<>();
        row.addAll(List.of(kind, scores.task(), scores.dataset(), scores.metric()));
        row.addAll(List.of(scores.label(), model, baseline, Format.exact(estimate)));
        row.addAll(List.of(Format.exact(interval.low()), Format.exact(interval.high()), deviation));
        row.addAll(tests);
        row.addAll(List.of(Integer.toString(n), Integer.toString(missing), scores.unitName()));
        row.add(scores.direction().name().toLowerCase(Locale.ROOT));
        row.add(Format.exact(improvement));
        row.add(Integer.toString(filled));
        row.addAll(family);
        return row;
    }

    private static String metric(ScoreTable scores) {
        String name = Metric.name(scores.metric());
        if (!scores.label().equals(ScoreRow.ALL)) {
            name += ", " + scores.label();
        }
        List<String> remarks = new ArrayList<>();
        scores.recomputed().ifPresent(r -> remarks.add("over " + r.over()));
        if (scores.lowerIsBetter()) {
            remarks.add("lower is better");
        }
        return remarks.isEmpty() ? name : name + " (" + String.join("; ", remarks) + ")";
    }

    /** How intervals were made, in a sentence for the table's foot. */
    static String method(Comparison comparison) {
        Settings settings = comparison.settings();
        String unit = comparison.groups().get(0).scores().unitName();
        boolean recomputed = recomputed(comparison);
        return String.format(
                Locale.ROOT,
                "Score: mean over %ss with a value%s; SD: over %ss%s. CI: %s interval of %,d"
                        + " bootstrap resamples of %ss, the same draws for all models, seed %d.",
                unit,
                recomputed ? ", unless the metric says over what it is taken" : "",
                unit,
                recomputed ? " taken one by one" : "",
                switch (settings.interval()) {
                    case PERCENTILE -> "percentile";
                    case EXPANDED -> "expanded percentile";
                    case BCA -> "BCa";
                },
                settings.resamples(),
                unit,
                settings.seed());
    }

    /** How p-values were made, in a sentence for the table's foot. */
    static String tests(Settings settings) {
        String test =
                settings.protocol() == Settings.Protocol.PAPER
                        ? "signed-rank test over bootstrap replicates (protocol 'paper', not valid"
                                + " evidence)"
                        : settings.test().description(settings);
        return "p: "
                + test
                + "; "
                + settings.correction().label()
                + "'s correction over "
                + switch (settings.family()) {
                    case TABLE -> "all m comparisons of this table";
                    case METRIC ->
                            "the m comparisons of each metric, over all data sets and classes";
                    case ALL -> "all m comparisons of the run";
                }
                + "; least p: the smallest that so many units can give after it. Difference: model"
                + " − baseline; where a metric says 'lower is better', a negative one is an"
                + " improvement. Effect size: matched-pairs rank-biserial correlation, positive"
                + " where the model is better, with an interval from the same draws. P(better):"
                + " probability that the model is better on a unit, ties counting half, with"
                + " Wilson's interval. Win: the model is better than the baseline on a"
                + " unit; differences within 1e-10 of a unit's larger score are ties.";
    }
}
