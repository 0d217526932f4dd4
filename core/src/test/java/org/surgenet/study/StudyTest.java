package org.surgenet.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.stats.Settings;
import org.surgenet.train.RunDirectory;

class StudyTest {
    private static final String PLAN =
            """
            datasets:
              one: {task: seg, data: labelled, format: f}
              two: {task: seg, data: labelled, format: f, folds: 3}
            weights:
              base: none
              better: none
            baseline: base
            seeds: [0, 1]
            train-patients: [2, all]
            options: {lr: 0.1}
            """;

    @TempDir Path folder;

    /** A sample of nothing. */
    private record Empty(String patient) implements Sample {
        @Override
        public String name() {
            return patient;
        }

        @Override
        public String video() {
            return patient;
        }

        @Override
        public double timeSeconds() {
            return 0;
        }

        @Override
        public Path image() {
            return Path.of("none");
        }

        @Override
        public String target() {
            return "";
        }
    }

    /** Commands that write scores at once: higher for the better weights and more patients. */
    private class Scores implements CellProgram {
        final List<String> ran = new ArrayList<>();
        String failing = "none";
        int kept;
        int interruptAfter = Integer.MAX_VALUE;

        @Override
        public StudyData read(Plan.LabelledData data) {
            List<Empty> samples =
                    IntStream.range(0, 12).mapToObj(i -> new Empty("p" + (10 + i))).toList();
            Dataset<Empty> dataset =
                    new Dataset<>("f", "f", List.of("a"), samples, Map.of(), "", List.of());
            return new StudyData(
                    dataset,
                    data.folds() > 0 ? Optional.empty() : Optional.of(Split.of(dataset, null, 0)));
        }

        @Override
        public CellCommands commands(Cell cell, Path at, Optional<Path> split) {
            Plan plan = plan();
            List<String> train = new ArrayList<>(List.of("train", "--cell=" + cell));
            plan.dataset(cell.dataset())
                    .options()
                    .forEach(o -> train.add("--" + o.key() + "=" + o.values().get(0)));
            train.add("--output=" + at);
            List<String> score = new ArrayList<>(List.of("score", "--arm=" + cell.arm()));
            plan.dataset(cell.dataset())
                    .scoring()
                    .forEach(o -> score.add("--" + o.key() + "=" + o.values().get(0)));
            score.add("--output=" + at);
            return new CellCommands(train, score);
        }

        @Override
        public Optional<Path> weights(Plan.LabelledData data, Plan.Arm arm) {
            return Optional.empty();
        }

        @Override
        public CellCost measure(Plan.LabelledData data, Path scratch) {
            return new CellCost(1, 0.5, 4, 10, 1000);
        }

        @Override
        public synchronized Ending run(List<String> command, Path log) throws IOException {
            Path at = Path.of(command.get(command.size() - 1).replace("--output=", ""));
            Files.writeString(log, "a first line\nsurgenet: it went wrong\n");
            if (command.get(0).equals("train")) {
                if (ran.size() >= interruptAfter) {
                    return Ending.INTERRUPTED;
                }
                ran.add(command.get(1));
                kept += Files.exists(at.resolve("model")) ? 1 : 0;
                Files.createDirectories(at);
                Files.writeString(at.resolve("model"), "trained");
                return command.get(1).contains(failing) ? Ending.FAILED : Ending.DONE;
            }
            Study study = new Study(plan(), this, folder.resolve("out"), Progress.NONE);
            PlannedCell cell =
                    study.cells().stream()
                            .filter(c -> c.folder().equals(at))
                            .findFirst()
                            .orElseThrow();
            List<ScoreRow> rows = new ArrayList<>();
            for (String patient : cell.division().patients(SplitName.TEST)) {
                double hard = patient.hashCode() % 7 * 0.02;
                double own = cell.cell().arm().equals("better") ? 0.2 + hard / 10 : 0;
                double more = cell.cell().size() == Plan.ALL ? 0.1 : 0;
                rows.add(
                        new ScoreRow(
                                cell.cell().arm(),
                                "seg",
                                "f",
                                patient,
                                "dice",
                                "all",
                                0.3 + hard + own + more,
                                1));
            }
            Path file = CellProgram.scores(at).resolve("scores.csv");
            Files.createDirectories(file.getParent());
            ScoresCsv.write(file, rows);
            return Ending.DONE;
        }
    }

    private String plan = PLAN;

    private Plan plan() {
        try {
            Files.createDirectories(folder.resolve("labelled"));
            Path file = folder.resolve("plan.yaml");
            if (!Files.exists(file) || !Files.readString(file).equals(plan)) {
                Files.writeString(file, plan);
            }
            return PlanReader.read(file, Set.of());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Study study(CellProgram program) {
        return new Study(plan(), program, folder.resolve("out"), Progress.NONE);
    }

    private static Study.Outcome run(Study study) throws IOException {
        return study.run(i -> true, Progress.NONE, Cancellation.NEVER);
    }

    private void report(Study study) throws IOException {
        Settings settings = Settings.builder().baseline("base").resamples(50).build();
        new StudyResults(study, settings).write(Progress.NONE, Cancellation.NEVER);
    }

    /** Everything that the results say, but for times. */
    private Map<String, String> results() throws IOException {
        Map<String, String> all = new TreeMap<>();
        Path results = folder.resolve("out/results");
        try (Stream<Path> files = Files.walk(results)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).toList()) {
                String text = Files.readString(file);
                if (file.endsWith("cells.csv")) {
                    text = text.replaceAll(",\\d+\\.\\d,", ",,");
                }
                all.put(results.relativize(file).toString(), text);
            }
        }
        return all;
    }

