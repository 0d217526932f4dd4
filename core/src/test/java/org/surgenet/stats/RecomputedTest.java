package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.metrics.CountsCsv;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.metrics.ProbabilitiesCsv;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.metrics.SegmentationScores;

/**
 * Scores that are no means of one number per unit, against scikit-learn 1.2.1 and numpy on repeated
 * frames ({@code stats/recomputed.json}).
 */
class RecomputedTest {
    private static final List<String> CRITERIA = List.of("C1", "C2", "C3");

    @TempDir Path folder;
    private JsonNode reference;
    private Path a;
    private Path b;

    @BeforeEach
    void read() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/stats/recomputed.json")) {
            reference = new ObjectMapper().readTree(in);
        }
        a = cvs("a");
        b = cvs("b");
    }

    @Test
    void criteriaAgreeWithScikitLearnOnResampledVideos() {
        for (String model : List.of("a", "b")) {
            List<Recomputable> scores = Recomputable.beside(model.equals("a") ? a : b);
            check(find(scores, "map", "all"), reference.at("/map/" + model));
            check(
                    find(scores, "balanced_accuracy", "all"),
                    reference.at("/balanced_accuracy/" + model));
            check(find(scores, "ap", "all_three"), reference.at("/all_three_ap/" + model));
            check(find(scores, "roc_auc", "C2"), reference.at("/roc_auc_C2/" + model));
        }
    }

    private void check(Recomputable score, JsonNode expected) {
        check(score, reference.get("weights"), expected);
    }

    private static void check(Recomputable score, JsonNode weights, JsonNode expected) {
        assertThat(expected.size()).isGreaterThan(8);
        for (int i = 0; i < expected.size(); i++) {
            double value = score.statistic().value(ints(weights.get(i)));
            if (expected.get(i).isNull()) {
                assertThat(value).isNaN();
            } else {
                assertThat(value).isCloseTo(expected.get(i).asDouble(), within(1e-12));
            }
        }
    }

    /** The case: one name had been two numbers. */
    @Test
    void headlineIntervalAndTestAreOfOneQuantity() throws IOException {
        run(settings(), a, b);

        JsonNode group = metric("map");
        double headline = reference.at("/map/a/0").asDouble();
        assertThat(group.get("quantity").asText()).isEqualTo("over all frames");
        JsonNode estimate = group.get("models").get(0);
        assertThat(estimate.get("estimate").asDouble()).isCloseTo(headline, within(1e-12));
        assertThat(headline)
                .isBetween(estimate.get("ci_low").asDouble(), estimate.get("ci_high").asDouble());
        JsonNode d = group.get("comparisons").get(0);
        assertThat(d.get("estimate").asDouble())
                .isCloseTo(-reference.get("map_difference").asDouble(), within(1e-12));
        assertThat(d.get("p_value").asDouble()).isEqualTo(reference.get("map_p").asDouble());
        assertThat(d.get("p_least").asDouble()).isEqualTo(1.0 / 32);
        assertThat(Json.read(folder.resolve("out/stats.json")).get("metrics"))
                .noneMatch(g -> g.get("metric").asText().contains("mean_over_videos"));
        assertThat(Files.readString(folder.resolve("out/table.md")))
                .contains("mAP (over all frames)");
    }

    /** C1 has positives in the first video alone, so each resample without it lacks C1. */
    @Test
    void resamplesThatLackACriterionAreCounted() throws IOException {
        Path file = a.resolveSibling("probabilities.csv");
        Files.write(
                file,
                Files.readAllLines(file).stream()
                        .map(
                                line ->
                                        line.contains(",C1,") && !line.contains(",v0,")
                                                ? line.replaceFirst(",C1,[01],", ",C1,0,")
                                                : line)
                        .toList());
        run(settings("map"), a);

        double[] first =
                new ClusterBootstrap(6, 200, Settings.defaults().seed()).replicates(w -> w[0]);
        long without = java.util.Arrays.stream(first).filter(w -> w == 0).count();
        assertThat(without).isBetween(40L, 100L);
        JsonNode estimate = metric("map").get("models").get(0);
        assertThat(estimate.get("partial_resamples").asLong()).isEqualTo(without);
        assertThat(estimate.get("undefined_resamples").asLong()).isZero();
        assertThat(Files.readString(folder.resolve("out/table.md")))
                .contains(without + " of 200 resamples lack a class or criterion");
    }

    @Test
    void aMeanOverVideosIsNamedSo() throws IOException {
        run(settings("map_mean_over_videos"), a, b);
        double mean = reference.get("map_mean_over_videos_a").asDouble();
        assertThat(estimate("map_mean_over_videos")).isCloseTo(mean, within(1e-12));

        // Without the predictions it is all that can be told.
        Files.delete(a.resolveSibling("probabilities.csv"));
        Files.delete(folder.resolve("out/stats.json"));
        run(settings(), a);
        assertThat(estimate("map_mean_over_videos")).isCloseTo(mean, within(1e-12));
        assertThat(Files.readString(folder.resolve("out/table.md")))
                .contains("not the score over all frames");
    }

    @Test
    void theNewFileCountsAsAnInput() throws IOException {
        run(settings(), a, b);
        Files.writeString(
                a.resolveSibling("probabilities.csv"),
                Files.readString(a.resolveSibling("probabilities.csv")).replaceFirst(",1,", ",0,"));

        assertThatThrownBy(() -> run(settings(), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains a comparison with inputs[");
    }

    @Test
    void evidenceOfOtherVideosIsRefused() throws IOException {
        Path file = a.resolveSibling("probabilities.csv");
        List<String> lines = Files.readAllLines(file);
        lines.removeIf(line -> line.contains(",v3,"));
        Files.write(file, lines);

        assertThatThrownBy(() -> run(settings(), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("of other units");
    }

    @Test
    void brokenEvidenceIsNamedWithItsLine() throws IOException {
        Path file = a.resolveSibling("probabilities.csv");
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(2, lines.get(2).replaceFirst(",[01],", ",0.5,"));
        Files.write(file, lines);

        assertThatThrownBy(() -> run(settings(), a))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("probabilities.csv:3: target '0.5' is not 0 or 1");
    }

    @Test
    void diceIsTakenAsItsEvaluationTookIt() throws IOException {
        for (DiceAverage average : List.of(DiceAverage.DATASET, DiceAverage.IMAGE)) {
            SegmentationScores scores = segmentation();
            Path file = segmentation(average, scores);
            Recomputable dice = find(Recomputable.beside(file), "dice", "all");
            check(
                    dice,
                    reference.at("/seg/weights"),
                    reference.at("/seg/" + average.name().toLowerCase(java.util.Locale.ROOT)));
            assertThat(dice.statistic().value(new int[] {1, 1, 1, 1}))
                    .isCloseTo(scores.summary(average).meanDice(), within(1e-12));

            run(settings(), file);
            assertThat(estimate("dice"))
                    .isCloseTo(scores.summary(average).meanDice(), within(1e-12));
            Files.delete(folder.resolve("out/stats.json"));
        }
    }

    @Test
    void differentWaysOfAveragingAreNotCompared() throws IOException {
        Path dataset = segmentation(DiceAverage.DATASET, segmentation());
        Path image = segmentation(DiceAverage.IMAGE, segmentation());
        Files.writeString(image, Files.readString(image).replace("seg1,", "seg2,"));
        Path counts = image.resolveSibling("counts.csv");
        Files.writeString(counts, Files.readString(counts).replace("seg1,", "seg2,"));

        assertThatThrownBy(() -> run(settings(), dataset, image))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("same dice-average");
    }

    @Test
    void seedsAreAveragedAndFoldsPutTogether() throws IOException {
        Path again = cvs("a", "b", 0, 6);
        run(settings(), a, again);
        double mean =
                (reference.at("/map/a/0").asDouble() + reference.at("/map/b/0").asDouble()) / 2;
        assertThat(estimate("map")).isCloseTo(mean, within(1e-12));

        Files.delete(folder.resolve("out/stats.json"));
        run(settings(), cvs("a", "a", 0, 3), cvs("a", "a", 3, 6));
        assertThat(estimate("map")).isCloseTo(reference.at("/map/a/0").asDouble(), within(1e-12));
    }

    /** Of a mean the permutation of models is the permutation of signs. */
    @Test
    void exchangedMeansAreSignFlips() {
        double[][] values = {{.5, .61, .7, .83, .9}, {.6, .6, .85, .8, .97}};
        double[] differences =
                IntStream.range(0, 5).mapToDouble(i -> values[0][i] - values[1][i]).toArray();

        assertThat(
                        UnitSwapTest.withDefaults()
                                .test(
                                        new RunsStatistic(List.of(new MeanStatistic(values[0]))),
                                        new RunsStatistic(List.of(new MeanStatistic(values[1])))))
                .isEqualTo(SignFlipTest.withDefaults().test(differences));
    }

    private static Recomputable find(List<Recomputable> scores, String metric, String label) {
        return scores.stream()
                .filter(s -> s.metric().equals(metric) && s.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    private static int[] ints(JsonNode array) {
        return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
    }

    private JsonNode metric(String name) {
        for (JsonNode group : Json.read(folder.resolve("out/stats.json")).get("metrics")) {
            if (group.get("metric").asText().equals(name)) {
                return group;
            }
        }
        throw new AssertionError(name);
    }

    private double estimate(String metric) {
        return metric(metric).get("models").get(0).get("estimate").asDouble();
    }

    private static Settings settings(String... metrics) {
        return Settings.builder().metrics(Set.of(metrics)).resamples(200).build();
    }

    private void run(Settings settings, Path... files) throws IOException {
        new BootstrapStats(
                        new BootstrapStats.Request(
                                List.of(files), folder.resolve("out"), false, settings))
                .run(Progress.NONE, Cancellation.NEVER);
    }

    private Path cvs(String model) throws IOException {
        return cvs(model, model, 0, 6);
    }

    /** What {@code evaluate} writes of some videos. */
    private Path cvs(String model, String predictions, int first, int end) throws IOException {
        Path directory = Files.createTempDirectory(folder, model);
        List<ProbabilitiesCsv.Row> rows = new ArrayList<>();
        JsonNode p = reference.get("p").get(predictions);
        for (int i = 0; i < p.size(); i++) {
            int video = reference.get("unit").get(i).asInt();
            for (int c = 0; c < 3 && video >= first && video < end; c++) {
                rows.add(
                        new ProbabilitiesCsv.Row(
                                model,
                                "cvs",
                                "endoscapes",
                                "v" + video,
                                "frame" + i,
                                CRITERIA.get(c),
                                reference.get("target").get(i).get(c).asInt() == 1,
                                p.get(i).get(c).asDouble()));
            }
        }
        ProbabilitiesCsv.write(directory.resolve("probabilities.csv"), rows);
        List<ScoreRow> scores = new ArrayList<>();
        Path file = directory.resolve("scores.csv");
        ScoresCsv.write(file, List.of(row(model, "v0", 0)));
        for (int v = first; v < end; v++) {
            scores.add(row(model, "v" + v, mapOf(rows, "v" + v)));
        }
        ScoresCsv.write(file, scores);
        return file;
    }

    private static ScoreRow row(String model, String video, double value) {
        return new ScoreRow(model, "cvs", "endoscapes", video, "map", "all", value, 10);
    }

    private static double mapOf(List<ProbabilitiesCsv.Row> rows, String video) {
        List<ProbabilitiesCsv.Row> of = rows.stream().filter(r -> r.unit().equals(video)).toList();
        boolean[][] target = new boolean[of.size() / 3][3];
        double[][] score = new double[of.size() / 3][3];
        for (int i = 0; i < of.size(); i++) {
            target[i / 3][i % 3] = of.get(i).target();
            score[i / 3][i % 3] = of.get(i).probability();
        }
        return org.surgenet.metrics.MultilabelScores.meanAveragePrecision(target, score);
    }

    private SegmentationScores segmentation() {
        SegmentationScores scores = new SegmentationScores(3, 255);
        int i = 0;
        for (JsonNode image : reference.at("/seg/images")) {
            scores.add(
                    "p" + image.get("patient").asInt(),
                    "image" + i++,
                    ints(image.get("target")),
                    ints(image.get("prediction")));
        }
        return scores;
    }

    private Path segmentation(DiceAverage average, SegmentationScores scores) throws IOException {
        Path directory = Files.createTempDirectory(folder, "seg");
        List<CountsCsv.Row> rows = new ArrayList<>();
        scores.countsPerPatient()
                .forEach(
                        (patient, counts) -> {
                            for (int c = 0; c < 3; c++) {
                                rows.add(
                                        new CountsCsv.Row(
                                                "seg1",
                                                "seg",
                                                "toy",
                                                average.name(),
                                                EmptyScore.NAN,
                                                patient,
                                                "class" + c,
                                                c > 0,
                                                counts[c]));
                            }
                        });
        CountsCsv.write(directory.resolve("counts.csv"), rows);
        Path file = directory.resolve("scores.csv");
        ScoresCsv.write(
                file,
                scores.perPatient(average).stream()
                        .map(
                                u ->
                                        new ScoreRow(
                                                "seg1",
                                                "seg",
                                                "toy",
                                                u.unit(),
                                                "dice",
                                                "all",
                                                u.meanDice(),
                                                u.images()))
                        .toList());
        return file;
    }

    /** A mean over units, as a statistic like any other. */
    private record MeanStatistic(double[] values) implements org.surgenet.metrics.UnitStatistic {
        @Override
        public int units() {
            return values.length;
        }

        @Override
        public double[] parts(int[] weights) {
            double sum = 0;
            int n = 0;
            for (int u = 0; u < values.length; u++) {
                sum += weights[u] * values[u];
                n += weights[u];
            }
            return new double[] {sum / n};
        }

        @Override
        public org.surgenet.metrics.UnitStatistic select(int[] units) {
            return new MeanStatistic(IntStream.of(units).mapToDouble(u -> values[u]).toArray());
        }

        @Override
        public org.surgenet.metrics.UnitStatistic joined(org.surgenet.metrics.UnitStatistic other) {
            return new MeanStatistic(
                    java.util.stream.DoubleStream.concat(
                                    java.util.Arrays.stream(values),
                                    java.util.Arrays.stream(((MeanStatistic) other).values))
                            .toArray());
        }
    }
}
