package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;

class BootstrapStatsTest {
    @TempDir Path folder;

    @Test
    void writesEverythingAndTheNumbersAreRight() throws IOException {
        // Differences b − a: .1 .2 .3 .4 .5 .6, all positive: p = 2/2^6, rank-biserial 1.
        Path a = scores("a", "dice", .5, .5, .5, .5, .5, .5);
        Path b = scores("b", "dice", .6, .7, .8, .9, 1.0, 1.1);

        BootstrapStats.Outcome outcome = run(settings(Settings.Family.METRIC), a, b);

        JsonNode group = stats().get("metrics").get(0);
        assertThat(group.get("n").asInt()).isEqualTo(6);
        assertThat(group.get("unit").asText()).isEqualTo("patient");
        assertThat(group.get("models").get(1).get("estimate").asDouble())
                .isCloseTo(.85, within(1e-12));
        JsonNode d = group.get("comparisons").get(0);
        assertThat(d.get("model").asText()).isEqualTo("a");
        assertThat(d.get("baseline").asText()).isEqualTo("b");
        assertThat(d.get("estimate").asDouble()).isCloseTo(-.35, within(1e-12));
        assertThat(d.get("ci_low").asDouble()).isBetween(-.6, -.35);
        assertThat(d.get("ci_high").asDouble()).isBetween(-.35, -.1);
        assertThat(d.get("p_value").asDouble()).isCloseTo(1.0 / 32, within(1e-12));
        assertThat(d.get("p_adjusted").asDouble()).isCloseTo(1.0 / 32, within(1e-12));
        assertThat(d.get("p_permutation").asDouble()).isCloseTo(1.0 / 32, within(1e-12));
        assertThat(d.get("effect_size").asDouble()).isEqualTo(-1);
        assertThat(d.get("losses").asInt()).isEqualTo(6);
        assertThat(outcome.markdown())
                .contains("| a − b ")
                .contains("-0.350")
                .contains("0.031")
                .contains("only 6 patients")
                .isEqualTo(Files.readString(output().resolve("table.md")));
        assertThat(output().resolve("forest.png")).isNotEmptyFile();
        assertThat(Files.readString(output().resolve("table.tex"))).contains("\\toprule");
        assertThat(Files.readString(output().resolve("report.html"))).contains("data:image/png");
        List<String> csv = Files.readAllLines(output().resolve("table.csv"));
        assertThat(csv).hasSize(4);
        assertThat(csv.get(0)).startsWith("kind,task,dataset,metric,class,model,baseline,estimate");
    }

