package org.surgenet.stats;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Json;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;
import org.surgenet.report.Tables;

/**
 * Writes a comparison: {@code table.md}, {@code table.tex}, {@code table.csv}, {@code forest.png},
 * {@code report.html}, and last {@code stats.json}, which marks the result as complete.
 */
public final class ComparisonFiles {
    /** Written last. */
    public static final String STATS = "stats.json";

    static final String MARKDOWN = "table.md";

    private ComparisonFiles() {}

    /** Writes all files into {@code directory}; {@code inputs} is recorded as given. */
    static void write(Path directory, Comparison comparison, ObjectNode inputs) throws IOException {
        AtomicFiles.writeString(directory.resolve(MARKDOWN), markdown(comparison));
        AtomicFiles.writeString(directory.resolve("table.tex"), latex(comparison));
        AtomicFiles.writeString(
                directory.resolve("table.csv"), Tables.csv(ComparisonTables.machine(comparison)));
        forest(comparison).write(directory.resolve("forest.png"));
        page(comparison, inputs).write(directory.resolve("report.html"));
        Json.write(directory.resolve(STATS), json(comparison, inputs));
    }

    static String markdown(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        comparison.warnings().forEach(w -> text.append("> **Note:** ").append(w).append("\n\n"));
        for (Table table : tables(comparison)) {
            text.append(Tables.markdown(table)).append('\n');
        }
        return text.toString();
    }

    private static String latex(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        comparison.warnings().forEach(w -> text.append("% ").append(w).append('\n'));
        List<Table> tables = tables(comparison);
        for (int i = 0; i < tables.size(); i++) {
            text.append(Tables.latex(tables.get(i), i == 0 ? "tab:scores" : "tab:differences"));
        }
        return text.toString();
    }

    private static List<Table> tables(Comparison comparison) {
        Table differences = ComparisonTables.differences(comparison);
        return differences.rows().isEmpty()
                ? List.of(ComparisonTables.estimates(comparison))
                : List.of(ComparisonTables.estimates(comparison), differences);
    }

    /** Differences around 0; the models' scores where there is nothing to compare. */
    private static Chart forest(Comparison comparison) {
        boolean compared = comparison.groups().stream().anyMatch(g -> !g.differences().isEmpty());
        return compared ? differences(comparison) : estimates(comparison);
    }

    private static Chart differences(Comparison comparison) {
        List<Charts.Interval> lines = new ArrayList<>();
        for (Comparison.Group group : comparison.groups()) {
            for (Comparison.Difference d : group.differences()) {
                lines.add(
                        new Charts.Interval(
                                group.scores().title(),
                                d.model() + " − " + d.baseline(),
                                d.estimate(),
                                d.interval().low(),
                                d.interval().high(),
                                Format.difference(d.estimate())
                                        + " "
                                        + Format.interval(d.interval(), true)
                                        + ("   p = " + Format.pValue(d.pAdjusted()))
                                                .replace("= <", "< "),
                                d.pAdjusted() < 1 - comparison.settings().confidence()));
            }
        }
        return Charts.forest(
                "Differences between models (mean over units)",
                "model − baseline; p after Holm's correction, filled where below "
                        + level(comparison.settings()),
                lines,
                0);
    }

    private static String level(Settings settings) {
        return String.format(Locale.ROOT, "%.3f", 1 - settings.confidence()).replaceAll("0+$", "");
    }

    private static Chart estimates(Comparison comparison) {
        List<Charts.Interval> lines = new ArrayList<>();
        for (Comparison.Group group : comparison.groups()) {
            for (Comparison.Estimate e : group.estimates()) {
                lines.add(
                        new Charts.Interval(
                                group.scores().title(),
                                e.model(),
                                e.estimate(),
                                e.interval().low(),
                                e.interval().high(),
                                Format.score(e.estimate())
                                        + " "
                                        + Format.interval(e.interval(), false),
                                true));
            }
        }
        return Charts.forest("Scores of each model", "mean over units", lines, Double.NaN);
    }

