package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.SplitName;
import org.surgenet.image.Images;
import org.surgenet.metrics.ProbabilitiesCsv;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.task.seg.SegmentationTask;

/** Predictions of other programs, scored without a model. */
class PredictionEvaluationTest {
    @TempDir Path folder;
    private SettingValues values = SettingValues.DEFAULTS;

    @Test
    void masksAsPngAndNpyAreScoredAgainstTheData() throws IOException {
        data();
        Path masks = Files.createDirectory(folder.resolve("masks"));
        for (int i = 0; i < TinyData.IMAGES; i++) {
            String name = String.format(Locale.ROOT, "test_%02d", i);
            byte[] labels = mask(folder.resolve("data/masks/" + name + ".png"));
            if (i % 2 == 0) {
                Mat picture = Images.ofGreyBytes(labels, 64, 64);
                Images.writePng(masks.resolve(name + ".png"), picture);
                picture.release();
            } else {
                Files.write(masks.resolve(name + ".npy"), npy(labels, label -> label));
            }
        }

        JsonNode perfect = run(masks, "folders", folder.resolve("perfect")).metrics();
        assertThat(perfect.get("dice").asDouble()).isEqualTo(1);
        assertThat(perfect.get("images").asInt()).isEqualTo(TinyData.IMAGES);

        // One of another image, and red and green exchanged in one of eight images.
        Files.write(masks.resolve("train_00.npy"), npy(new byte[64 * 64], label -> label));
        byte[] labels = mask(folder.resolve("data/masks/test_03.png"));
        Files.write(
                masks.resolve("test_03.npy"),
                npy(labels, label -> label == 1 ? 2 : label == 2 ? 1 : label));
        assertThatThrownBy(() -> run(masks, "folders", folder.resolve("perfect")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains an evaluation with predictions_sha256=");
        Path output = folder.resolve("worse");
        JsonNode changed = run(masks, "folders", output).metrics();
        assertThat(changed.get("dice").asDouble()).isBetween(0.8, 0.99);
        assertThat(perfect.get("predictions_not_scored").asInt()).isZero();
        assertThat(changed.get("predictions_not_scored").asInt()).isOne();
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("Classes by frequency");
        assertThat(output.resolve("counts.csv")).isNotEmptyFile();
        assertThat(output.resolve("report.html")).isNotEmptyFile();
        assertThat(ScoresCsv.read(output.resolve("scores.csv")))
                .extracting(ScoreRow::model)
                .containsOnly("theirs");
    }

    @Test
    void masksThatDoNotFitAreNamed() throws IOException {
        data();
        Path masks = Files.createDirectory(folder.resolve("masks"));
        assertThatThrownBy(() -> run(masks, "folders", folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no prediction (PNG or NPY) for 8 of 8 images");

        for (int i = 0; i < TinyData.IMAGES; i++) {
            String name = String.format(Locale.ROOT, "test_%02d.npy", i);
            Files.write(masks.resolve(name), npy(new byte[64 * 64], label -> 4));
        }
        assertThatThrownBy(() -> run(masks, "folders", folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has the value 4, but the data have 4 classes, 0 to 3");

        Mat small = Images.ofGreyBytes(new byte[32 * 32], 32, 32);
        Images.writePng(masks.resolve("test_00.png"), small);
        small.release();
        assertThatThrownBy(() -> run(masks, "folders", folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("test_00.png: is beside test_00.npy; keep the one");
        Files.delete(masks.resolve("test_00.npy"));
        assertThatThrownBy(() -> run(masks, "folders", folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is 32 x 32 where the mask");
        assertThatThrownBy(() -> run(masks, null, folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("masks need data");
    }

    /** Video a: 3 of 4 right; b: 1 of 2. */
    @Test
    void phasesWithTheirTargetsNeedNoData() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("phases.csv"),
                        """
                        video,time_s,target,prediction
                        a,0,prep,prep
                        a,1,prep,clip
                        a,2,clip,clip
                        a,3,clip,clip
                        b,0,prep,prep
                        b,1,clip,prep
                        """);
        Path output = folder.resolve("out");

        JsonNode metrics = run(csv, null, output).metrics();

        assertThat(metrics.get("accuracy").asDouble()).isCloseTo(0.625, within(1e-12));
        assertThat(metrics.get("accuracy_over_frames").asDouble())
                .isCloseTo(4.0 / 6, within(1e-12));
        // What the evaluation wrote can be scored again.
        JsonNode again =
                run(output.resolve("predictions.csv"), null, folder.resolve("again")).metrics();
        assertThat(again.get("macro_f1")).isEqualTo(metrics.get("macro_f1"));

        Evaluation.Outcome second = run(csv, null, output);
        assertThat(second.alreadyComplete()).isTrue();
        Files.writeString(csv, Files.readString(csv).replace("a,1,prep,clip", "a,1,prep,prep"));
        assertThatThrownBy(() -> run(csv, null, output))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains an evaluation with ");
    }

    /** The lines of segmentsAndRelaxedBoundaries, shuffled, and a video in between. */
    @Test
    void framesAreScoredInOrderOfTime() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("phases.csv"),
                        """
                        video,time_s,target,prediction
                        a,10.04,y,x
                        a,2,x,x
                        b,0,x,x
                        a,3,x,y
                        a,9,y,x
                        a,8.5,y,y
                        """);
        values = values.with(PhaseTask.RELAXED_BOUNDARIES, 1);
        Path output = folder.resolve("out");

        run(csv, null, output);

        List<ScoreRow> rows = ScoresCsv.read(output.resolve("scores.csv"));
        assertThat(value(rows, "relaxed_accuracy", "all")).isCloseTo(0.6, within(1e-12));
        assertThat(value(rows, "edit", "all")).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(Files.readAllLines(output.resolve("predictions.csv")))
                .startsWith("path,video,time_s,target,prediction", "a frame 1,a,2.000,x,x")
                .endsWith("b frame 2,b,0.000,x,x");
    }

    /** Two positives and a negative that six digits do not tell apart: AP 1, and not 2/3. */
    @Test
    void whatWasWrittenScoresTheSameAgain() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("cvs.csv"),
                        """
                        video,p_C1,votes_C1
                        a,0.50000003,0.5
                        a,0.50000002,1
                        b,0.50000001,0.49996
                        """);

        JsonNode metrics = run(csv, null, folder.resolve("out")).metrics();
        Path written = folder.resolve("out/predictions.csv");
        JsonNode again = run(written, null, folder.resolve("again")).metrics();

        assertThat(metrics.get("map").asDouble()).isEqualTo(1);
        assertThat(again.get("map").asDouble()).isEqualTo(1);
        assertThat(again.at("/per_criterion/C1/positives").asInt()).isEqualTo(2);
    }

    /** Ranked by C1: +, −, + over all frames: AP = (1 + 2/3) / 2. */
    @Test
    void criteriaWithTheirTargetsNeedNoData() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("cvs.csv"),
                        """
                        video,p_C1,votes_C1,p_C2,target_C2
                        a,0.9,1,0.2,0
                        a,0.8,0.3333,0.7,1
                        b,0.7,0.6667,0.6,0
                        """);
        Path output = folder.resolve("out");

        JsonNode metrics = run(csv, null, output).metrics();

        assertThat(metrics.at("/per_criterion/C1/ap").asDouble()).isCloseTo(5.0 / 6, within(1e-12));
        assertThat(metrics.at("/per_criterion/C2/ap").asDouble()).isEqualTo(1);
        assertThat(metrics.get("map").asDouble()).isCloseTo(11.0 / 12, within(1e-12));
        Recomputable map =
                Recomputable.beside(output.resolve("scores.csv")).stream()
                        .filter(r -> r.metric().equals("map"))
                        .findFirst()
                        .orElseThrow();
        assertThat(map.statistic().value(new int[] {1, 1}))
                .isEqualTo(metrics.get("map").asDouble());
    }

    /** Video a has three segments predicted for two; at 1 frame its change is forgiven. */
    @Test
    void segmentsAndRelaxedBoundaries() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("phases.csv"),
                        """
                        video,target,prediction
                        a,x,x
                        a,x,y
                        a,y,y
                        a,y,x
                        a,y,x
                        """);
        values = values.with(PhaseTask.RELAXED_BOUNDARIES, 1);
        Path output = folder.resolve("out");

        JsonNode metrics = run(csv, null, output).metrics();

        assertThat(metrics.get("accuracy").asDouble()).isCloseTo(0.4, within(1e-12));
        assertThat(metrics.get("relaxed_accuracy").asDouble()).isCloseTo(0.6, within(1e-12));
        assertThat(metrics.get("edit").asDouble()).isCloseTo(2.0 / 3, within(1e-12));
        // x x | y y y against x | y y | x x: the first x is half of its segment, y a quarter.
        assertThat(metrics.get("segment_f1_50").asDouble()).isCloseTo(0.4, within(1e-12));
        assertThat(metrics.get("segment_f1_25_over_segments").asDouble())
                .isCloseTo(0.8, within(1e-12));
        assertThat(ScoresCsv.read(output.resolve("scores.csv")))
                .extracting(ScoreRow::metric)
                .contains("edit", "segment_f1_10", "relaxed_accuracy");
        assertThat(Files.readString(output.resolve("report.html")))
                .contains(">relaxed accuracy<", ">0.600<")
                .contains("Relaxed accuracy, mean over videos: 0.600. Within 1 frame of a change");
        values = SettingValues.DEFAULTS;
        run(csv, null, folder.resolve("strict"));
        assertThat(Files.readString(folder.resolve("strict/report.html")))
                .doesNotContainIgnoringCase("relaxed");
    }

    @Test
    void outlinesAreMeasuredWhereAskedFor() throws IOException {
        data();
        Path masks = Files.createDirectory(folder.resolve("masks"));
        for (int i = 0; i < TinyData.IMAGES; i++) {
            String name = String.format(Locale.ROOT, "test_%02d", i);
            byte[] labels = mask(folder.resolve("data/masks/" + name + ".png"));
            int lost = i == 0 ? 1 : -1;
            Files.write(
                    masks.resolve(name + ".npy"), npy(labels, label -> label == lost ? 0 : label));
        }
        values = values.with(SegmentationTask.SURFACE_TOLERANCE, 2.0);
        Path output = folder.resolve("out");

        JsonNode metrics = run(masks, "folders", output).metrics();

        List<ScoreRow> rows = ScoresCsv.read(output.resolve("scores.csv"));
        assertThat(value(rows, "hd95", "green")).isZero();
        assertThat(value(rows, "nsd", "green")).isEqualTo(1);
        // Red is in five of eight images, and missed in one: 64 · √2 there.
        assertThat(value(rows, "hd95", "red")).isCloseTo(64 * Math.sqrt(2) / 5, within(1e-9));
        assertThat(value(rows, "assd", "red")).isCloseTo(64 * Math.sqrt(2) / 5, within(1e-9));
        assertThat(value(rows, "nsd", "red")).isCloseTo(0.8, within(1e-12));
        assertThat(value(rows, "sensitivity", "red")).isBetween(0.7, 0.95);
        assertThat(value(rows, "ppv", "red")).isEqualTo(1);
        assertThat(metrics.get("surface_tolerance_px").asDouble()).isEqualTo(2);
        assertThat(metrics.get("nsd").asDouble()).isCloseTo((2 + 0.8) / 3, within(1e-12));
    }

    private static double value(List<ScoreRow> rows, String metric, String label) {
        return rows.stream()
                .filter(r -> r.metric().equals(metric) && r.label().equals(label))
                .findFirst()
                .orElseThrow()
                .value();
    }

    @Test
    void thresholdsAreFittedOnOtherVideosAlone() throws IOException {
        String header = "video,p_C1,votes_C1\n";
        Path validation =
                Files.writeString(
                        folder.resolve("val.csv"), header + "v,0.2,0\nv,0.3,1\nv,0.4,1\n");
        run(validation, null, folder.resolve("val"));
        Path test =
                Files.writeString(
                        folder.resolve("test.csv"), header + "t,0.1,0\nt,0.35,1\nt,0.32,0\n");
        values =
                values.with(
                        CvsTask.THRESHOLDS_FROM,
                        folder.resolve("val").resolve("probabilities.csv"));

        JsonNode metrics = run(test, null, folder.resolve("test")).metrics();

        assertThat(metrics.at("/fitted_thresholds/C1").asDouble()).isEqualTo(0.3);
        assertThat(metrics.get("balanced_accuracy").asDouble()).isEqualTo(0.5);
        assertThat(metrics.get("balanced_accuracy_fitted").asDouble()).isEqualTo(0.75);
        // Bins of 1/15: 0.1 against 0, 0.35 against 1, 0.32 against 0.
        assertThat(metrics.at("/calibration_error/C1").asDouble())
                .isCloseTo((0.1 + 0.65 + 0.32) / 3, within(1e-12));
        assertThat(folder.resolve("test/curves.png")).isNotEmptyFile();
        assertThatThrownBy(() -> run(validation, null, folder.resolve("again")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("fit thresholds on the validation part alone");
    }

    @Test
    void thresholdsOfAnotherModelAreRefused() throws IOException {
        String header = "video,p_C1,votes_C1\n";
        Path validation =
                Files.writeString(
                        folder.resolve("val.csv"), header + "v,0.2,0\nv,0.3,1\nv,0.4,1\n");
        run(validation, null, folder.resolve("val"));
        Path thresholds = folder.resolve("val/probabilities.csv");
        Path test = Files.writeString(folder.resolve("test.csv"), header + "t,0.1,0\nt,0.3,1\n");
        values = values.with(CvsTask.THRESHOLDS_FROM, thresholds);

        JsonNode from = run(test, null, folder.resolve("own")).metrics().get("thresholds_from");
        assertThat(from.get("model").asText()).isEqualTo("theirs");
        assertThat(from.get("sha256").asText()).isEqualTo(Hashes.sha256(thresholds));
        assertThat(from.get("model_sha256").isNull()).isTrue();

        String lines = Files.readString(thresholds);
        Files.writeString(thresholds, lines.replace("theirs,", "others,"));
        assertThatThrownBy(() -> run(test, null, folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(thresholds + ": is of the model 'others', but 'theirs' is");
        assertThat(folder.resolve("out/metrics.json")).doesNotExist();

        Files.writeString(thresholds, lines.lines().findFirst().orElseThrow() + "\n");
        assertThatThrownBy(() -> run(test, null, folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has no predictions");
    }

    /** By the weights' hash where both are known, whatever the models are called. */
    @Test
    void thresholdsOfOtherWeightsAreRefused() throws IOException {
        Path thresholds = folder.resolve("val/probabilities.csv");
        Files.createDirectory(thresholds.getParent());
        ProbabilitiesCsv.write(
                thresholds,
                List.of(
                        new ProbabilitiesCsv.Row("m", "cvs", "d", "v", "1", "C1", false, 0.2),
                        new ProbabilitiesCsv.Row("m", "cvs", "d", "v", "2", "C1", true, 0.3)));
        ObjectNode record = Json.object();
        record.putObject("evaluation").put("model_sha256", "aa");
        Json.write(folder.resolve("val/metrics.json"), record);

        new CvsTask().report(cvs("otherwise named", Optional.of("aa"), thresholds));
        assertThatThrownBy(() -> new CvsTask().report(cvs("m", Optional.of("bb"), thresholds)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(
                        thresholds
                                + ": is of other weights (model_sha256 aa) than are evaluated"
                                + " (bb)");
        assertThatThrownBy(() -> new CvsTask().report(cvs("n", Optional.empty(), thresholds)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is of the model 'm', but 'n' is evaluated");
    }

    private ReportRequest<CvsSample> cvs(String model, Optional<String> hash, Path thresholds) {
        List<CvsSample> samples =
                List.of(new CvsSample("1", Path.of("1"), "t", "t", 0, List.of(1.0)));
        return new ReportRequest<>(
                model,
                folder,
                new Dataset<>("d", "f", List.of("C1"), samples, Map.of(), "", List.of()),
                Optional.empty(),
                samples,
                List.of(),
                hash,
                0,
                SettingValues.DEFAULTS.with(CvsTask.THRESHOLDS_FROM, thresholds));
    }

    @Test
    void labelsThatChangedSinceAreNoticed() throws IOException {
        data();
        Path masks = Files.createDirectory(folder.resolve("masks"));
        for (int i = 0; i < TinyData.IMAGES; i++) {
            String name = String.format(Locale.ROOT, "test_%02d", i);
            Files.write(
                    masks.resolve(name + ".npy"),
                    npy(mask(folder.resolve("data/masks/" + name + ".png")), label -> label));
        }
        Path output = folder.resolve("out");
        assertThat(run(masks, "folders", output).alreadyComplete()).isFalse();
        assertThat(run(masks, "folders", output).alreadyComplete()).isTrue();

        Path target = folder.resolve("data/masks/test_03.png");
        byte[] before = Files.readAllBytes(target);
        Files.copy(
                folder.resolve("data/masks/test_04.png"),
                target,
                StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> run(masks, "folders", output))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains an evaluation of other labels or images than")
                .hasMessageContaining("set overwrite to evaluate again");

        // The content counts, not the time.
        Files.write(target, before);
        assertThat(run(masks, "folders", output).alreadyComplete()).isTrue();
    }

    /** A misspelt phase becomes one of its own. */
    @Test
    void predictedPhasesThatAreNoTargetAreNamed() throws IOException {
        Path csv =
                Files.writeString(
                        folder.resolve("phases.csv"),
                        "video,target,prediction\na,x,X\na,y,y\na,y,z\na,x,x\n");

        Dataset<?> targets =
                new PhaseTask().given(csv, "mine").orElseThrow().targets().orElseThrow();

        assertThat(targets.classes()).containsExactly("X", "x", "y", "z");
        assertThat(targets.notes()).containsExactly("predicted, but no frame's target: X, z");
        assertThat(run(csv, null, folder.resolve("out")).metrics().get("accuracy").asDouble())
                .isEqualTo(0.5);
    }

    @Test
    void tablesThatLackSomethingAreRefused() throws IOException {
        refused("video,x\na,1\n", "neither a column 'prediction' (phases) nor columns p_NAME");
        refused("video,prediction\na,prep\n", "has no targets");
        refused("video,p_C1\na,0.5\n", "has no targets");
        refused("target,prediction\nprep,prep\n", "has no column 'video'");
        refused("video,p_C1,votes_C1\na,1.5,1\n", "p_C1 '1.5' is not between 0 and 1");
        refused("video,p_C1,votes_C1\na,0.5,2\n", "votes_C1 '2' is not between 0 and 1");
        refused(
                "video,time_s,target,prediction\na,1,x,x\na,1,x,x\n",
                "has this frame in an earlier line");
        refused("video,time_s,target,prediction\na,1,x,x\na,,x,x\n", "time_s '' is empty");
        refused("video,time_s,target,prediction\na,NaN,x,x\n", "is not a time in seconds");
        refused("video,target,prediction\na,,x\n", "bad.csv:2: target '' is empty");
        refused("video,target,prediction\n ,x,x\n", "bad.csv:2: video '' is empty");
        refused("video,p_C1,votes_C1\n,0.5,1\n", "bad.csv:2: video '' is empty");
        refused("path,video,p_C1,votes_C1\n,a,0.5,1\n", "bad.csv:2: path '' is empty");
        refused("video,p_C1,votes_C1,p_C1\na,0,1,1\n", "has the column 'p_C1' twice");
        refused("video;target;prediction\na;x;x\n", "by semicolons; save the file with commas");
        refused("video,target,prediction\n", "has no predictions, only a header line");
    }

    private void refused(String text, String message) throws IOException {
        Path csv = Files.writeString(folder.resolve("bad.csv"), text);
        assertThatThrownBy(() -> run(csv, null, folder.resolve("out")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }

    private void data() throws IOException {
        new TinyData(folder.resolve("data")).split();
    }

    private static byte[] mask(Path file) {
        Mat mask = Images.readMask(file);
        byte[] labels = Images.bytes(mask);
        mask.release();
        return labels;
    }

    /** As {@code numpy.save} writes 64 × 64 of int64. */
    private static byte[] npy(byte[] labels, IntUnaryOperator change) {
        String header = "{'descr': '>i8', 'fortran_order': False, 'shape': (64, 64), }";
        byte[] text =
                (header + " ".repeat(117 - header.length()) + "\n")
                        .getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer file = ByteBuffer.allocate(10 + text.length + 8 * labels.length);
        file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        file.put((byte) text.length).put((byte) 0).put(text);
        for (byte label : labels) {
            file.putLong(change.applyAsInt(label & 0xFF));
        }
        return file.array();
    }

    private Evaluation.Outcome run(Path predictions, String format, Path output)
            throws IOException {
        boolean data = format != null;
        return new PredictionEvaluation(
                        predictions,
                        "mine",
                        new EvaluationRequest(
                                data
                                        ? new EvaluationRequest.Data(
                                                folder.resolve("data"),
                                                format,
                                                folder.resolve("data/split.csv"),
                                                null,
                                                SplitName.TEST)
                                        : EvaluationRequest.Data.NONE,
                                new EvaluationRequest.Scoring("theirs", values, 1),
                                EvaluationRequest.Running.builder(output).build()))
                .run(Progress.NONE, Cancellation.NEVER);
    }
}
