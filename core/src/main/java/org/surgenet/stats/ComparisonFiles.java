package org.surgenet.stats;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Informing;
import org.surgenet.common.Json;
import org.surgenet.report.Figure;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;
import org.surgenet.report.Tables;

/**
 * Writes a comparison: {@code table.md}, {@code table.tex}, {@code table.csv}, figures as PNG and
 * SVG, {@code report.html}, and last {@code stats.json}, which marks the result as complete.
 */
final class ComparisonFiles {
    /** Written last. */
    public static final String STATS = "stats.json";

    static final String MARKDOWN = "table.md";

    /** All that {@link #write} writes whatever it compares. */
    private static final List<String> ALWAYS =
            List.of(MARKDOWN, "table.tex", "table.csv", "report.html", STATS);

    /** In {@link #STATS}: the figures that were drawn, which depend on what was compared. */
    private static final String FIGURES = "figures";

    private ComparisonFiles() {}

    /** All files of a result, by its {@code stats.json}. */
    static List<String> of(JsonNode stats) {
        List<String> files = new ArrayList<>(ALWAYS);
        stats.path(FIGURES).forEach(name -> files.add(name.asText()));
        return files;
    }

    /** Writes all files into {@code directory}; {@code inputs} is recorded as given. */
    static ComparisonResult write(Path directory, Comparison comparison, ObjectNode inputs)
            throws IOException {
        AtomicFiles.writeString(directory.resolve(MARKDOWN), markdown(comparison));
        AtomicFiles.writeString(directory.resolve("table.tex"), latex(comparison));
        AtomicFiles.writeString(
                directory.resolve("table.csv"), Tables.csv(ComparisonTables.machine(comparison)));
        Informing charts = new Informing("charts");
        List<Figure> figures = new ArrayList<>();
        charts.run(
                () -> {
                    for (Figure figure : ComparisonFigures.of(comparison)) {
                        figure.write(directory);
                        figures.add(figure);
                    }
                });
        ComparisonResult result = new ComparisonResult(comparison, figures);
        page(result, inputs).write(directory.resolve("report.html"));
        ObjectNode stats = json(comparison, inputs);
        ArrayNode drawn = stats.putArray(FIGURES);
        for (Figure figure : figures) {
            figure.files().forEach(drawn::add);
        }
        Json.write(directory.resolve(STATS), stats);
        return result;
    }

    static String markdown(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        comparison
                .warnings()
                .forEach(
                        w ->
                                text.append("> **Note:** ")
                                        .append(Tables.markdownLine(w))
                                        .append("\n\n"));
        for (Table table : tables(comparison)) {
            text.append(Tables.markdown(table)).append('\n');
        }
        return text.toString();
    }

    private static String latex(Comparison comparison) {
        StringBuilder text = new StringBuilder();
        // A line break in a name must not end the comment.
        comparison
                .warnings()
                .forEach(w -> text.append("% ").append(w.replaceAll("\\R", " ")).append('\n'));
        List<Table> tables = tables(comparison);
        tables.forEach(table -> text.append(Tables.latex(table, label(table))));
        return text.toString();
    }

    private static List<Table> tables(Comparison comparison) {
        List<Table> tables = new ArrayList<>(tables(comparison, ComparisonTables::matrix));
        tables.addAll(estimateTables(comparison));
        tables.addAll(differenceTables(comparison));
        tables.addAll(tables(comparison, RankTables::ranks));
        tables.addAll(tables(comparison, RankTables::scaling));
        return tables;
    }

    static List<Table> estimateTables(Comparison comparison) {
        return tables(comparison, ComparisonTables::estimates);
    }

    static List<Table> differenceTables(Comparison comparison) {
        return tables(comparison, ComparisonTables::differences);
    }

    /** One table per task, without empty ones. */
    static List<Table> tables(Comparison comparison, BiFunction<Comparison, String, Table> of) {
        List<String> tasks = comparison.tasks();
        return tasks.stream()
                .map(task -> of.apply(comparison.only(task), tasks.size() > 1 ? ": " + task : ""))
                .filter(table -> !table.rows().isEmpty())
                .toList();
    }

    /** The caption tells the tables of several tasks apart, and so does this. */
    private static String label(Table table) {
        String kind = "tab:" + table.caption().replaceFirst("[ :].*", "").toLowerCase(Locale.ROOT);
        int colon = table.caption().indexOf(": ");
        return colon < 0
                ? kind
                : kind
                        + "-"
                        + table.caption().substring(colon + 2).replaceAll("[^A-Za-z0-9]+", "-");
    }

