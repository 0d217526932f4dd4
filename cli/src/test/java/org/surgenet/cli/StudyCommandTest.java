package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.Json;

/** A small study on the synthetic sample: undisturbed, killed, in parts, and with faults. */
class StudyCommandTest {
    private static final String PLAN =
            """
            name: Two rates
            datasets:
              cvs:
                task: cvs
                data: sample/endoscapes
                format: endoscapes
            weights:
              slow: none
              fast:
                weights: none
                options: {lr: 0.01}
            baseline: slow
            seeds: [0, 1]
            train-patients: [2, all]
            options:
              backbone: caformer_test
              size: 32x32
              epochs: 1
              batch-size: 8
            resamples: 100
            """;

    private static final int CELLS = 8;

    @TempDir static Path folder;

    private static Path plan;

    /** The results of an undisturbed run in one process. */
    private static Map<String, String> expected;

    @BeforeAll
    static void runUndisturbed() throws IOException {
        ProgramRun drawn =
                ProgramRun.of(
                        "make-sample",
                        folder.resolve("sample"),
                        "--seconds=8",
                        "--size=96x64",
                        "--patients=7");
        assertThat(drawn.code()).as(drawn.err()).isZero();
        plan = folder.resolve("plan.yaml");
        Files.writeString(plan, PLAN);

        ProgramRun run = study("whole");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(CELLS + " cells made, 0 failed, 0 to be made");
        expected = results("whole");
    }

    private static ProgramRun study(String name, Object... more) {
        return ProgramRun.of(words(plan, name, more));
    }

    private static Object[] words(Path file, String name, Object... more) {
        List<Object> words = new ArrayList<>(List.of("study", file, "--output"));
        words.add(folder.resolve(name));
        words.addAll(List.of(more));
        return words.toArray();
    }

