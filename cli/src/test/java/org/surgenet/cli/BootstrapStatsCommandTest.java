package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;

class BootstrapStatsCommandTest {
    private static final String HEADER = "model,task,dataset,unit,metric,class,value,n\n";

    @TempDir Path folder;
    private Path imagenet;
    private Path surgenet;
    private Path output;

    @BeforeEach
    void scores() throws IOException {
        imagenet = scores("imagenet", 0.60);
        surgenet = scores("surgenet", 0.65);
        output = folder.resolve("comparison");
    }

    private Path scores(String model, double level) throws IOException {
        StringBuilder text = new StringBuilder(HEADER);
        for (int p = 0; p < 12; p++) {
            double dice = level + 0.01 * (p * 7 % 5) + 0.001 * p * level;
            text.append(model).append(",seg,synthetic,p").append(p).append(",dice,all,");
            text.append(dice).append(",80\n");
        }
        return Files.writeString(folder.resolve(model + ".csv"), text);
    }

    @Test
    void printsTheTableAndNothingElse() throws IOException {
        ProgramRun run =
                ProgramRun.of(
                        "bootstrap-stats",
                        imagenet,
                        surgenet,
                        "--metric=dice",
                        "--baseline=imagenet",
                        "--interval=bca",
                        "--seed=3",
                        "--output",
                        output);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out())
                .isEqualTo(Files.readString(output.resolve("table.md")))
                .contains("surgenet − imagenet");
        JsonNode stats = Json.read(output.resolve("stats.json"));
        assertThat(stats.get("settings").get("interval").asText()).isEqualTo("bca");
        assertThat(stats.get("settings").get("seed").asInt()).isEqualTo(3);
        JsonNode d = stats.get("metrics").get(0).get("comparisons").get(0);
        assertThat(d.get("baseline").asText()).isEqualTo("imagenet");
        assertThat(d.get("ci_low").asDouble()).isBetween(0.04, d.get("estimate").asDouble());
        assertThat(output.resolve("run.json")).exists();
        assertThat(output.resolve("config.yaml")).exists();
    }

    @Test
    void warningsAreSaidOnce() throws IOException {
        Path few = folder.resolve("few.csv");
        Files.write(few, Files.readAllLines(imagenet).subList(0, 5));
        for (int run = 0; run < 2; run++) {
            ProgramRun printed = ProgramRun.of("bootstrap-stats", few, "--output", output);

            assertThat(printed.out()).containsOnlyOnce("only 4 patients");
            assertThat(printed.err()).doesNotContain("only 4 patients");
        }
    }

    @Test
    void theOptionsReachTheComparison() throws IOException {
        ProgramRun run =
                ProgramRun.of(
                        "bootstrap-stats",
                        imagenet,
                        surgenet,
                        "--lower-is-better=dice",
                        "--one-sided=drop",
                        "--family=metric",
                        "--output",
                        output);

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode stats = Json.read(output.resolve("stats.json"));
        assertThat(stats.get("settings").get("family").asText()).isEqualTo("metric");
        assertThat(stats.get("settings").get("one_sided").asText()).isEqualTo("drop");
        JsonNode d = stats.get("metrics").get(0).get("comparisons").get(0);
        assertThat(d.get("model").asText()).isEqualTo("imagenet");
        assertThat(d.get("wins").asInt()).isEqualTo(12);

        ProgramRun unknown =
                ProgramRun.of(
                        "bootstrap-stats", imagenet, "--lower-is-better=dyce", "--output", output);
        assertThat(unknown.code()).isEqualTo(ExitCode.USER_ERROR);
    }

    @Test
    void correctionAndScalingReachTheResult() throws IOException {
        Path third = scores("third", 0.7);
        Path arms =
                Files.writeString(
                        folder.resolve("arms.csv"),
                        "model,frames\nimagenet,1000\nsurgenet,10000\nthird,100000\n");
        ProgramRun run =
                ProgramRun.of(
                        "bootstrap-stats",
                        imagenet,
                        surgenet,
                        third,
                        "--correction=bh",
                        "--fit-scaling",
                        arms,
                        "--output",
                        output);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("p (Benjamini–Hochberg)").contains("per tenfold frames");
        JsonNode stats = Json.read(output.resolve("stats.json"));
        assertThat(stats.get("settings").get("correction").asText()).isEqualTo("bh");
        // Scores rise by about 0.05 for each tenfold.
        assertThat(stats.at("/scaling/0/terms/1/estimate").asDouble()).isBetween(0.049, 0.052);
        assertThat(stats.at("/rankings/0/models/0/model").asText()).isEqualTo("third");

        Files.writeString(arms, "model,frames\nimagenet,10\nsurgenet,10\nthird,10\n");
        ProgramRun same =
                ProgramRun.of(
                        "bootstrap-stats",
                        imagenet,
                        surgenet,
                        third,
                        "--fit-scaling",
                        arms,
                        "--overwrite",
                        "--output",
                        output);
        assertThat(same.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(same.err()).contains("cannot be told from A");
    }

    @Test
    void dryRunWritesNothing() {
        ProgramRun run =
                ProgramRun.of(
                        "bootstrap-stats", imagenet, surgenet, "--dry-run", "--output", output);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("2 models, 12 units, 1000 resamples");
        assertThat(output).doesNotExist();
    }

    @Test
    void errorsAreOneLine() throws IOException {
        Path broken =
                Files.writeString(
                        folder.resolve("broken.csv"), HEADER + "m,seg,d,p,dice,all,x,1\n");

        ProgramRun value = ProgramRun.of("bootstrap-stats", broken, "--output", output);
        assertThat(value.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(value.messages()).hasSize(1);
        assertThat(value.err()).contains("broken.csv:2: value 'x' is not a number");

        ProgramRun metric =
                ProgramRun.of("bootstrap-stats", imagenet, "--metric=dyce", "--output", output);
        assertThat(metric.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(metric.err()).contains("metric 'dyce'; there are dice");

        ProgramRun confidence =
                ProgramRun.of("bootstrap-stats", imagenet, "--confidence=95", "--output", output);
        assertThat(confidence.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(confidence.err()).contains("--confidence 95.0");

        assertThat(ProgramRun.of("bootstrap-stats", imagenet).code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(output).doesNotExist();
    }
}
