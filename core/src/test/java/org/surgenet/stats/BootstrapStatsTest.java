package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
                .contains("−0.350")
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
    void aBaselineMakesAMatrixWithMarksThatItsCaptionExplains() throws IOException {
        BootstrapStats.Outcome outcome =
                run(
                        settings(
                                Settings.Family.TABLE,
                                Settings.Unpaired.ERROR,
                                Settings.Protocol.CLUSTER,
                                "a"),
                        scores("a", "dice", .5, .52, .51, .5, .53, .5, .5, .51),
                        scores("b", "dice", .6, .63, .61, .6, .65, .6, .62, .61),
                        scores("c", "dice", .4, .41, .42, .4, .4, .43, .4, .41));

        assertThat(outcome.markdown())
                .contains("**Models against a**", "| b ", " 0.615* [", " 0.409† [")
                .contains("* better, † worse than a, p < 0.05 after correction")
                .contains("n: 8 patients of synthetic", "1,000 bootstrap resamples", "seed 0");
        for (String figure : List.of("forest", "units", "critical-difference")) {
            assertThat(output().resolve(figure + ".png")).isNotEmptyFile();
            assertThat(output().resolve(figure + ".svg")).isNotEmptyFile();
        }
        assertThat(output().resolve("radar.png")).doesNotExist();
        for (String figure : List.of("units.png", "critical-difference.svg")) {
            assertThat(stats().get("figures")).anyMatch(f -> f.asText().equals(figure));
        }
    }

    /** Only where a LaTeX is installed. */
    @Test
    void latexCompiles() throws IOException, InterruptedException {
        run(
                settings(
                        Settings.Family.TABLE,
                        Settings.Unpaired.ERROR,
                        Settings.Protocol.CLUSTER,
                        "a_1 & {b}"),
                scores("a_1 & {b}", "dice", .5, .52, .51, .5),
                scores("*[x] 100% β", "dice", .6, .63, .61, .6));

        assertThat(typeset()).doesNotContain("Overfull \\hbox", "undefined");
    }

    /** 60 scores and 180 differences are more than a page, and wider than a column. */
    @Test
    void latexOfManyClassesCompilesOntoPages() throws IOException, InterruptedException {
        List<Path> files = new ArrayList<>();
        for (String model : List.of("imagenet", "surgenet", "surgenet-xl", "endovit")) {
            List<ScoreRow> rows = new ArrayList<>();
            for (int c = 0; c < 15; c++) {
                String label = "structure number " + c;
                for (int i = 0; i < 5; i++) {
                    double value = .5 + .01 * i * c % .3 + .01 * files.size();
                    for (String metric : List.of("dice", "iou")) {
                        rows.add(new ScoreRow(model, "seg", "s", "p" + i, metric, label, value, 1));
                    }
                }
            }
            files.add(write(model, rows));
        }
        run(classes(), files.toArray(Path[]::new));

        assertThat(typeset())
                .doesNotContain("Overfull \\hbox", "undefined", "Float too large")
                .containsPattern("Output written on paper.pdf \\([2-9] pages");
    }

    private static Settings classes() {
        return Settings.builder().perClass(true).resamples(200).build();
    }

    /** The log of pdfLaTeX's second run, on {@code table.tex} in a paper with two columns. */
    private String typeset() throws IOException, InterruptedException {
        Optional<Path> latex =
                Stream.of(System.getenv("PATH").split(File.pathSeparator))
                        .map(directory -> Path.of(directory, "pdflatex"))
                        .filter(Files::isExecutable)
                        .findFirst();
        assumeTrue(latex.isPresent(), "no pdflatex on the PATH");
        Files.writeString(
                output().resolve("paper.tex"),
                """
                \\documentclass[twocolumn]{article}
                \\usepackage[T1]{fontenc}
                \\usepackage[utf8]{inputenc}
                \\usepackage{booktabs,graphicx}
                \\begin{document}
                \\input{table.tex}
                \\end{document}
                """);
        Path log = output().resolve("said.txt");
        for (int run = 0; run < 2; run++) {
            Process process =
                    new ProcessBuilder(
                                    latex.get().toString(),
                                    "-halt-on-error",
                                    "-interaction=batchmode",
                                    "paper.tex")
                            .directory(output().toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            assertThat(process.waitFor()).as(Files.readString(log)).isZero();
        }
        return Files.readString(output().resolve("paper.log"), StandardCharsets.ISO_8859_1);
    }

    /** More metrics in a table mean stricter corrections, so these wait until they are named. */
    @Test
    void furtherMetricsAreComparedWhereNamedOrAlone() throws IOException {
        List<ScoreRow> rows = new ArrayList<>();
        for (String metric : List.of("dice", "hd95")) {
            for (int i = 0; i < 4; i++) {
                rows.add(new ScoreRow("a", "seg", "s", "p" + i, metric, "all", .1 * i, 1));
            }
        }
        assertThat(read(write("a", rows))).extracting(ScoreTable::metric).containsOnly("dice");
        assertThat(read(write("a", rows.subList(4, 8))))
                .extracting(ScoreTable::metric)
                .containsOnly("hd95");
    }

    @Test
    void aSecondRunRepeatsNothing() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7);
        Path b = scores("b", "dice", .6, .7, .8);
        BootstrapStats.Outcome first = run(settings(Settings.Family.METRIC), a, b);
        Path stats = output().resolve("stats.json");
        Files.setLastModifiedTime(stats, FileTime.fromMillis(1000));

        BootstrapStats.Outcome second = run(settings(Settings.Family.METRIC), a, b);

        assertThat(first.alreadyComplete()).isFalse();
        assertThat(second.alreadyComplete()).isTrue();
        assertThat(second.markdown()).isEqualTo(first.markdown());
        assertThat(second.warnings()).isEqualTo(first.warnings());
        assertThat(Files.getLastModifiedTime(stats).toMillis()).isEqualTo(1000);
        assertThatThrownBy(() -> run(settings(Settings.Family.ALL), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("set overwrite");
    }

    @Test
    void aFigureThatIsLostIsDrawnAgain() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7);
        Path b = scores("b", "dice", .6, .7, .8);
        run(settings(Settings.Family.METRIC), a, b);
        Files.delete(output().resolve("units.svg"));

        assertThat(run(settings(Settings.Family.METRIC), a, b).alreadyComplete()).isFalse();
        assertThat(output().resolve("units.svg")).isNotEmptyFile();
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

        BootstrapStats.Outcome outcome = run(drop(), a, b);

        assertThat(outcome.warnings())
                .anyMatch(
                        w ->
                                w.contains("some models have a value and others none")
                                        && w.contains("only some predict it: 2; "));
        JsonNode group = stats().get("metrics").get(0);
        assertThat(group.get("models").get(0).get("n").asInt()).isEqualTo(3);
        assertThat(group.get("models").get(0).get("missing").asInt()).isEqualTo(1);
        JsonNode d = group.get("comparisons").get(0);
        assertThat(d.get("n").asInt()).isEqualTo(2);
        assertThat(d.get("dropped").asInt()).isEqualTo(2);
        assertThat(d.get("estimate").asDouble()).isCloseTo(-.1, within(1e-12));
    }

    /** On p1 only b predicts the absent class, on p3 only a: each is wrong once. */
    @Test
    void aFalseAlarmIsNotRewarded() throws IOException {
        Path a = scores("a", "dice", .5, Double.NaN, .7, 0, Double.NaN);
        Path b = scores("b", "dice", .6, 0, .8, Double.NaN, Double.NaN);

        BootstrapStats.Outcome outcome = run(settings(Settings.Family.METRIC), a, b);

        assertThat(outcome.warnings())
                .anyMatch(w -> w.contains("counts as 1 (not with one-sided=drop"));
        assertThat(first().get("n").asInt()).isEqualTo(4);
        assertThat(first().get("filled").asInt()).isEqualTo(2);
        assertThat(first().get("dropped").asInt()).isEqualTo(1);
        assertThat(first().get("wins").asInt()).isEqualTo(1);
        assertThat(first().get("losses").asInt()).isEqualTo(3);
        assertThat(first().get("estimate").asDouble()).isCloseTo(-.05, within(1e-12));
    }

    /** A Dice above 0 needs a target, so the other one is missing for a reason of its own. */
    @Test
    void whatIsMissingForOtherReasonsIsLeftOut() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7);
        Path b = scores("b", "dice", .6, Double.NaN, .8);

        run(settings(Settings.Family.METRIC), a, b);

        assertThat(first().get("filled").asInt()).isZero();
        assertThat(first().get("dropped").asInt()).isEqualTo(1);
        assertThat(first().get("wins").asInt()).isZero();
    }

    /** Precision is missing where a model finds nothing, which is no merit; percent are above 1. */
    @Test
    void onlyOverlapIsFilled() throws IOException {
        for (String metric : List.of("precision", "hd95", "dice")) {
            double scale = metric.equals("dice") ? 100 : 1;
            Path a = scores("a", metric, .5 * scale, Double.NaN, .7 * scale);
            Path b = scores("b", metric, .6 * scale, 0, .8 * scale);

            run(settings(Settings.Family.METRIC), a, b);

            assertThat(first().get("filled").asInt()).isZero();
            assertThat(first().get("dropped").asInt()).isEqualTo(1);
            Files.delete(output().resolve("stats.json"));
        }
    }

    @Test
    void onePatientIsNoSample() throws IOException {
        BootstrapStats.Outcome outcome =
                run(
                        settings(Settings.Family.METRIC),
                        scores("a", "dice", .5),
                        scores("b", "dice", .6));

        assertThat(first().get("estimate").asDouble()).isCloseTo(-.1, within(1e-12));
        assertThat(first().get("p_value").isNull()).isTrue();
        assertThat(first().get("p_adjusted").isNull()).isTrue();
        assertThat(first().get("effect_size").isNull()).isTrue();
        assertThat(outcome.markdown()).containsPattern("−0.100 \\| +– \\| +– \\| +– \\| +– ");
    }

    @Test
    void foldersOfTheSameNameAreNotSeeds() throws IOException {
        Path a = scores("seg", "dice", .5, .6);
        Path b = scores("seg", "dice", .6, .7);
        String evaluation = "# surgenet evaluate\nmodel: runs/seg\n";
        Files.writeString(a.resolveSibling("config.yaml"), evaluation + "model-name: seg\n");
        Files.writeString(b.resolveSibling("config.yaml"), evaluation);

        assertThatThrownBy(() -> read(a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(a + " and " + b + " both score a model 'seg'")
                .hasMessageContaining("with a model-name");

        Files.writeString(b.resolveSibling("config.yaml"), evaluation + "model-name: seg\n");
        assertThat(read(a, b).get(0).runs()).containsExactly(2);
    }

    @Test
    void namesAreHarmlessInAllFiles() throws IOException {
        String name = "a\n\\input{x}<script>alert(1)</script>";
        Path a = scores("a", "dice", .5, .6);
        Path b =
                write(
                        "b",
                        List.of(
                                new ScoreRow(name, "seg", "synthetic", "p0", "dice", "all", .5, 1),
                                new ScoreRow(
                                        name, "seg", "synthetic", "p1", "dice", "all", .5, 1)));
        Path again =
                write(
                        "b",
                        List.of(
                                new ScoreRow(name, "seg", "synthetic", "p0", "dice", "all", .4, 1),
                                new ScoreRow(
                                        name, "seg", "synthetic", "p1", "dice", "all", .5, 1)));

        BootstrapStats.Outcome outcome = run(settings(Settings.Family.METRIC), a, b, again);

        assertThat(outcome.markdown()).contains("&lt;script>").doesNotContain("<script", "a\n");
        assertThat(Files.readAllLines(output().resolve("table.tex")))
                .noneMatch(line -> line.startsWith("\\input"));
        assertThat(Files.readString(output().resolve("report.html"))).doesNotContain("<script");
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

    /** The signs of effect size, wins, improvement and words agree. */
    @Test
    void knownMetricsOfWhichLowerIsBetter() throws IOException {
        Path a = scores("a", "hd95", .63, .77, .75, .65);
        Path b = scores("b", "hd95", .83, .97, .95, .85);

        BootstrapStats.Outcome outcome = run(settings(Settings.Family.METRIC), a, b);

        JsonNode group = stats().get("metrics").get(0);
        assertThat(group.get("better").asText()).isEqualTo("lower");
        JsonNode d = group.get("comparisons").get(0);
        assertThat(d.get("estimate").asDouble()).isCloseTo(-.2, within(1e-12));
        assertThat(d.get("improvement").asDouble()).isCloseTo(.2, within(1e-12));
        assertThat(d.get("effect_size").asDouble()).isEqualTo(1);
        assertThat(d.get("wins").asInt()).isEqualTo(4);
        assertThat(d.get("losses").asInt()).isZero();
        assertThat(outcome.markdown())
                .contains("HD95 (lower is better)")
                .contains("4/0/0")
                .contains("+1.000");
        assertThat(Files.readAllLines(output().resolve("table.csv")).get(3))
                .contains(",patient,lower,0.19999");
    }

    @Test
    void theDirectionOfOtherMetricsIsAskedForOrGiven() throws IOException {
        Path a = scores("a", "regret", .1, .2, .3);
        Path b = scores("b", "regret", .2, .3, .4);

        assertThat(run(settings(Settings.Family.METRIC), a, b).warnings())
                .anyMatch(w -> w.contains("'regret' is not known"));
        assertThat(first().get("losses").asInt()).isEqualTo(3);

        Files.delete(output().resolve("stats.json"));
        assertThat(run(lower("regret"), a, b).warnings()).noneMatch(w -> w.contains("not known"));
        assertThat(first().get("wins").asInt()).isEqualTo(3);
        assertThat(first().get("effect_size").asDouble()).isEqualTo(1);

        Files.delete(output().resolve("stats.json"));
        assertThatThrownBy(() -> run(lower("regrett"), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'regrett'; there are regret");
    }

    @Test
    void filesWithoutScoresAreAnError() throws IOException {
        Path a = scores("a", "dice", .1, .2);
        Path empty = write("b", List.of());

        assertThatThrownBy(() -> read(a, empty))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(empty + ": has no scores");
    }

    @Test
    void namesSpelledInTwoWaysAreAnError() throws IOException {
        Path a = write("a", List.of(row("a", "p0", .1), row("a", "p1", .2)));
        Path b = write("b", new ScoreRow("b", "Seg", "synthetic", "p0", "dice", "all", .1, 1));
        Path c = write("c", new ScoreRow("c", "seg", "Synthe-tic", "p0", "dice", "all", .1, 1));

        assertThatThrownBy(() -> read(a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("task is spelled 'Seg' in " + b + " and 'seg' in " + a);
        assertThatThrownBy(() -> read(a, c))
                .hasMessageContaining("data set is spelled 'Synthe-tic' in " + c);

        // Another version is another data set.
        Path d = write("d", new ScoreRow("d", "seg", "v1.1", "p0", "dice", "all", .1, 1));
        Path e = write("e", new ScoreRow("e", "seg", "v11", "p0", "dice", "all", .1, 1));
        assertThat(read(a, scores("b", "dice", .1, .2), d, e)).hasSize(3);
    }

    @Test
    void modelsThatShareNothingAreAnErrorOrNamed() throws IOException {
        Path a = scores("a", "dice", .1, .2);
        Path b = scores("b", "dice", .2, .3);
        Path c = write("c", new ScoreRow("c", "seg", "other", "p0", "dice", "all", .1, 1));

        assertThatThrownBy(() -> read(a, c))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "nothing to compare (a: Dice, synthetic (seg); c: Dice, other");
        assertThat(read(a, b, c).get(0).notes())
                .containsExactly(
                        "1 of 3 models not compared here, because their files have no such scores:"
                                + " c");
    }

    /** The mean of two seeds equals the other model on paper, but not in binary. */
    @Test
    void roundingIsNoDifference() throws IOException {
        Path first = scores("a", "dice", .1, .2, .3, .4, .5, .6);
        Path second = scores("a", "dice", .2, .3, .5, .5, .6, .9);
        Path other = scores("b", "dice", .15, .25, .4, .45, .55, .75);

        run(settings(Settings.Family.METRIC), first, second, other);

        assertThat(first().get("ties").asInt()).isEqualTo(6);
        assertThat(first().get("effect_size").asDouble()).isZero();
        assertThat(first().get("p_value").asDouble()).isEqualTo(1);
        assertThat(first().get("p_permutation").asDouble()).isEqualTo(1);
        assertThat(first().get("estimate").asDouble()).isZero();
    }

    /** Seven of eight differences are .05 on paper: ranks 1 and 7 × 5; two of them negative. */
    @Test
    void differencesOfDecimalsAreTied() throws IOException {
        Path a = scores("a", "dice", .5, .825, .375, .5, .62, .71, .8, .44);
        Path b = scores("b", "dice", .525, .775, .325, .55, .57, .66, .75, .39);

        run(settings(Settings.Family.METRIC), a, b);

        assertThat(first().get("effect_size").asDouble()).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(first().get("p_value").asDouble()).isEqualTo(.125);
    }

    @Test
    void differentPatientsAreAnErrorOrIntersected() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7);
        Path b = scores("b", "dice", .6, .7);

        assertThatThrownBy(() -> run(settings(Settings.Family.METRIC), a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("b has no score of 1 of 3 units (p2)")
                .hasMessageContaining("choose unpaired=intersect");

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

    /** 2 tasks × 2 metrics × 2 data sets, all with p = 1/8. */
    @Test
    void familiesAreWhatTheySay() throws IOException {
        Path a = write("a", everywhere("a", 0));
        Path b = write("b", everywhere("b", .1));
        Map<Settings.Family, Integer> sizes =
                Map.of(Settings.Family.METRIC, 2, Settings.Family.TABLE, 4, Settings.Family.ALL, 8);
        for (Settings.Family family : Settings.Family.values()) {
            BootstrapStats.Outcome outcome = run(settings(family), a, b);

            assertThat(first().get("family_size").asInt()).isEqualTo(sizes.get(family));
            assertThat(first().get("p_value").asDouble()).isEqualTo(.125);
            assertThat(first().get("p_least").asDouble()).isEqualTo(.125);
            double corrected = Math.min(1, .125 * sizes.get(family));
            assertThat(first().get("p_adjusted").asDouble()).isEqualTo(corrected);
            assertThat(first().get("p_least_adjusted").asDouble()).isEqualTo(corrected);
            assertThat(outcome.markdown())
                    .contains("**Differences between models: seg**")
                    .contains("**Differences between models: phase**");
            assertThat(outcome.warnings())
                    .anyMatch(
                            w ->
                                    w.contains("can be below 0.125, or below")
                                            && w.contains(
                                                    "over " + sizes.get(family) + " comparisons"));
            Files.delete(output().resolve("stats.json"));
        }
    }

    private static List<ScoreRow> everywhere(String model, double more) {
        List<ScoreRow> rows = new ArrayList<>();
        for (String task : List.of("seg", "phase")) {
            for (String metric : List.of("dice", "iou")) {
                for (String dataset : List.of("d1", "d2")) {
                    for (int i = 0; i < 4; i++) {
                        double value = .1 * i + more * (1 + i);
                        rows.add(
                                new ScoreRow(
                                        model, task, dataset, "p" + i, metric, "all", value, 1));
                    }
                }
            }
        }
        return rows;
    }

    /** What differs in its numbers alone is said once, with their range. */
    @Test
    void notesOfManyClassesAreOneWithARange() throws IOException {
        List<ScoreRow> a = new ArrayList<>();
        List<ScoreRow> b = new ArrayList<>();
        for (int c = 0; c < 5; c++) {
            for (int i = 0; i < 8; i++) {
                double value = .5 + .02 * i + .01 * c;
                String label = "class " + c;
                a.add(new ScoreRow("a", "seg", "s", "p" + i, "dice", label, value, 1));
                // Class c has c ties, which make the least p larger, and c false alarms.
                double other = i < c ? value : value + .01 * (i + 1);
                b.add(new ScoreRow("b", "seg", "s", "p" + i, "dice", label, other, 1));
            }
        }
        List<String> warnings = run(classes(), write("a", a), write("b", b)).warnings();

        assertThat(warnings.get(0))
                .startsWith("all 5 scores: only 8 patients")
                .contains("below 0.008 to 0.125, or below 0.039 to 0.125 after");
    }

    @Test
    void aModelWithoutAnyValueIsNamed() throws IOException {
        assertThat(
                        run(
                                        settings(Settings.Family.TABLE),
                                        scores("a", "dice", .5, .6, .7),
                                        scores("b", "dice", Double.NaN, Double.NaN, Double.NaN))
                                .warnings())
                .anyMatch(w -> w.contains("b: all values are missing, so it has no score"));
    }

    @Test
    void intervalsWithoutWidthAreExplained() throws IOException {
        Path a = scores("a", "dice", .5, .6, .7, .65);
        Path shifted = scores("b", "dice", .6, .7, .8, .75);

        assertThat(run(settings(Settings.Family.TABLE), a, shifted).warnings())
                .anyMatch(w -> w.contains("an interval without width is no certainty"));
        Files.delete(output().resolve("stats.json"));
        assertThat(
                        run(
                                        settings(Settings.Family.TABLE),
                                        a,
                                        scores("b", "dice", .6, .5, .8, .75))
                                .warnings())
                .noneMatch(w -> w.contains("without width"));
    }

    /** R drops leading zeros, and people write capitals. */
    @Test
    void unitsInAnotherSpellingAreShown() throws IOException {
        Path a = write("a", List.of(new ScoreRow("a", "seg", "s", "p01", "dice", "all", .5, 1)));
        Path b = write("b", List.of(new ScoreRow("b", "seg", "s", "P1", "dice", "all", .6, 1)));

        assertThatThrownBy(() -> read(a, b))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'P1' is spelled 'p01' there");
    }

    @Test
    void percentsAreNotComparedWithFractions() throws IOException {
        Path percents = scores("b", "dice", 61, 72, 83);

        assertThatThrownBy(() -> read(scores("a", "dice", .5, .6, .7), percents))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        "Dice, synthetic (seg): scores of b are above 1 and those of a");
        assertThat(read(scores("a", "dice", 0, 0, 0), percents)).hasSize(1);
        assertThat(read(scores("a", "hd95", .5, .6, .7), scores("b", "hd95", 61, 72, 83)))
                .hasSize(1);
    }

    @Test
    void aCopyAmongTheRunsOfAModelIsShown() throws IOException {
        List<ScoreRow> rows = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            rows.add(new ScoreRow("a", "seg", "s", "p" + i, "dice", "all", .1 * i, 1));
        }
        Path one = write("a", rows);
        for (int i = 0; i < 4; i++) {
            rows.add(new ScoreRow("b", "seg", "s", "p" + i, "dice", "all", .2 * i, 1));
        }

        assertThat(read(one, write("a_and_b", rows)).get(0).notes())
                .anyMatch(n -> n.contains("have the same scores; if they are no two runs"));
    }

    /** What several tables share is said once. */
    @Test
    void notesAreGathered() throws IOException {
        BootstrapStats.Outcome outcome =
                run(
                        settings(Settings.Family.TABLE),
                        write("a", everywhere("a", 0)),
                        write("b", everywhere("b", .1)));

        assertThat(outcome.warnings())
                .hasSize(3)
                .anyMatch(
                        w ->
                                w.startsWith("Dice, d1 (seg); Dice, d2 (seg); IoU, d1 (seg) and 1")
                                        && w.contains("below 0.125, or below 0.500 after")
                                        && w.contains("only 4 patients"))
                .anyMatch(w -> w.startsWith("interval and tests disagree") && w.contains("3 more"));
    }

    /** Skewed differences: the mean is apart from 0, but half of them are on either side. */
    @Test
    void disagreementIsSaidWithWhatEachTestAsks() throws IOException {
        double[] zeros = new double[14];
        double[] skewed = {
            -.01, -.02, -.03, -.04, -.05, -.06, .3, .4, .5, .45, .35, -.07, .55, -.08
        };
        BootstrapStats.Outcome outcome =
                run(
                        settings(Settings.Family.TABLE),
                        scores("a", "dice", skewed),
                        scores("b", "dice", zeros));

        assertThat(first().get("ci_low").asDouble()).isPositive();
        double permutation = first().get("p_permutation").asDouble();
        double wilcoxon = first().get("p_wilcoxon").asDouble();
        assertThat(permutation).isLessThan(.05);
        assertThat(wilcoxon).isGreaterThan(.05);
        assertThat(first().get("p_value").asDouble()).isEqualTo(permutation);
        assertThat(outcome.warnings())
                .anyMatch(
                        w ->
                                w.contains("a − b (interval without 0, permutation p = 0.0")
                                        && w.contains("Wilcoxon p = 0.")
                                        && w.contains("symmetric about 0"));
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

    private JsonNode first() {
        return stats().get("metrics").get(0).get("comparisons").get(0);
    }

    private static Settings drop() {
        return settings(
                Settings.Family.METRIC,
                Settings.Unpaired.ERROR,
                Settings.Protocol.CLUSTER,
                "",
                Settings.OneSided.DROP,
                Set.of());
    }

    private static Settings lower(String metric) {
        return settings(
                Settings.Family.METRIC,
                Settings.Unpaired.ERROR,
                Settings.Protocol.CLUSTER,
                "",
                Set.of(metric));
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
        return settings(family, unpaired, protocol, baseline, Set.of());
    }

    private static Settings settings(
            Settings.Family family,
            Settings.Unpaired unpaired,
            Settings.Protocol protocol,
            String baseline,
            Set<String> lowerIsBetter) {
        return settings(
                family, unpaired, protocol, baseline, Settings.OneSided.BEST, lowerIsBetter);
    }

    private static Settings settings(
            Settings.Family family,
            Settings.Unpaired unpaired,
            Settings.Protocol protocol,
            String baseline,
            Settings.OneSided oneSided,
            Set<String> lowerIsBetter) {
        return Settings.builder()
                .baseline(baseline)
                .protocol(protocol)
                .family(family)
                .unpaired(unpaired)
                .oneSided(oneSided)
                .lowerIsBetter(lowerIsBetter)
                .build();
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
