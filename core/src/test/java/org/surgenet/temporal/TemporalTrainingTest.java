package org.surgenet.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.CsvTable;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.dataset.SplitName;
import org.surgenet.features.FeatureFormat;
import org.surgenet.features.FeatureTable;
import org.surgenet.metrics.PhaseScores;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.metrics.Timing;
import org.surgenet.stats.BootstrapStats;
import org.surgenet.stats.Settings;
import org.surgenet.train.TrainingLoop;

/**
 * Synthetic operations of four phases in a fixed order and of random lengths. A frame's six
 * features are its phase's with so much noise that a frame alone does not tell it.
 */
class TemporalTrainingTest {
    private static final List<String> PHASES = List.of("A", "B", "C", "D");
    private static final int FEATURES = 6;

    @TempDir private Path folder;

    /** Writes the features of so many videos, of which every fourth but the last are for test. */
    private Path features(int videos, double noise) throws IOException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        for (String name : List.of("path", "video", "time_s", "label", "split")) {
            columns.put(name, new ArrayList<>());
        }
        List<float[]> features = new ArrayList<>();
        for (int v = 0; v < videos; v++) {
            CounterRandom random = CounterRandom.of(17, v);
            String part = v % 2 == 0 ? "train" : v == 1 ? "val" : "test";
            int t = 0;
            for (int phase = 0; phase < PHASES.size(); phase++) {
                int length = 8 + random.nextInt(20);
                for (int i = 0; i < length; i++, t++) {
                    columns.get("path").add(String.format(Locale.ROOT, "v%02d/%d.png", v, t));
                    columns.get("video").add(String.format(Locale.ROOT, "v%02d", v));
                    columns.get("time_s").add(Integer.toString(t));
                    columns.get("label").add(PHASES.get(phase));
                    columns.get("split").add(part);
                    float[] one = new float[FEATURES];
                    for (int d = 0; d < FEATURES; d++) {
                        one[d] = (float) ((d == phase ? 1 : 0) + noise * random.nextGaussian());
                    }
                    features.add(one);
                }
            }
        }
        Path directory = folder.resolve("features" + videos);
        Files.createDirectories(directory);
        new FeatureTable(columns, features).write(directory, FeatureFormat.NPY, Map.of());
        return directory;
    }

    private TemporalRequest request(
            Path features, HeadKind head, Timing timing, int epochs, int smooth, String output) {
        return new TemporalRequest(
                new TemporalRequest.Data(features, null, null),
                new TemporalRequest.Model(
                        head,
                        timing,
                        HeadKind.Shape.builder()
                                .stages(2)
                                .generationLayers(4)
                                .layers(4)
                                .maps(16)
                                .build()),
                head.learning().toBuilder().epochs(epochs).lr(5e-3).build(),
                new TemporalRequest.Predicting(SplitName.TEST, smooth),
                new TemporalRequest.Running(
                        folder.resolve(output),
                        false,
                        3,
                        Device.cpu(),
                        TrainingLoop.Keeping.builder().build(),
                        "test"));
    }

    private static TemporalTraining.Outcome run(TemporalRequest request) throws IOException {
        return new TemporalTraining(request)
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));
    }

    private static List<ScoreRow> scores(String model, Path predictions) {
        Map<String, List<int[]>> videos = new LinkedHashMap<>();
        for (CsvTable.Row row : CsvTable.read(predictions).rows()) {
            videos.computeIfAbsent(row.get("video"), v -> new ArrayList<>())
                    .add(
                            new int[] {
                                PHASES.indexOf(row.get("target")),
                                PHASES.indexOf(row.get("prediction"))
                            });
        }
        PhaseScores scores = new PhaseScores(PHASES.size());
        List<ScoreRow> rows = new ArrayList<>();
        videos.forEach(
                (video, of) -> {
                    double accuracy =
                            scores.add(
                                            video,
                                            of.stream().mapToInt(p -> p[0]).toArray(),
                                            of.stream().mapToInt(p -> p[1]).toArray())
                                    .accuracy();
                    rows.add(
                            new ScoreRow(
                                    model, "phase", "toy", video, "accuracy", "all", accuracy, 1));
                });
        return rows;
    }

    /** The claim that a temporal head is for, with the interval that a user would be shown. */
    @Test
    void temporalHeadsBeatTheFrameWiseOne() throws IOException {
        Path features = features(32, 0.9);
        List<Path> files = new ArrayList<>();
        for (HeadKind head : HeadKind.values()) {
            int epochs = head == HeadKind.LINEAR ? 40 : 15;
            Path predictions =
                    run(request(features, head, Timing.ONLINE, epochs, 1, head.name()))
                            .predictions();
            Path file = folder.resolve(head.name()).resolve(ScoresCsv.FILE_NAME);
            ScoresCsv.write(file, scores(head.label(), predictions));
            files.add(file);
        }
        Settings settings = Settings.builder().baseline(HeadKind.LINEAR.label()).build();
        Path output = folder.resolve("stats");
        new BootstrapStats(new BootstrapStats.Request(files, output, false, settings))
                .run(Progress.NONE, Cancellation.NEVER);
        List<CsvTable.Row> differences =
                CsvTable.read(output.resolve("table.csv")).rows().stream()
                        .filter(row -> row.get("kind").equals("difference"))
                        .toList();

        assertThat(differences)
                .hasSize(2)
                .allSatisfy(
                        row -> {
                            assertThat(row.integer("n")).isEqualTo(15);
                            assertThat(row.number("ci_low")).isGreaterThan(0.05);
                            assertThat(row.number("p_adjusted")).isLessThan(0.01);
                        });
    }

    @Test
    void overfitsAHandfulOfVideos() throws IOException {
        Path features = features(8, 1.5);
        for (HeadKind head : List.of(HeadKind.TECNO, HeadKind.MSTCN)) {
            TemporalRequest request =
                    request(features, head, head.timing().orElseThrow(), 80, 1, head.name());
            run(request);

            String log = Files.readString(request.running().output().resolve("log.jsonl"));
            List<String> epochs = log.lines().filter(l -> l.contains("train_loss")).toList();
            double first = trainLoss(epochs.get(0));
            double last = trainLoss(epochs.get(epochs.size() - 1));
            assertThat(last).isLessThan(first / 3);
        }
    }

    private static double trainLoss(String line) {
        return org.surgenet.common.Json.parse(
                        line.getBytes(java.nio.charset.StandardCharsets.UTF_8), "log.jsonl")
                .get("train_loss")
                .asDouble();
    }

    @Test
    void anInterruptedRunEndsWithTheSameBits() throws IOException {
        Path features = features(8, 0.9);
        TemporalRequest whole = request(features, HeadKind.TECNO, Timing.ONLINE, 4, 1, "whole");
        TemporalRequest cut = request(features, HeadKind.TECNO, Timing.ONLINE, 4, 1, "cut");
        run(whole);

        Cancellation cancellation = () -> true;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(
                            () ->
                                    new TemporalTraining(cut)
                                            .run(
                                                    Progress.NONE,
                                                    cancellation,
                                                    new RunRecord("test", List.of())))
                    .isInstanceOf(InterruptedRunException.class);
        }
        assertThat(run(cut).alreadyComplete()).isFalse();

        for (String file : List.of("head.safetensors", "predictions.csv")) {
            assertThat(folder.resolve("cut").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
        assertThat(run(cut).alreadyComplete()).isTrue();
        TemporalRequest other = request(features, HeadKind.MSTCN, Timing.ONLINE, 4, 1, "cut");
        assertThatThrownBy(() -> run(other))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("head=tecno");
    }

    @Test
    void predictionsSayTheirTiming() throws IOException {
        Path features = features(8, 0.9);

        assertThat(timing(request(features, HeadKind.TECNO, Timing.ONLINE, 1, 1, "a")))
                .hasValue("online");
        assertThat(timing(request(features, HeadKind.TECNO, Timing.OFFLINE, 1, 1, "b")))
                .hasValue("offline");
        assertThat(timing(request(features, HeadKind.LINEAR, Timing.ONLINE, 1, 1, "c"))).isEmpty();
        // The same head, whose training is not repeated: only its predictions are smoothed.
        assertThat(timing(request(features, HeadKind.LINEAR, Timing.OFFLINE, 1, 5, "c")))
                .hasValue("offline");
        assertThatThrownBy(() -> request(features, HeadKind.TECNO, Timing.OFFLINE, 1, 4, "d"))
                .hasMessageContaining("smooth")
                .hasMessageContaining("odd");
    }

    private static Optional<String> timing(TemporalRequest request) throws IOException {
        CsvTable table = CsvTable.read(run(request).predictions());
        return table.has(Timing.COLUMN)
                ? Optional.of(table.rows().get(0).get(Timing.COLUMN))
                : Optional.empty();
    }

    @Test
    void smoothingMakesFewerSegments() throws IOException {
        Path features = features(8, 0.9);
        Path plain =
                run(request(features, HeadKind.LINEAR, Timing.ONLINE, 20, 1, "plain"))
                        .predictions();
        Path smooth =
                run(request(features, HeadKind.LINEAR, Timing.ONLINE, 20, 9, "smooth"))
                        .predictions();

        assertThat(changes(smooth)).isLessThan(changes(plain) / 2);
    }

    private static int changes(Path predictions) {
        List<CsvTable.Row> rows = CsvTable.read(predictions).rows();
        int changes = 0;
        for (int i = 1; i < rows.size(); i++) {
            changes +=
                    rows.get(i).get("prediction").equals(rows.get(i - 1).get("prediction")) ? 0 : 1;
        }
        return changes;
    }

    @Test
    void tablesThatAreNoVideosAreRefused() throws IOException {
        Path file = folder.resolve("x.csv");
        refused(file, "video,f0\nv,1\n", "has no column 'label'");
        refused(file, "video,label,time_s,f0\nv,A,1,1\nv,B,1,2\n", "two frames at 1.0 s");
        refused(file, "video,label,time_s,f0\nv,A,1,1\nv,B,,2\n", "row 2: time_s ''");
        refused(file, "video,label,f0\nv,A,1\nv,A,2\n", "has 1 classes");
        refused(
                file,
                "video,label,split,f0\nv,A,train,1\nv,B,test,2\n",
                "is in the parts 'train' and 'test'");
        refused(file, "video,label,split,f0\nv,A,train,1\nw,B,val,2\n", "has no test videos");
        refused(file, "video,patient,label,f0\nv,p,A,1\nv,q,B,2\n", "is of two patients: p and q");
    }

    private void refused(Path file, String text, String message) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(
                        () ->
                                new TemporalTraining(
                                        request(file, HeadKind.TECNO, Timing.ONLINE, 1, 1, "o")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    @Test
    void framesWithoutALabelAreLeftOutAndCounted() throws IOException {
        Path file = folder.resolve("x.csv");
        Files.writeString(
                file,
                "video,label,split,f0\n"
                        + "a,A,train,1\n"
                        + "a,,train,2\n"
                        + "a,B,train,3\n"
                        + "b,A,val,1\n"
                        + "c,B,test,1\n");

        TemporalTraining training =
                new TemporalTraining(request(file, HeadKind.TECNO, Timing.ONLINE, 1, 1, "o"));

        assertThat(training.notes()).containsExactly("1 frame without a label left out, of 5");
        assertThat(training.plan()).contains("train 1 videos, 2 frames").contains("online");
    }
}
