package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    /**
     * Files that cannot be made again to the byte: lines of steps, and times, are lost with them.
     */
    private static final Pattern CHANGED = Pattern.compile("log\\.jsonl|events\\..*");

    /**
     * Files that every run writes; records, without which what lies there is taken for somebody
     * else's and kept; and states, which are what the others are made from.
     */
    private static final Pattern NO_RESULT =
            Pattern.compile(
                    "run\\.json|(.*/)?video\\.json|config\\.yaml|checkpoints/.*"
                            + "|[^/]*\\.?lock[^/]*");

    @TempDir Path folder;

    /** The commands so far that have a directory for their results. */
    private final Map<Path, Object[]> commands = new LinkedHashMap<>();

    private ProgramRun run(Object... args) {
        int output = Arrays.asList(args).indexOf("--output");
        if (output >= 0) {
            commands.put((Path) args[output + 1], args);
        }
        ProgramRun run = ProgramRun.of(args);
        assertThat(run.code())
                .as("%s%n%s%n%s", Arrays.toString(args), run.out(), run.err())
                .isIn(ExitCode.DONE, ExitCode.DONE_WITH_SKIPPED);
        return run;
    }

    @Test
    void fromVideoToStatistics() throws IOException {
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
        probe("phase", "cholec80", "knn", sample, weights);
        probe("cvs", "endoscapes", "linear", sample, weights);
        run(
                "embed",
                "--weights",
                weights,
                "--backbone",
                "caformer_test",
                "--frames",
                frames,
                "--output",
                folder.resolve("embed"),
                "--size",
                64);
        run(
                "predict",
                "--model",
                folder.resolve("seg-pretrained"),
                "--frames",
                frames,
                "--output",
                folder.resolve("predict"));

        everyFileThatIsLostIsWrittenAgain();
    }

    /** Probes frozen features, and compares them with the fine-tuned model. */
    private void probe(String task, String format, String kind, Path sample, Path weights) {
        Path output = folder.resolve("probe-" + task);
        List<Object> probing =
                new ArrayList<>(
                        List.of(
                                "probe",
                                "--weights",
                                weights,
                                "--backbone",
                                "caformer_test",
                                "--size",
                                64,
                                "--data",
                                sample.resolve(format),
                                "--format",
                                format,
                                "--classifier",
                                kind,
                                "--output",
                                output));
        if (task.equals("phase")) {
            probing.addAll(List.of("--split", sample.resolve("splits/patients.csv")));
        }
        run(probing.toArray());
        assertThat(run(probing.toArray()).out()).contains("already complete");
        probing.addAll(List.of("--seed", 5));
        assertThat(ProgramRun.of(probing.toArray()).err()).contains("contains a probe with ");
        probing.addAll(List.of("--split-name", "train"));
        assertThat(ProgramRun.of(probing.toArray()).err())
                .contains("--split-name train: must be val or test");

        Path tuned = folder.resolve("eval-" + task + "-pretrained/scores.csv");
        Path evaluation = folder.resolve("eval-" + task + "-probe");
        run(
                "evaluate",
                "--predictions",
                output.resolve("predictions.csv"),
                "--model-name",
                "probe",
                "--dataset-name",
                CsvTable.read(tuned).rows().get(0).get("dataset"),
                "--output",
                evaluation);
        run(
                "bootstrap-stats",
                tuned,
                evaluation.resolve("scores.csv"),
                "--output",
                folder.resolve("stats-" + task + "-probe"));
    }

    /**
     * Whoever deletes a result, as make does with its target when it is interrupted, gets it back
     * from the same command, whichever it is.
     */
    private void everyFileThatIsLostIsWrittenAgain() throws IOException {
        for (Map.Entry<Path, Object[]> entry : List.copyOf(commands.entrySet())) {
            Path output = entry.getKey();
            // The other models and tasks differ in what they compute, not in how they resume.
            if (output.getFileName()
                    .toString()
                    .matches(".*-scratch|(eval-|stats-|)(phase|cvs).*")) {
                continue;
            }
            for (Path file : oneOfEachKind(output)) {
                byte[] before = Files.readAllBytes(file);
                Files.delete(file);
                run(entry.getValue());
                assertThat(file).isNotEmptyFile();
                if (CHANGED.matcher(file.getFileName().toString()).matches()) {
                    Files.write(file, before);
                } else {
                    assertThat(file).hasBinaryContent(before);
                }
            }
        }
    }

    /** The results in a directory, but of many images or the like in one folder only the last. */
    private static Collection<Path> oneOfEachKind(Path output) throws IOException {
        Map<String, Path> kinds = new TreeMap<>();
        try (Stream<Path> tree = Files.walk(output)) {
            for (Path file : tree.filter(Files::isRegularFile).sorted().toList()) {
                String name = output.relativize(file).toString();
                if (!NO_RESULT.matcher(name).matches()) {
                    kinds.put(name.replaceFirst("/[^/]*(\\.[^./]*)$", "/*$1"), file);
                }
            }
        }
        assertThat(kinds).as(output.toString()).isNotEmpty();
        return kinds.values();
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
