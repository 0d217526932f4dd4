package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;

/**
 * The whole chain through the commands, as small as it gets: synthetic videos become frames, a
 * curated list, a backbone, models of all three tasks, scores, and statistics. What the numbers are
 * is the business of other tests; here every file must be there and be taken by the next command.
 */
class PipelineTest {
    @TempDir Path folder;

    private static ProgramRun run(Object... args) {
        ProgramRun run = ProgramRun.of(args);
        assertThat(run.code())
                .as("%s%n%s%n%s", Arrays.toString(args), run.out(), run.err())
                .isIn(ExitCode.DONE, ExitCode.DONE_WITH_SKIPPED);
        return run;
    }

    @Test
    void fromVideoToStatistics() {
        Path sample = folder.resolve("sample");
        run("make-sample", sample, "--patients", 4, "--seconds", 8, "--size", "128x96");
        Path frames = folder.resolve("frames");
        run("extract-frames", sample.resolve("videos"), "--output", frames, "--fps", 2);
        Path curated = folder.resolve("curated");
        run("curate", frames, "--output", curated);
        assertThat(CsvTable.read(curated.resolve("curated.csv"), "keep").rows())
                .anyMatch(row -> row.get("keep").equals("true"))
                .anyMatch(row -> row.get("keep").equals("false"));
        Path pretrained = folder.resolve("pretrain");
        run(
                "pretrain",
                "--frames",
                curated.resolve("curated.csv"),
                "--backbone",
                "caformer_test",
                "--epochs",
                1,
                "--batch-size",
                8,
                "--global-size",
                64,
                "--local-size",
                32,
                "--local-crops",
                2,
                "--out-dim",
                64,
                "--warmup-epochs",
                0,
                "--output",
                pretrained);
        Path weights = pretrained.resolve("backbone.safetensors");
        assertThat(weights).exists();
        run(
                "extract-frames",
                sample.resolve("cholec80/videos"),
                "--fps",
                2,
                "--output",
                sample.resolve("cholec80/frames"));

        task("seg", "cholecseg8k", sample, weights);
        task("phase", "cholec80", sample, weights);
        task("cvs", "endoscapes", sample, weights);
    }

    /** Fine-tunes with and without the weights, scores both, and compares them. */
    private void task(String task, String format, Path sample, Path weights) {
        List<Path> scores = new ArrayList<>();
        for (String start : new String[] {"pretrained", "scratch"}) {
            Path model = folder.resolve(task + "-" + start);
            List<Object> data =
                    new ArrayList<>(List.of("--data", sample.resolve(format), "--format", format));
            if (!format.equals("endoscapes")) {
                data.add("--split");
                data.add(sample.resolve("splits/patients.csv"));
            }
            List<Object> training = new ArrayList<>(List.of("finetune-" + task));
            training.addAll(data);
            training.addAll(
                    List.of(
                            "--backbone",
                            "caformer_test",
                            "--size",
                            "64x64",
                            "--epochs",
                            1,
                            "--batch-size",
                            8,
                            "--output",
                            model));
            if (start.equals("pretrained")) {
                training.add("--weights");
                training.add(weights);
            }
            run(training.toArray());
            Path evaluation = folder.resolve("eval-" + task + "-" + start);
            List<Object> testing = new ArrayList<>(List.of("evaluate", "--model", model));
            testing.addAll(data);
            testing.addAll(
                    List.of("--split-name", "test", "--model-name", start, "--output", evaluation));
            run(testing.toArray());
            assertThat(evaluation.resolve("report.html")).exists();
            scores.add(evaluation.resolve("scores.csv"));
        }
        Path stats = folder.resolve("stats-" + task);
        run(
                "bootstrap-stats",
                scores.get(0),
                scores.get(1),
                "--output",
                stats,
                "--baseline",
                "scratch",
                "--resamples",
                100);
        JsonNode json = Json.read(stats.resolve("stats.json"));
        assertThat(json.findValues("estimate")).isNotEmpty();
        for (String file : new String[] {"table.md", "table.tex", "table.csv", "forest.png"}) {
            assertThat(Files.exists(stats.resolve(file))).as(file).isTrue();
        }
        assertThat(stats.resolve("table.md")).content().contains("pretrained", "scratch");
    }
}