    private static HtmlPage page(Comparison comparison, ObjectNode inputs) {
        HtmlPage page =
                HtmlPage.titled(
                        "Comparison of models",
                        "Means over patients or videos, with intervals and tests that take these as"
                                + " the independent observations.");
        comparison.warnings().forEach(page::warning);
        Table differences = ComparisonTables.differences(comparison);
        if (!differences.rows().isEmpty()) {
            page.section("Differences")
                    .chart(differences(comparison), "Mean differences with intervals")
                    .table(differences);
        }
        page.section("Scores")
                .chart(estimates(comparison), "Means with intervals")
                .table(ComparisonTables.estimates(comparison));
        Map<String, String> facts = new LinkedHashMap<>();
        inputs.get("settings")
                .properties()
                .forEach(e -> facts.put(e.getKey().replace('_', ' '), e.getValue().asText()));
        inputs.get("inputs")
                .forEach(
                        file ->
                                facts.put(
                                        file.get("path").asText(),
                                        "sha256 " + file.get("sha256").asText()));
        return page.section("How it was made").facts(facts);
    }

    private static ObjectNode json(Comparison comparison, ObjectNode inputs) {
        ObjectNode root = inputs.deepCopy();
        ArrayNode warnings = root.putArray("warnings");
        comparison.warnings().forEach(warnings::add);
        ArrayNode groups = root.putArray("metrics");
        for (Comparison.Group group : comparison.groups()) {
            ScoreTable scores = group.scores();
            ObjectNode node = groups.addObject();
            node.put("task", scores.task());
            node.put("dataset", scores.dataset());
            node.put("metric", scores.metric());
            node.put("class", scores.label());
            node.put("unit", scores.unitName());
            node.put("n", group.units());
            ArrayNode units = node.putArray("units");
            scores.units().forEach(units::add);
            ArrayNode models = node.putArray("models");
            group.estimates().forEach(e -> json(models.addObject(), e, scores.unitName()));
            ArrayNode differences = node.putArray("comparisons");
            group.differences().forEach(d -> json(differences.addObject(), d, scores.unitName()));
        }
        return root;
    }

    private static void json(ObjectNode node, Comparison.Estimate e, String unit) {
        node.put("model", e.model());
        number(node, "estimate", e.estimate());
        number(node, "ci_low", e.interval().low());
        number(node, "ci_high", e.interval().high());
        number(node, "sd", e.deviation());
        node.put("n", e.n());
        node.put("missing", e.missing());
        node.put("runs", e.runs());
        node.put("unit", unit);
    }

    private static void json(ObjectNode node, Comparison.Difference d, String unit) {
        node.put("model", d.model());
        node.put("baseline", d.baseline());
        number(node, "estimate", d.estimate());
        number(node, "ci_low", d.interval().low());
        number(node, "ci_high", d.interval().high());
        number(node, "p_value", d.pValue());
        number(node, "p_adjusted", d.pAdjusted());
        number(node, "effect_size", d.effectSize());
        if (d.wilcoxon() != null) {
            number(node, "p_wilcoxon", d.wilcoxon().pValue());
            number(node, "wilcoxon_statistic", d.wilcoxon().statistic());
            node.put("wilcoxon_exact", d.wilcoxon().exact());
            number(node, "p_permutation", d.permutation().pValue());
            node.put("permutation_exact", d.permutation().exact());
        }
        node.put("wins", d.wins());
        node.put("ties", d.ties());
        node.put("losses", d.losses());
        node.put("n", d.n());
        node.put("dropped", d.dropped());
        node.put("unit", unit);
    }

    /** JSON has no NaN: missing numbers are null. */
    private static void number(ObjectNode node, String field, double value) {
        if (Double.isNaN(value)) {
            node.putNull(field);
        } else {
            node.put(field, value + 0.0);
        }
    }
}