    /** What was found, but for times. */
    private static Map<String, String> results(String name) throws IOException {
        Map<String, String> all = new TreeMap<>();
        Path results = folder.resolve(name).resolve("results");
        try (Stream<Path> files = Files.walk(results)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
                String text = Files.readString(file);
                if (file.endsWith("cells.csv")) {
                    text = text.replaceAll(",\\d+\\.\\d,", ",,");
                }
                all.put(results.relativize(file).toString(), text);
            }
        }
        assertThat(all).isNotEmpty();
        return all;
    }

    private static List<Path> records(String name) throws IOException {
        Path cells = folder.resolve(name).resolve("cells");
        if (!Files.isDirectory(cells)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(cells, 4)) {
            return files.filter(f -> f.getFileName().toString().matches("seed\\d\\.json")).toList();
        }
    }

    @Test
    void reportTellsTheStudy() throws IOException {
        assertThat(folder.resolve("whole/report.html"))
                .content()
                .contains("<h1>Two rates</h1>", "Findings", "Fewer training patients", "Limits");
        Path results = folder.resolve("whole/results");
        assertThat(results.resolve("comparison-nall/table.tex")).exists();
        for (String figure : List.of("data-efficiency", "rare-classes", "comparison-n2/forest")) {
            for (String ending : List.of(".png", ".svg", ".csv")) {
                assertThat(results.resolve(figure + ending)).exists();
            }
        }
        assertThat(Files.readAllLines(results.resolve("scores.csv")).get(0))
                .isEqualTo(
                        "dataset,task,model,train_patients,training_patients_n,seed,fold,unit,"
                                + "metric,class,value,n");
    }

    @Test
    void cellIsAnOrdinaryRunThatAPersonCanRepeat() throws IOException {
        Path record = records("whole").get(0);
        JsonNode commands = Json.read(record).path("commands");
        assertThat(commands).hasSize(2);
        for (JsonNode command : commands) {
            List<Object> words = new ArrayList<>();
            command.forEach(word -> words.add(word.asText()));

            ProgramRun again = ProgramRun.of(words.toArray());

            assertThat(again.code()).as(again.err()).isZero();
            assertThat(again.out()).contains("already complete");
        }
    }

    @Test
    void nothingThatIsDoneIsRepeated() throws IOException {
        ProgramRun again = study("whole");

        assertThat(again.out()).contains("0 cells made");
        assertThat(results("whole")).isEqualTo(expected);
    }

    @Test
    void killedStudyGoesOnToTheSameResults() throws Exception {
        Process process = ProgramRun.program(words(plan, "killed")).start();
        while (records("killed").size() < 3 && process.isAlive()) {
            Thread.sleep(20);
        }
        process.destroyForcibly().waitFor();
        assertThat(folder.resolve("killed/report.html")).doesNotExist();

        ProgramRun rest = study("killed");

        assertThat(rest.code()).as(rest.err()).isZero();
        assertThat(results("killed")).isEqualTo(expected);
    }

    @Test
    void twoPartsAtOnceEqualOneRun() throws Exception {
        List<Process> parts = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            parts.add(
                    ProgramRun.program(words(plan, "parts", "--shard", i + "/2"))
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("part" + i + ".txt").toFile())
                            .start());
        }
        int reports = 0;
        for (int i = 0; i < 2; i++) {
            int code = parts.get(i).waitFor();
            String said = Files.readString(folder.resolve("part" + i + ".txt"));
            assertThat(code).as(said).isEqualTo(ExitCode.DONE);
            reports += said.contains("report in") ? 1 : 0;
        }
        assertThat(reports).isPositive();
        assertThat(results("parts")).isEqualTo(expected);
    }

    @Test
    void severalJobsEqualOneRun() throws IOException {
        ProgramRun run = ProgramRun.finished(ProgramRun.program(words(plan, "jobs", "--jobs", 2)));

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains(CELLS + " cells made");
        assertThat(results("jobs")).isEqualTo(expected);
    }

    @Test
    void changedPlanIsSaidAndOnlyItsCellsAreMadeAgain() throws IOException {
        assertThat(study("changed").code()).isZero();
        Path other = folder.resolve("changed.yaml");
        Files.writeString(other, PLAN.replace("lr: 0.01", "lr: 0.02"));

        ProgramRun dry = ProgramRun.of(words(other, "changed", "--dry-run"));
        assertThat(dry.out())
                .contains("4 cells of cvs: training.lr was 0.01 and is 0.02")
                .contains("done: 4")
                .contains("estimate: ");
        ProgramRun run = ProgramRun.of(words(other, "changed"));

        assertThat(run.out()).contains("4 cells made");
        assertThat(results("changed").get("scores.csv")).isNotEqualTo(expected.get("scores.csv"));
    }

    @Test
    void failedCellIsListedAndTheOthersAreDone() throws IOException {
        Path other = folder.resolve("failing.yaml");
        // The loss of such a rate is not finite.
        Files.writeString(other, PLAN.replace("lr: 0.01", "lr: 1e30"));

        ProgramRun run = ProgramRun.of(words(other, "failing"));

        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(run.out()).contains("4 failed").contains("failed: cvs/fast, seed 1: surgenet: ");
        assertThat(folder.resolve("failing/report.html"))
                .content()
                .contains("Not complete: 4 runs of 8 are not in these results");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "epochs: 1|epoch: 1|18: unknown option 'epoch' of finetune-cvs; did you mean"
                        + " 'epochs'?",
                "lr: 0.01|lr: much|11: invalid value for 'lr': 'much' is not a number",
                "epochs: 1|epochs: -1|18: epochs -1",
                "lr: 0.01|lr: -1|11: lr -1",
                "task: cvs|task: csv|4: 'cvs': the task 'csv' is none of seg, phase, cvs",
                "format: endoscapes|format: endoscope|4: 'cvs': format endoscope: unknown",
                "resamples: 100|resamples: 0|20: resamples 0: must be 1 to 100000",
                "resamples: 100|metrics: [mpa]|20: the metric 'mpa' is unknown; did you mean"
                        + " 'map'?",
                "resamples: 100|resample: 9|20: unknown key 'resample' in a plan; did you mean"
                        + " 'resamples'?",
                "weights: none|weights: sample/README.txt|9: 'fast': ",
                "weights: none|weights: SurgeNetLX|9: 'fast': ",
                "batch-size: 8|output: x|19: 'output' is set by the study"
            })
    void faultOfThePlanIsSaidBeforeAnythingRuns(String text, String wrong, String message)
            throws IOException {
        Path other = folder.resolve("wrong.yaml");
        Files.writeString(other, PLAN.replace(text, wrong));

        ProgramRun run = ProgramRun.of(words(other, "wrong"));

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages()).singleElement().asString().contains("wrong.yaml:" + message);
        assertThat(folder.resolve("wrong/cells")).doesNotExist();
    }
}
