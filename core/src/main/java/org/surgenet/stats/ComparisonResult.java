package org.surgenet.stats;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.surgenet.common.Words;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.Figure;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;

/** A comparison that has been made, for pages that show it. */
public final class ComparisonResult {
    private final Comparison comparison;
    private final List<Figure> figures;

    ComparisonResult(Comparison comparison, List<Figure> figures) {
        this.comparison = comparison;
        this.figures = List.copyOf(figures);
    }

    /** What a reader must know before believing the numbers. */
    public List<String> warnings() {
        return comparison.warnings();
    }

    /**
     * What was found on a data set of each model against its baseline, over all classes, a sentence
     * each: better or worse where the corrected p-value is below the level, else that it could not
     * be told.
     *
     * @param wanted the metrics to tell of
     */
    public List<String> findings(String dataset, Predicate<String> wanted) {
        double level = 1 - comparison.settings().confidence();
        List<String> findings = new ArrayList<>();
        for (Comparison.Group group : comparison.groups()) {
            if (!group.scores().dataset().equals(dataset)
                    || !group.scores().label().equals(ScoreRow.ALL)
                    || !wanted.test(group.scores().metric())) {
                continue;
            }
            for (Comparison.Difference d : group.differences()) {
                findings.add(finding(group.scores(), d, level));
            }
        }
        return findings;
    }

    private static String finding(ScoreTable scores, Comparison.Difference d, double level) {
        String numbers =
                String.format(
                        Locale.ROOT,
                        "%s %s, corrected %s, %s",
                        Format.difference(d.estimate()),
                        Format.interval(d.interval(), true),
                        ("p = " + Format.pValue(d.pAdjusted())).replace("= <", "< "),
                        Words.counted(d.n(), scores.unitName()));
        String where = scores.quality() + " on " + scores.dataset();
        if (!(d.pAdjusted() < level)) {
            return String.format(
                    Locale.ROOT,
                    "%s: %s and %s could not be told apart (%s).",
                    where,
                    d.model(),
                    d.baseline(),
                    numbers);
        }
        return String.format(
                Locale.ROOT,
                "%s: %s scores %s than %s (%s).",
                where,
                d.model(),
                scores.improvement(d.estimate()) > 0 ? "better" : "worse",
                d.baseline(),
                numbers);
    }

    /**
     * Ranks the models over data sets of whatever task, by one metric of each.
     *
     * @param datasets in the order wanted
     * @param metrics of several, the one that counts; else the first that there is
     * @return empty below three models or two data sets
     */
    public Optional<Figure> ranks(List<String> datasets, List<String> metrics) {
        List<ScoreTable> tables = new ArrayList<>();
        for (String dataset : datasets) {
            List<ScoreTable> own =
                    comparison.groups().stream()
                            .map(Comparison.Group::scores)
                            .filter(table -> table.dataset().equals(dataset))
                            .filter(table -> table.label().equals(ScoreRow.ALL))
                            .toList();
            own.stream()
                    .filter(table -> metrics.contains(table.metric()))
                    .findFirst()
                    .or(() -> own.stream().findFirst())
                    .ifPresent(tables::add);
        }
        return DatasetRanks.of(tables, comparison.settings());
    }

    /** Adds tables and figures to a page, without the warnings. */
    public void addTo(HtmlPage page) {
        section(page, "Models", ComparisonFiles.tables(comparison, ComparisonTables::matrix));
        section(page, "Differences", ComparisonFiles.differenceTables(comparison));
        if (!figures.isEmpty()) {
            page.section("Figures");
            figures.forEach(figure -> page.chart(figure.chart(), figure.caption()));
        }
        section(page, "Scores", ComparisonFiles.estimateTables(comparison));
        section(page, "Ranks", ComparisonFiles.tables(comparison, RankTables::ranks));
        addScaling(page);
    }

    /** Adds the fit of scores to frames and procedures, where it was asked for. */
    public void addScaling(HtmlPage page) {
        section(page, "Scaling", ComparisonFiles.tables(comparison, RankTables::scaling));
    }

    /** Adds the figures whose names are among these, in their order. */
    public void addFigures(HtmlPage page, List<String> names) {
        for (String name : names) {
            figures.stream()
                    .filter(figure -> figure.name().equals(name))
                    .forEach(figure -> page.chart(figure.chart(), figure.caption()));
        }
    }

    /** Adds the table of the models' scores with marks of significance. */
    public void addScores(HtmlPage page) {
        ComparisonFiles.tables(comparison, ComparisonTables::matrix).forEach(page::table);
    }

    /** Adds the table of differences with intervals and p-values. */
    public void addDifferences(HtmlPage page) {
        ComparisonFiles.differenceTables(comparison).forEach(page::table);
    }

    /** Adds the tables of ranks, where there are three models or more. */
    public void addRanks(HtmlPage page) {
        ComparisonFiles.tables(comparison, RankTables::ranks).forEach(page::table);
    }

    private static void section(HtmlPage page, String heading, List<Table> tables) {
        if (!tables.isEmpty()) {
            page.section(heading);
            tables.forEach(page::table);
        }
    }
}