    @Test
    void everyCellIsMadeOnceAndNoneAgain() throws IOException {
        Scores program = new Scores();

        assertThat(run(study(program)).made()).isEqualTo(8 + 24);
        assertThat(program.ran).doesNotHaveDuplicates().hasSize(32);
        assertThat(run(study(program)).made()).isZero();

        report(study(program));
        assertThat(folder.resolve("out/report.html")).content().contains("better scores better");
        assertThat(folder.resolve("out/results/data-efficiency.svg")).exists();
    }

    @Test
    void scoresAreFittedToFramesOnlyWhereWeightsDiffer() throws IOException {
        String known = "  %s: {weights: none, frames: %s}";
        plan = PLAN.replace("  better: none", String.format(Locale.ROOT, known, "better", "1000"));
        run(study(new Scores()));
        report(study(new Scores()));
        assertThat(folder.resolve("out/report.html"))
                .content()
                .doesNotContain("Frames and procedures");

        plan = plan.replace("  base: none", String.format(Locale.ROOT, known, "base", "1000"));
        report(study(new Scores()));
        assertThat(folder.resolve("out/report.html"))
                .content()
                .doesNotContain("Frames and procedures");

        plan =
                plan.replace(
                        "base: {weights: none, frames: 1000", "base: {weights: none, frames: 100");
        report(study(new Scores()));
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("Frames and procedures", "Scores were not fitted", "at least 3 models");
    }

    @Test
    void trainingPatientsAreTheSameForAllWeights() throws IOException {
        Scores program = new Scores();
        for (PlannedCell cell : study(program).cells()) {
            for (PlannedCell other : study(program).cells()) {
                Cell a = cell.cell();
                Cell b = other.cell();
                boolean alike =
                        a.dataset().equals(b.dataset())
                                && a.fold() == b.fold()
                                && a.seed() == b.seed()
                                && a.size() == b.size();
                if (alike) {
                    assertThat(cell.division().hash()).isEqualTo(other.division().hash());
                }
            }
        }
    }

    @Test
    void changeOfThePlanMakesOnlyWhatItChanges() throws IOException {
        Scores program = new Scores();
        run(study(program));
        program.ran.clear();

        plan = PLAN.replace("format: f, folds", "format: f, options: {lr: 0.2}, folds");
        Study changed = study(program);

        assertThat(new StudyResults(changed, Settings.defaults()).describe())
                .contains("24 cells of two: training.lr was 0.1 and is 0.2")
                .contains("done: 8");
        assertThat(run(changed).made()).isEqualTo(24);
        assertThat(program.ran).allMatch(cell -> cell.contains("=two/"));
    }

    @Test
    void changeOfTheScoringAloneTrainsNothing() throws IOException {
        Scores program = new Scores();
        run(study(program));
        int trained = program.ran.size();

        plan =
                PLAN.replace(
                        "format: f, folds", "format: f, evaluate: {dice-average: image}, folds");
        Study changed = study(program);

        assertThat(run(changed).made()).isEqualTo(24);
        assertThat(program.ran.subList(trained, program.ran.size()))
                .allMatch(cell -> cell.contains("=two/"));
        assertThat(program.kept).as("models that were there before training").isEqualTo(24);
    }

    @Test
    void numberIsTheSameHoweverItIsWritten() throws IOException {
        Scores program = new Scores();
        run(study(program));

        plan = PLAN.replace("lr: 0.1", "lr: 1e-1");

        assertThat(run(study(program)).made()).isZero();
    }

    @Test
    void faultOfTheFileSystemIsTheCellsAlone() throws IOException {
        Files.createDirectories(folder.resolve("out/cells/one"));
        Files.writeString(folder.resolve("out/cells/one/better"), "in the way");
        Scores program = new Scores();

        Study.Outcome outcome = run(study(program));

        assertThat(outcome.made()).isEqualTo(4 + 24);
        assertThat(outcome.failed()).hasSize(4);
    }

    @Test
    void damagedScoresAreNamedAndTheOthersReported() throws IOException {
        Scores program = new Scores();
        Study study = study(program);
        run(study);
        Files.writeString(study.cells().get(0).scores(), "garbage\n");

        report(study(program));

        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("Not complete: 1 run of 16", "scores.csv");
    }