    @Test
    void aSecondRunRepeatsNothing() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7);
        Path b = scores("b", "dice", .6, .7, .8);
        BootstrapStats.Outcome first = run(settings(Settings.Family.METRIC), a, b);
        Path stats = output().resolve("stats.json");
        Files.setLastModifiedTime(stats, FileTime.fromMillis(1000));

        BootstrapStats.Outcome second = run(settings(Settings.Family.METRIC), a, b);

        assertThat(first.repeated()).isFalse();
        assertThat(second.repeated()).isTrue();
        assertThat(second.markdown()).isEqualTo(first.markdown());
        assertThat(second.warnings()).isEqualTo(first.warnings());
        assertThat(Files.getLastModifiedTime(stats).toMillis()).isEqualTo(1000);
        assertThatThrownBy(() -> run(settings(Settings.Family.ALL), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("--overwrite");
    }

    @Test
    void theOrderOfLinesDoesNotMatter() throws IOException {
        double[] values = new double[15];
        double[] others = new double[15];
        CounterRandom random = CounterRandom.of(5);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextDouble();
            others[i] = random.nextDouble();
        }
        Path a = scores("a", "dice", values);
        Path b = scores("b", "dice", others);
        run(settings(Settings.Family.METRIC), a, b);
        JsonNode before = stats().get("metrics");

        List<ScoreRow> rows = new ArrayList<>(ScoresCsv.read(b));
        Collections.reverse(rows);
        ScoresCsv.write(b, rows);
        Files.delete(output().resolve("stats.json"));
        run(settings(Settings.Family.METRIC), a, b);

        assertThat(stats().get("metrics")).isEqualTo(before);
    }

    @Test
    void missingValuesAreDroppedAndCounted() throws IOException {
        Path a = scores("a", "dice", .5, Double.NaN, .7, .8);
        Path b = scores("b", "dice", .6, .7, .8, Double.NaN);

        BootstrapStats.Outcome outcome = run(settings(Settings.Family.METRIC), a, b);

        assertThat(outcome.warnings())
                .anyMatch(w -> w.contains("on 2 units some models have a value and others none"));
        JsonNode group = stats().get("metrics").get(0);
        assertThat(group.get("models").get(0).get("n").asInt()).isEqualTo(3);
        assertThat(group.get("models").get(0).get("missing").asInt()).isEqualTo(1);
        JsonNode d = group.get("comparisons").get(0);
        assertThat(d.get("n").asInt()).isEqualTo(2);
        assertThat(d.get("dropped").asInt()).isEqualTo(2);
        assertThat(d.get("estimate").asDouble()).isCloseTo(-.1, within(1e-12));
    }

    @Test
    void lowerBrierWins() throws IOException {
        Path a = scores("a", "brier", .1, .2, .3);
        Path b = scores("b", "brier", .2, .3, .3);

        run(settings(Settings.Family.METRIC), a, b);

        JsonNode d = stats().get("metrics").get(0).get("comparisons").get(0);
        assertThat(d.get("wins").asInt()).isEqualTo(2);
        assertThat(d.get("ties").asInt()).isEqualTo(1);
        assertThat(d.get("losses").asInt()).isZero();
    }

    @Test
    void differentPatientsAreAnErrorOrIntersected() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7);
        Path b = scores("b", "dice", .6, .7);

        assertThatThrownBy(() -> run(settings(Settings.Family.METRIC), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("b has no score of 1 of 3 units (p2)")
                .hasMessageContaining("--unpaired=intersect");

        Settings settings =
                settings(
                        Settings.Family.METRIC,
                        Settings.Unpaired.INTERSECT,
                        Settings.Protocol.CLUSTER,
                        "");
        BootstrapStats.Outcome outcome = run(settings, a, b);
        assertThat(outcome.warnings()).anyMatch(w -> w.contains("only the 2 of 3 units"));
    }

    @Test
    void runsOfAModelAreAveragedAndFoldsPutTogether() throws IOException {
        Path first = scores("a", "dice", .5, .6);
        Path second = scores("a", "dice", .7, .8);
        Path other = scores("b", "dice", .1, .2);

        List<ScoreTable> tables = read(first, second, other);
        assertThat(tables.get(0).values()[0]).containsExactly(.6, .7);
        assertThat(tables.get(0).runs()).containsExactly(2, 1);
        assertThat(tables.get(0).notes()).containsExactly("a: mean of 2 files per unit");

        Path left = write("fold1", row("c", "p0", .3));
        Path right = write("fold2", row("c", "p1", .4));
        List<ScoreTable> folds = read(left, right);
        assertThat(folds.get(0).values()[0]).containsExactly(.3, .4);
        assertThat(folds.get(0).runs()).containsExactly(1);
    }

    @Test
    void holmTakesTheFamilyAskedFor() throws IOException {
        Path a = write("a", both("a", .5, .6, .7, .8));
        Path b = write("b", both("b", .6, .8, 1.0, 1.2));

        run(settings(Settings.Family.METRIC), a, b);
        assertThat(adjusted(0)).isCloseTo(.125, within(1e-12));

        Files.delete(output().resolve("stats.json"));
        run(settings(Settings.Family.ALL), a, b);
        assertThat(adjusted(0)).isCloseTo(.25, within(1e-12));
    }

    @Test
    void thePapersProtocolWarnsLoudly() throws IOException {
        double[] a = new double[12];
        double[] b = new double[12];
        CounterRandom random = CounterRandom.of(1);
        for (int i = 0; i < a.length; i++) {
            a[i] = random.nextDouble();
            b[i] = random.nextDouble();
        }
        Settings settings =
                settings(
                        Settings.Family.METRIC,
                        Settings.Unpaired.ERROR,
                        Settings.Protocol.PAPER,
                        "a");
        BootstrapStats.Outcome outcome =
                run(settings, scores("a", "dice", a), scores("b", "dice", b));

        JsonNode d = stats().get("metrics").get(0).get("comparisons").get(0);
        assertThat(d.get("p_value").asDouble()).isLessThan(d.get("p_wilcoxon").asDouble());
        assertThat(outcome.markdown()).contains("must not be read as evidence");
        assertThat(stats().get("protocol").asText()).isEqualTo("paper");
        assertThat(stats().get("warnings").get(0).asText()).contains("not independent");
        assertThat(Files.readString(output().resolve("report.html"))).contains("not independent");
    }

    @Test
    void whatIsNotThereIsNamed() throws IOException {
        Path a = scores("a", "dice", .5, .6);

        assertThatThrownBy(() -> run(settings(Settings.Family.METRIC), folder.resolve("no.csv")))
                .hasMessageContaining("no.csv: no such file");
        assertThatThrownBy(() -> run(settings(Settings.Family.METRIC), a, a))
                .hasMessageContaining("give each file once");
        Settings unknown =
                settings(
                        Settings.Family.METRIC,
                        Settings.Unpaired.ERROR,
                        Settings.Protocol.CLUSTER,
                        "z");
        assertThatThrownBy(() -> run(unknown, a)).hasMessageContaining("'z'; there are a");
        assertThat(output()).doesNotExist();
    }

    @Test
    void oneModelHasScoresButNoComparison() throws IOException {
        BootstrapStats.Outcome outcome =
                run(settings(Settings.Family.METRIC), scores("a", "dice", .5, .6));

        assertThat(stats().get("metrics").get(0).get("comparisons")).isEmpty();
        assertThat(outcome.markdown()).contains("| a ").doesNotContain("Differences");
        assertThat(output().resolve("forest.png")).isNotEmptyFile();
    }

    private double adjusted(int group) {
        return stats().get("metrics")
                .get(group)
                .get("comparisons")
                .get(0)
                .get("p_adjusted")
                .asDouble();
    }

    private static Settings settings(Settings.Family family) {
        return settings(family, Settings.Unpaired.ERROR, Settings.Protocol.CLUSTER, "");
    }

    private static Settings settings(
            Settings.Family family,
            Settings.Unpaired unpaired,
            Settings.Protocol protocol,
            String baseline) {
        Settings d = Settings.defaults();
        return new Settings(
                Set.of(),
                d.perClass(),
                baseline,
                protocol,
                d.resamples(),
                d.interval(),
                d.confidence(),
                d.seed(),
                d.test(),
                d.zeroMethod(),
                family,
                unpaired);
    }

    private BootstrapStats.Outcome run(Settings settings, Path... files) throws IOException {
        return new BootstrapStats(
                        new BootstrapStats.Request(List.of(files), output(), false, settings))
                .run(Progress.NONE, Cancellation.NEVER);
    }

    private List<ScoreTable> read(Path... files) {
        return new BootstrapStats(
                        new BootstrapStats.Request(
                                List.of(files), output(), false, Settings.defaults()))
                .read();
    }

    private Path output() {
        return folder.resolve("out");
    }

    private JsonNode stats() {
        return Json.read(output().resolve("stats.json"));
    }

    private static ScoreRow row(String model, String unit, double value) {
        return new ScoreRow(model, "seg", "synthetic", unit, "dice", "all", value, 10);
    }

    private static List<ScoreRow> both(String model, double... values) {
        List<ScoreRow> rows = new ArrayList<>();
        for (String metric : List.of("dice", "iou")) {
            for (int i = 0; i < values.length; i++) {
                rows.add(new ScoreRow(model, "seg", "s", "p" + i, metric, "all", values[i], 10));
            }
        }
        return rows;
    }

    private Path scores(String model, String metric, double... values) throws IOException {
        List<ScoreRow> rows = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            rows.add(
                    new ScoreRow(model, "seg", "synthetic", "p" + i, metric, "all", values[i], 10));
        }
        return write(model, rows);
    }

    private Path write(String name, ScoreRow row) throws IOException {
        return write(name, List.of(row));
    }

    private Path write(String name, List<ScoreRow> rows) throws IOException {
        Path file = Files.createTempDirectory(folder, name).resolve("scores.csv");
        ScoresCsv.write(file, rows);
        return file;
    }
}
