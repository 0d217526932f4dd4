package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.dataset.SplitName;
import org.surgenet.frames.FrameLists;
import org.surgenet.image.Images;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.nn.ImageNorm;

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
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TaskNetwork network = TaskNetwork.create(TaskKind.SEG, "caformer_test", classes.size());
            network.module().initialize(manager, 3);
            TrainedModel.write(
                    to,
                    network,
                    new ModelCard(
                            TaskKind.SEG,
                            "caformer_test",
                            classes,
                            new InputSize(64, 32),
                            ImageNorm.IMAGENET,
                            "elsewhere",
                            "folders",
                            "a file",
                            "0",
                            "none",
                            "",
                            1,
                            "dice",
                            Double.NaN,
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
        try (Stream<Path> overlays = Files.list(output.resolve("overlays"))) {
            assertThat(overlays).hasSize(3);
        }
        assertThat(Files.readString(output.resolve("report.html")))
                .contains("caformer_test is a toy")
                .contains("Dice by patient");
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
                        model, FrameLists.read(frames), output, false, 5, 2, 2, Device.cpu());

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

    private static byte[] mask(Path file) {
        Mat mask = Images.readMask(file);
        byte[] labels = Images.bytes(mask);
        mask.release();
        return labels;
    }

    private Evaluation evaluation(Path of, Path output) {
        return new Evaluation(
                new Evaluation.Request(
                        of,
                        "mine",
                        folder.resolve("data"),
                        "folders",
                        null,
                        folder.resolve("data/split.csv"),
                        null,
                        SplitName.TEST,
                        DiceAverage.PATIENT,
                        EmptyScore.NAN,
                        3,
                        output,
                        false,
                        3,
                        1,
                        Device.cpu()));
    }
}
