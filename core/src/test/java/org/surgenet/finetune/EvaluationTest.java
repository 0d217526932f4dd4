package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.SplitName;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.Images;
import org.surgenet.image.Resampling;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.nn.ImageNorm;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.task.InputSize;
import org.surgenet.task.TaskNetwork;
import org.surgenet.task.seg.SegmentationTask;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.WeightsFile;

/**
 * Evaluation and prediction with a network of random values: what is written, not how good it is.
 */
class EvaluationTest {
    @TempDir Path folder;
    private TinyData data;
    private Path model;

    @BeforeEach
    void draw() throws IOException {
        data = new TinyData(folder.resolve("data"));
        data.split();
        model = folder.resolve("model");
        write(model, List.of("background", "red", "green", "blue"));
    }

    private static void write(Path to, List<String> classes) throws IOException {
        write(to, classes, 0, false);
    }

    private static void write(Path to, List<String> classes, int epochs, boolean finished)
            throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TaskNetwork network =
                    new SegmentationTask()
                            .network(Backbones.create("caformer_test"), classes.size());
            network.module().initialize(manager, 3);
            TrainedModel.write(
                    to,
                    network,
                    new ModelCard(
                            new SegmentationTask(),
                            "caformer_test",
                            classes,
                            new InputSize(64, 32),
                            ImageNorm.IMAGENET,
                            "elsewhere",
                            "folders",
                            "a file",
                            "0",
                            OptionalLong.empty(),
                            "none",
                            "",
                            1,
                            "dice",
                            Double.NaN,
                            epochs,
                            finished,
                            0,
                            "test"));
        }
    }

    @Test
    void scoresAreThoseOfTheMasksThatWereWritten() throws IOException {
        Path output = folder.resolve("scores");
        Evaluation.Outcome outcome =
                evaluation(model, output).run(Progress.NONE, Cancellation.NEVER);

        List<ScoreRow> rows = ScoresCsv.read(output.resolve("scores.csv"));
        assertThat(rows).extracting(ScoreRow::unit).containsOnly("test");
        assertThat(rows).extracting(ScoreRow::model).containsOnly("mine");
        ScoreRow red =
                rows.stream()
                        .filter(r -> r.metric().equals("dice") && r.label().equals("red"))
                        .findFirst()
                        .orElseThrow();
        assertThat(red.n()).isEqualTo(TinyData.IMAGES);
        long hits = 0;
        long both = 0;
        for (int i = 0; i < TinyData.IMAGES; i++) {
            String name = String.format(java.util.Locale.ROOT, "test_%02d.png", i);
            byte[] target = mask(folder.resolve("data/masks").resolve(name));
            byte[] prediction = mask(output.resolve("predictions").resolve(name));
            assertThat(prediction).hasSameSizeAs(target);
            for (int p = 0; p < target.length; p++) {
                hits += target[p] == 1 && prediction[p] == 1 ? 1 : 0;
                both += (target[p] == 1 ? 1 : 0) + (prediction[p] == 1 ? 1 : 0);
            }
        }
        assertThat(red.value()).isEqualTo(2.0 * hits / both);
        assertThat(outcome.metrics().get("averaging").asText()).contains("per patient");
        assertThat(outcome.metrics().at("/by_image/dice").isNumber()).isTrue();
        // The parts of the toy data are the same pictures.
        double[] trained = new double[4];
        for (int i = 0; i < TinyData.IMAGES; i++) {
            String name = String.format(java.util.Locale.ROOT, "train_%02d.png", i);
            for (byte label : mask(folder.resolve("data/masks").resolve(name))) {
                trained[label] += 1.0 / (TinyData.IMAGES * 64 * 64);
            }
        }
        assertThat(outcome.metrics().at("/training_pixel_fractions/red").asDouble())
                .isCloseTo(trained[1], within(1e-12));
        assertThat(outcome.metrics().get("dice_training_frequency_rank_correlation"))
                .isEqualTo(outcome.metrics().get("dice_frequency_rank_correlation"));
        try (Stream<Path> worst = Files.list(output.resolve("worst"))) {
            assertThat(worst).hasSize(3);
        }
        try (Stream<Path> overlays = Files.list(output.resolve("overlays"))) {
            assertThat(overlays).hasSize(3);
        }
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("caformer_test is a toy")
                .contains("Dice by patient", "Worst cases", "pixels in training");
    }

    @Test
    void samplesWhoseNamesAreAlikeKeepTheirOwnPredictions() throws IOException {
        Path images = folder.resolve("data/images");
        Path masks = folder.resolve("data/masks");
        for (Path of : List.of(images, masks)) {
            Files.move(of.resolve("test_00.png"), of.resolve("test_+.png"));
            Files.move(of.resolve("test_01.png"), of.resolve("test_=.png"));
        }
        Path output = folder.resolve("scores");

        evaluation(model, output).run(Progress.NONE, Cancellation.NEVER);

        List<CsvTable.Row> rows = CsvTable.read(output.resolve("predictions/files.csv")).rows();
        assertThat(rows).hasSize(TinyData.IMAGES);
        assertThat(rows).extracting(row -> row.get("file")).doesNotHaveDuplicates();
        assertThat(rows)
                .extracting(row -> row.get("sample") + " " + row.get("file"))
                .contains("test_+.png test___.png", "test_=.png test____2.png");
        for (CsvTable.Row row : rows) {
            byte[] prediction = mask(output.resolve("predictions").resolve(row.get("file")));
            assertThat(prediction).hasSameSizeAs(mask(masks.resolve(row.get("sample"))));
        }
        try (Stream<Path> written = Files.list(output.resolve("predictions"))) {
            assertThat(written.filter(file -> file.toString().endsWith(".png")))
                    .hasSize(TinyData.IMAGES);
        }
    }

    /** Cards of earlier versions say nothing of it. */
    @Test
    void aModelKeepsTheResizingItWasTrainedWithUnlessToldOtherwise() throws IOException {
        evaluation(model, folder.resolve("own")).run(Progress.NONE, Cancellation.NEVER);
        assertThat(Json.read(folder.resolve("own/metrics.json")).get("resize").asText())
                .isEqualTo("bicubic");

        ModelCard card = TrainedModel.read(model).card();
        ObjectNode old = card.toJson();
        old.remove("resize");
        assertThat(ModelCard.fromJson(old, "card").size())
                .isEqualTo(new InputSize(64, 32, Resampling.AREA));
        for (Resampling resampling : Resampling.values()) {
            ModelCard with = card.with(resampling);
            assertThat(ModelCard.fromJson(with.toJson(), "card").size()).isEqualTo(with.size());
        }
        assertThatThrownBy(() -> ModelCard.fromJson(card.toJson().put("resize", "magic"), "card"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'magic' is not a way of resizing");

        evaluation(model, folder.resolve("other"), Resampling.AREA)
                .run(Progress.NONE, Cancellation.NEVER);
        assertThat(Json.read(folder.resolve("other/metrics.json")).get("preprocessing").asText())
                .isEqualTo(
                        "whole image resized to 64 x 32 (OpenCV's mean over the area, linear when"
                                + " enlarging)");
        assertThatThrownBy(
                        () ->
                                evaluation(model, folder.resolve("other"))
                                        .run(Progress.NONE, Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains an evaluation with resize=");
    }

    @Test
    void anOutputWithoutNumbersIsAnErrorThatNamesTheImage() throws IOException {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TaskNetwork network =
                    new SegmentationTask().network(Backbones.create("caformer_test"), 4);
            network.module().initialize(manager, 3);
            network.arrays().get("FPN.segmentation_head.0.weight").muli(1e38f).muli(1e10f);
            ModelCard card = TrainedModel.read(model).card();
            TrainedModel.write(model, network, card);
            assertThatThrownBy(
                            () ->
                                    evaluation(model, folder.resolve("inf"))
                                            .run(Progress.NONE, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("model.safetensors: values are NaN or infinite");

            network.module().initialize(manager, 3);
            network.arrays().get("FPN.segmentation_head.0.weight").muli(1e38f).muli(1e2f);
            TrainedModel.write(model, network, card);
            assertThatThrownBy(
                            () ->
                                    evaluation(model, folder.resolve("large"))
                                            .run(Progress.NONE, Cancellation.NEVER))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("test_00.png: the network's output is ");
        }
    }

    @Test
    void aTrainingThatWasCutOffIsSaidSo() throws IOException {
        List<String> classes = List.of("background", "red", "green", "blue");
        Path alone = folder.resolve("alone");
        write(alone, classes, 10, false);
        assertThat(TrainedModel.read(alone).unfinished()).get().asString().contains("10 epochs");
        Path state = Files.createDirectories(alone.resolve("checkpoints/last"));
        Files.writeString(
                state.resolve("state.json"),
                "{\"epochs\": [{}, {}, {}], \"settings\": {\"epochs\": 10}}");
        Path output = folder.resolve("scores");

        Evaluation.Outcome outcome =
                evaluation(alone, output).run(Progress.NONE, Cancellation.NEVER);

        assertThat(outcome.metrics().get("training_unfinished").asText())
                .contains("not come to its end", "3 of 10 epochs", "epoch 1");
        assertThat(Files.readString(output.resolve("report.html"))).contains("3 of 10 epochs");

        TrainedModel.finish(alone);
        assertThat(TrainedModel.read(alone).card().finished()).isTrue();
        Files.delete(state.resolve("state.json"));
        assertThat(TrainedModel.read(alone).unfinished()).isEmpty();
        // A model of an earlier version, away from its run, does not tell.
        assertThat(TrainedModel.read(model).unfinished()).isEmpty();
    }

    @Test
    void aChartThatCannotBeDrawnCostsNoScores() throws IOException {
        Path output = folder.resolve("scores");
        for (String name : List.of("overlays/test_02.png", "confusion.png")) {
            Files.createDirectories(output.resolve(name).resolve("in the way"));
        }

        Evaluation.Outcome outcome =
                evaluation(model, output).run(Progress.NONE, Cancellation.NEVER);

        assertThat(outcome.metrics().has("dice")).isTrue();
        assertThat(output.resolve("metrics.json")).isNotEmptyFile();
        assertThat(Files.readString(output.resolve("report.html"))).contains("Dice by patient");
    }

    @Test
    void aSecondRunRepeatsNothingAndAnotherModelIsRefused() throws IOException {
        Path output = folder.resolve("scores");
        evaluation(model, output).run(Progress.NONE, Cancellation.NEVER);
        assertThat(
                        evaluation(model, output)
                                .run(Progress.NONE, Cancellation.NEVER)
                                .alreadyComplete())
                .isTrue();
        Path other = folder.resolve("other");
        write(other, List.of("background", "red", "green", "violet"));
        assertThatThrownBy(() -> evaluation(other, output).run(Progress.NONE, Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("background, red, green, violet")
                .hasMessageContaining("background, red, green, blue");
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("model.txt"), "no weights at all");
        assertThatThrownBy(() -> evaluation(file, folder.resolve("no")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("model.txt");
        assertThatThrownBy(() -> evaluation(folder.resolve("nowhere"), folder.resolve("no")))
                .hasMessageContaining("there is no such model");
        assertThatThrownBy(() -> evaluation(folder.resolve("data"), folder.resolve("no")))
                .hasMessageContaining("there is no model yet");
    }

    @Test
    void predictionSkipsAndListsWhatCannotBeRead() throws IOException {
        Path frames = folder.resolve("frames");
        Files.createDirectories(frames);
        Files.copy(folder.resolve("data/images/test_00.png"), frames.resolve("a.png"));
        Files.writeString(frames.resolve("b.png"), "no picture");
        Files.copy(folder.resolve("data/images/test_01.png"), frames.resolve("c.png"));
        Path output = folder.resolve("predicted");
        Prediction.Request request =
                new Prediction.Request(
                        model, FrameLists.read(frames), output, false, 5, 2, 2, Device.cpu(), null);

        Prediction.Outcome outcome = new Prediction(request).run(Progress.NONE, Cancellation.NEVER);

        assertThat(outcome).isEqualTo(new Prediction.Outcome(false, 2, 1));
        List<CsvTable.Row> rows = CsvTable.read(output.resolve("predictions.csv")).rows();
        assertThat(rows).hasSize(2);
        double sum =
                rows.get(1).number("share_background")
                        + rows.get(1).number("share_red")
                        + rows.get(1).number("share_green")
                        + rows.get(1).number("share_blue");
        assertThat(sum).isBetween(0.99999, 1.00001);
        assertThat(mask(output.resolve(rows.get(1).get("mask")))).hasSize(64 * 64);
        assertThat(CsvTable.read(output.resolve("failures.csv"), "path", "cause").rows())
                .singleElement()
                .satisfies(row -> assertThat(row.get("path")).endsWith("b.png"));
        assertThat(new Prediction(request).run(Progress.NONE, Cancellation.NEVER))
                .isEqualTo(new Prediction.Outcome(true, 2, 1));
    }

    @Test
    void predictionsOfAnotherModelOrSizeAreNotTakenForThese() throws IOException {
        Path frames = folder.resolve("few");
        Files.createDirectories(frames);
        Files.copy(folder.resolve("data/images/test_00.png"), frames.resolve("a.png"));
        Path output = folder.resolve("predictions of one model");
        Prediction.Outcome fresh = new Prediction.Outcome(false, 1, 0);
        assertThat(predict(model, frames, output, null)).isEqualTo(fresh);

        Path other = folder.resolve("model that went on");
        Files.createDirectories(other);
        for (String name : List.of("model.json", "model.safetensors")) {
            Files.copy(model.resolve(name), other.resolve(name));
        }
        Path file = other.resolve("model.safetensors");
        StateDict weights = WeightsFile.read(file);
        Map<String, String> metadata = new LinkedHashMap<>(weights.metadata());
        metadata.put("epoch", "another");
        Safetensors.writeTensors(file, weights.tensors(), metadata);

        assertThatThrownBy(() -> predict(other, frames, output, null))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains predictions with model_sha256=");
        assertThatThrownBy(() -> predict(model, frames, output, Resampling.AREA))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains predictions with preprocessing=");
        Files.delete(output.resolve("predictions.json"));
        assertThat(predict(model, frames, output, null)).isEqualTo(fresh);
    }

    private static Prediction.Outcome predict(
            Path model, Path frames, Path output, Resampling resampling) throws IOException {
        return new Prediction(
                        new Prediction.Request(
                                model,
                                FrameLists.read(frames),
                                output,
                                false,
                                0,
                                2,
                                1,
                                Device.cpu(),
                                resampling))
                .run(Progress.NONE, Cancellation.NEVER);
    }

    private static byte[] mask(Path file) {
        Mat mask = Images.readMask(file);
        byte[] labels = Images.bytes(mask);
        mask.release();
        return labels;
    }

    private Evaluation evaluation(Path of, Path output) {
        return evaluation(of, output, null);
    }

    private Evaluation evaluation(Path of, Path output, Resampling resampling) {
        return new Evaluation(
                of,
                resampling,
                new EvaluationRequest(
                        new EvaluationRequest.Data(
                                folder.resolve("data"),
                                "folders",
                                folder.resolve("data/split.csv"),
                                null,
                                SplitName.TEST),
                        new EvaluationRequest.Scoring("mine", SettingValues.DEFAULTS, 3),
                        EvaluationRequest.Running.builder(output)
                                .batchSize(3)
                                .device(Device.cpu())
                                .build()));
    }
}
