package org.surgenet.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.report.Figure;

/** A comparison as figures of one page each. */
final class ComparisonFigures {
    private static final int PANELS = 6;
    private static final int DIAGRAMS = 4;
    private static final int AXES = 12;
    private static final int POLYGONS = 8;

    private ComparisonFigures() {}

    /** All that there is to draw; the forest always, the others where there is enough. */
    static List<Figure> of(Comparison comparison) {
        List<Figure> figures = new ArrayList<>();
        figures.add(forest(comparison));
        patients(comparison).ifPresent(figures::add);
        criticalDifferences(comparison).ifPresent(figures::add);
        radar(comparison).ifPresent(figures::add);
        ScalingFigure.of(comparison).ifPresent(figures::add);
        return figures;
    }

    /** Differences around 0; the models' scores where there is nothing to compare. */
    private static Figure forest(Comparison comparison) {
        boolean compared = comparison.groups().stream().anyMatch(g -> !g.differences().isEmpty());
        return compared ? differences(comparison) : estimates(comparison);
    }

    /** Lines of the scores over all classes first, as many as a page holds. */
    private static List<Charts.Interval> fitting(
            Comparison comparison, Map<Comparison.Group, List<Charts.Interval>> lines) {
        List<Charts.Interval> shown = new ArrayList<>();
        int rows = 0;
        for (boolean all : new boolean[] {true, false}) {
            for (Comparison.Group group : comparison.groups()) {
                List<Charts.Interval> of = lines.get(group);
                boolean over = group.scores().label().equals(ScoreRow.ALL);
                boolean fits = rows + of.size() < Charts.forestCapacity();
                // Of the first group as many as there is room for, of later ones all or none.
                if (over == all && !of.isEmpty() && (fits || rows == 0)) {
                    int room = Math.min(of.size(), Charts.forestCapacity() - 1);
                    shown.addAll(of.subList(0, room));
                    rows += room + 1;
                }
            }
        }
        return shown;
    }