    @Test
    void threeSetsOfWeightsAreRankedOverDataSets() throws IOException {
        plan = PLAN.replace("  better: none", "  better: none\n  third: none");
        Scores program = new Scores();
        run(study(program));

        report(study(program));

        List<String> lines =
                Files.readAllLines(folder.resolve("out/results/ranks-over-data-sets.csv"));
        assertThat(lines).hasSize(7);
        assertThat(lines.get(2)).startsWith("one,dice,better,0.").endsWith(",1.0");
        assertThat(folder.resolve("out/report.html")).content().contains("All data sets");
    }

    @Test
    void failedCellStopsNoOtherAndIsTriedAgainByTheNextRun() throws IOException {
        Scores program = new Scores();
        program.failing = "one/better, seed 1";

        Study.Outcome outcome = run(study(program));

        assertThat(outcome.failed()).hasSize(1);
        assertThat(outcome.failed().values()).containsExactly("surgenet: it went wrong");
        assertThat(program.ran).hasSize(32);
        report(study(program));
        assertThat(folder.resolve("out/report.html"))
                .content()
                .contains("one/better, seed 1 failed: surgenet: it went wrong");

        program.failing = "none";
        assertThat(run(study(program)).made()).isEqualTo(1);
    }

    @Test
    void interruptedStudyGoesOnAndEndsAsAnUndisturbedOne() throws IOException {
        Scores undisturbed = new Scores();
        run(study(undisturbed));
        report(study(undisturbed));
        Map<String, String> expected = results();
        RunDirectory.deleteTree(folder.resolve("out"));

        Scores program = new Scores();
        program.interruptAfter = 11;
        assertThatThrownBy(() -> run(study(program))).isInstanceOf(InterruptedRunException.class);
        program.interruptAfter = Integer.MAX_VALUE;
        assertThat(run(study(program)).made()).isEqualTo(32 - 11);
        report(study(program));

        assertThat(results()).isEqualTo(expected);
    }

    @Test
    void processesAtOnceMakeEveryCellOnce() throws Exception {
        Scores program = new Scores();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Study.Outcome>> runs = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                runs.add(threads.submit(() -> run(study(program))));
            }
            int made = 0;
            for (Future<Study.Outcome> one : runs) {
                made += one.get().made();
            }
            assertThat(made).isEqualTo(32);
        } finally {
            threads.shutdownNow();
        }
        assertThat(program.ran).doesNotHaveDuplicates().hasSize(32);
    }

    @Test
    void tooFewPatientsAreSaidBeforeAnythingRuns() {
        plan = PLAN.replace("[2, all]", "[11, all]");
        assertThatThrownBy(() -> study(new Scores()))
                .hasMessageContaining("'one' has 8 training patients; train-patients asks for 11");

        plan = PLAN.replace("folds: 3", "folds: 13");
        assertThatThrownBy(() -> study(new Scores()))
                .hasMessageContaining("'two' has 12 patients, too few for 13 folds by patient");

        plan = PLAN.replace("[2, all]", "[8, all]");
        assertThatThrownBy(() -> study(new Scores()))
                .hasMessageContaining("train-patients has 8 and all, which are the same");
    }

    @Test
    void checkpointsOfOneRunAreShownOverTheirEpochs() throws IOException {
        Path run = Files.createDirectories(folder.resolve("pretrain"));
        Files.writeString(run.resolve("run.json"), "{\"command\": \"pretrain\"}");
        for (int epochs : new int[] {1, 3}) {
            Path checkpoint =
                    Files.createDirectories(run.resolve("checkpoints/step-0000000" + epochs));
            Files.writeString(checkpoint.resolve("teacher.safetensors"), "weights");
            Files.writeString(
                    checkpoint.resolve("state.json"),
                    epochs == 1 ? "{\"epochs\": [1]}" : "{\"epochs\": [1, 2, 3]}");
        }
        plan =
                PLAN.replace(
                                "base: none",
                                "base: pretrain/checkpoints/step-00000001/teacher.safetensors")
                        .replace(
                                "better: none",
                                "better: pretrain/checkpoints/step-00000003/teacher.safetensors");
        Scores program = new Scores();
        run(study(program));

        report(study(program));

        assertThat(folder.resolve("out/results/epochs.svg")).exists();
        List<String> lines = Files.readAllLines(folder.resolve("out/results/epochs.csv"));
        assertThat(lines).hasSize(5);
        assertThat(lines.get(1)).startsWith("seg,one,dice,pretrain,base,1.0,0.");
        assertThat(lines.get(2)).startsWith("seg,one,dice,pretrain,better,3.0,0.");
    }

    @Test
    void estimateCountsStepsOfEveryCell() {
        Study study = study(new Scores());

        String text = new StudyEstimate(study, new Scores(), folder).text();

        // One: 8 training patients, 2 to validate on, 2 to test on, in batches of 4; start twice.
        double all = 2 + 0.5 * (10 * (2 + 1.0 / 3) + 1.0 / 3);
        double two = 2 + 0.5 * (10 * (1 + 1.0 / 3) + 1.0 / 3);
        assertThat(text)
                .contains(
                        String.format(
                                Locale.ROOT, "one: 8 cells of about %.1f s each", (all + two) / 2));
    }
}