    private static HtmlPage page(ComparisonResult result, ObjectNode inputs) {
        HtmlPage page =
                HtmlPage.titled(
                        "Comparison of models",
                        "Scores with intervals and tests that take patients or videos as"
                                + " the independent observations.");
        result.warnings().forEach(page::warning);
        result.addTo(page);
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
            node.put("better", scores.direction().name().toLowerCase(Locale.ROOT));
            node.put("unit", scores.unitName());
            node.put("quantity", scores.quantity());
            node.put("n", group.units());
            ArrayNode units = node.putArray("units");
            scores.units().forEach(units::add);
            ArrayNode models = node.putArray("models");
            group.estimates().forEach(e -> json(models.addObject(), e, scores.unitName()));
            ArrayNode differences = node.putArray("comparisons");
            group.differences().forEach(d -> json(differences.addObject(), d, scores));
        }
        ArrayNode rankings = root.putArray("rankings");
        comparison.rankings().forEach(r -> json(rankings.addObject(), r));
        ArrayNode fits = root.putArray("scaling");
        comparison.fits().forEach(f -> json(fits.addObject(), f));
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
        node.put("undefined_resamples", e.undefined());
        node.put("partial_resamples", e.partial());
        node.put("runs", e.runs());
        node.put("unit", unit);
    }

    private static void json(ObjectNode node, Comparison.Difference d, ScoreTable scores) {
        node.put("model", d.model());
        node.put("baseline", d.baseline());
        number(node, "estimate", d.estimate());
        number(node, "ci_low", d.interval().low());
        number(node, "ci_high", d.interval().high());
        number(node, "p_value", d.pValue());
        number(node, "p_adjusted", d.pAdjusted());
        number(node, "p_least", d.pLeast());
        number(node, "p_least_adjusted", d.pLeastAdjusted());
        node.put("family_size", d.family());
        number(node, "effect_size", d.effect().size());
        number(node, "effect_size_ci_low", d.effect().sizeInterval().low());
        number(node, "effect_size_ci_high", d.effect().sizeInterval().high());
        number(node, "probability_of_improvement", d.effect().improvement());
        number(node, "probability_of_improvement_ci_low", d.effect().improvementInterval().low());
        number(node, "probability_of_improvement_ci_high", d.effect().improvementInterval().high());
        number(node, "detectable_difference", d.detectable());
        d.tests()
                .forEach(
                        (id, result) -> {
                            number(node, "p_" + id, result.pValue());
                            if (!Double.isNaN(result.statistic())) {
                                number(node, id + "_statistic", result.statistic());
                            }
                            node.put(id + "_exact", result.exact());
                        });
        node.put("wins", d.effect().wins());
        node.put("ties", d.effect().ties());
        node.put("losses", d.effect().losses());
        node.put("n", d.n());
        node.put("dropped", d.dropped());
        node.put("filled", d.filled());
        node.put("unit", scores.unitName());
        number(node, "improvement", scores.improvement(d.estimate()));
    }

    private static void json(ObjectNode node, Ranking r) {
        node.put("task", r.task()).put("ranking", r.title()).put("over", r.over());
        ArrayNode blocks = node.putArray("blocks");
        r.blocks().forEach(blocks::add);
        ArrayNode models = node.putArray("models");
        for (int m : r.order()) {
            ObjectNode model = models.addObject();
            model.put("model", r.models().get(m)).put("mean_rank", r.test().ranks()[m]);
            ObjectNode p = model.putObject("p_nemenyi");
            for (int other : r.order()) {
                if (other != m) {
                    p.put(r.models().get(other), r.test().pairs()[m][other]);
                }
            }
        }
        number(node, "friedman_chi_squared", r.test().statistic());
        number(node, "p_friedman", r.test().pValue());
        number(node, "p_iman_davenport", r.test().pImanDavenport());
        number(node, "critical_difference", r.test().criticalDifference());
        number(node, "level", r.test().level());
    }

    private static void json(ObjectNode node, ScalingFit fit) {
        node.put("task", fit.task()).put("fit", fit.title());
        number(node, "residual_sd", fit.residual());
        node.put("degrees_of_freedom", fit.degrees());
        ArrayNode terms = node.putArray("terms");
        for (ScalingFit.Term term : fit.terms()) {
            ObjectNode t = terms.addObject().put("term", term.name());
            number(t, "estimate", term.estimate());
            number(t, "ci_low_between_models", term.betweenArms().low());
            number(t, "ci_high_between_models", term.betweenArms().high());
            number(t, "ci_low_between_units", term.betweenUnits().low());
            number(t, "ci_high_between_units", term.betweenUnits().high());
        }
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