    private static String shown(int shown, int all, String what) {
        return shown == all
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (%d of %d %s, those over all classes first; the others are in table.csv)",
                        shown,
                        all,
                        what);
    }

    private static Figure differences(Comparison comparison) {
        Map<Comparison.Group, List<Charts.Interval>> lines = new LinkedHashMap<>();
        double level = 1 - comparison.settings().confidence();
        for (Comparison.Group group : comparison.groups()) {
            List<Charts.Interval> of = new ArrayList<>();
            for (Comparison.Difference d : group.differences()) {
                of.add(
                        new Charts.Interval(
                                group.scores().heading(),
                                d.model() + " − " + d.baseline(),
                                d.estimate(),
                                d.interval().low(),
                                d.interval().high(),
                                Format.difference(d.estimate())
                                        + " "
                                        + Format.interval(d.interval(), true)
                                        + ("   p = " + Format.pValue(d.pAdjusted()))
                                                .replace("= <", "< ")
                                        + " (m = "
                                        + Format.family(d.family())
                                        + ")",
                                d.pAdjusted() < level));
            }
            lines.put(group, of);
        }
        List<Charts.Interval> fitting = fitting(comparison, lines);
        int all = lines.values().stream().mapToInt(List::size).sum();
        Chart chart =
                Charts.forest(
                        "Differences between models" + shown(fitting.size(), all, "comparisons"),
                        "model − baseline; p after "
                                + comparison.settings().correction().label()
                                + "'s correction over m comparisons, filled where below "
                                + Format.level(comparison.settings()),
                        fitting,
                        0);
        return new Figure(
                "forest",
                chart,
                FigureData.differences(comparison),
                "Differences with intervals. " + method(comparison));
    }

    private static Figure estimates(Comparison comparison) {
        Map<Comparison.Group, List<Charts.Interval>> lines = new LinkedHashMap<>();
        for (Comparison.Group group : comparison.groups()) {
            lines.put(group, scores(group, group.scores().heading()));
        }
        List<Charts.Interval> fitting = fitting(comparison, lines);
        int all = lines.values().stream().mapToInt(List::size).sum();
        return new Figure(
                "forest",
                Charts.forest(
                        "Scores of each model" + shown(fitting.size(), all, "scores"),
                        "score",
                        fitting,
                        Double.NaN),
                FigureData.estimates(comparison),
                "Scores with intervals. " + method(comparison));
    }

    private static List<Charts.Interval> scores(Comparison.Group group, String heading) {
        return group.estimates().stream()
                .map(
                        e ->
                                new Charts.Interval(
                                        heading,
                                        e.model(),
                                        e.estimate(),
                                        e.interval().low(),
                                        e.interval().high(),
                                        Format.score(e.estimate())
                                                + " "
                                                + Format.interval(e.interval(), false),
                                        true))
                .toList();
    }

    /** Each unit's scores, joined across models. */
    private static Optional<Figure> patients(Comparison comparison) {
        List<Comparison.Group> wanted =
                comparison.groups().stream()
                        .filter(g -> g.scores().label().equals(ScoreRow.ALL))
                        .filter(g -> g.scores().models().size() > 1)
                        .toList();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        List<Charts.Paired> panels =
                wanted.stream()
                        .limit(PANELS)
                        .map(
                                g ->
                                        new Charts.Paired(
                                                g.scores().heading(),
                                                g.scores().models(),
                                                g.scores().values(),
                                                scores(g, "")))
                        .toList();
        String unit = wanted.get(0).scores().unitName();
        String rest =
                wanted.size() > PANELS ? " (" + PANELS + " of " + wanted.size() + " metrics)" : "";
        return Optional.of(
                new Figure(
                        "units",
                        Charts.paired("Scores of each " + unit + rest, panels),
                        FigureData.units(wanted),
                        "A dot for each "
                                + unit
                                + ", those of one joined by a line; beside them the model's score"
                                + " with its interval. "
                                + method(comparison)));
    }

    private static Optional<Figure> criticalDifferences(Comparison comparison) {
        List<Ranking> rankings = new ArrayList<>(comparison.rankings());
        rankings.sort((a, b) -> Boolean.compare(overDatasets(b), overDatasets(a)));
        List<Charts.Ranks> panels =
                rankings.stream()
                        .limit(DIAGRAMS)
                        .map(
                                r ->
                                        new Charts.Ranks(
                                                String.format(
                                                        Locale.ROOT,
                                                        "%s: %d %ss, Friedman p %s",
                                                        r.title(),
                                                        r.blocks().size(),
                                                        r.over(),
                                                        ("= " + Format.pValue(r.test().pValue()))
                                                                .replace("= <", "< ")),
                                                r.models(),
                                                r.test().ranks(),
                                                r.test().criticalDifference()))
                        .toList();
        if (panels.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                new Figure(
                        "critical-difference",
                        Charts.criticalDifferences("Mean ranks of the models", panels),
                        FigureData.meanRanks(rankings),
                        "Mean ranks, 1 being the best. Models joined by a bar lie within the"
                                + " critical difference CD and are not told apart by Nemenyi's test"
                                + " at "
                                + Format.level(comparison.settings())
                                + "."));
    }

    private static boolean overDatasets(Ranking ranking) {
        return ranking.over().equals(Ranking.DATASETS);
    }

    /** Ranks of the models' scores over metrics and data sets. */
    private static Optional<Figure> radar(Comparison comparison) {
        List<Comparison.Group> groups =
                comparison.groups().stream()
                        .filter(g -> g.scores().label().equals(ScoreRow.ALL))
                        .toList();
        if (groups.isEmpty()) {
            return Optional.empty();
        }
        List<String> models = groups.get(0).scores().models();
        List<Comparison.Group> axes =
                groups.stream()
                        .filter(g -> g.scores().models().equals(models))
                        .filter(
                                g ->
                                        g.estimates().stream()
                                                .noneMatch(e -> Double.isNaN(e.estimate())))
                        .limit(AXES)
                        .toList();
        if (axes.size() < 3 || models.size() < 2 || models.size() > POLYGONS) {
            return Optional.empty();
        }
        double[][] ranks = new double[models.size()][axes.size()];
        for (int a = 0; a < axes.size(); a++) {
            double[] scores =
                    axes.get(a).estimates().stream()
                            .mapToDouble(Comparison.Estimate::estimate)
                            .toArray();
            double[] ranked = FriedmanNemenyi.ranks(scores, axes.get(a).scores().lowerIsBetter());
            int axis = a;
            IntStream.range(0, ranked.length).forEach(m -> ranks[m][axis] = ranked[m]);
        }
        List<String> names =
                axes.stream().map(g -> g.scores().quality() + ", " + g.scores().dataset()).toList();
        return Optional.of(
                new Figure(
                        "radar",
                        Charts.radar("Ranks of the models' scores", names, models, ranks),
                        FigureData.ranks(names, models, ranks),
                        "Rank of each model's score, 1 at the rim; ties share the mean of their"
                                + " ranks. Ranks say nothing of how far scores lie apart."));
    }

    /** What every figure says. */
    static String method(Comparison comparison) {
        Settings settings = comparison.settings();
        return String.format(
                Locale.ROOT,
                "%s intervals (%s), %,d resamples of units, seed %d.",
                Format.percent(settings),
                settings.interval().name().toLowerCase(Locale.ROOT),
                settings.resamples(),
                settings.seed());
    }
}
