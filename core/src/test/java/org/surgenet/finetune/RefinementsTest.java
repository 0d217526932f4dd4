package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.finetune.FineTuneRequest.LrSchedule;
import org.surgenet.finetune.FineTuneRequest.Optimisation;
import org.surgenet.finetune.FineTuneRequest.Refinements;
import org.surgenet.finetune.FineTuneRequest.Sampling;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.task.Augmentation;
import org.surgenet.task.ClassWeights;
import org.surgenet.task.InputSize;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.task.seg.SegmentationLoss;
import org.surgenet.task.seg.SegmentationTask;
import org.surgenet.train.TrainingLoop;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.WeightsFile;

/** What few fine-tunings want, each by what it changes. */
class RefinementsTest {
    private static final double LR = 3e-3;

    @TempDir Path folder;

    private TinyData data;

    @BeforeEach
    void draw() throws IOException {
        data = new TinyData(folder.resolve("data"));
    }

    private FineTuneRequest request(
            String name, int epochs, double lr, LrSchedule schedule, Refinements refinements) {
        return FineTuneRequest.builder(
                        InputSize.parse("64x64"),
                        FineTuneRequest.Running.builder(folder.resolve(name))
                                .seed(5)
                                .keeping(TrainingLoop.Keeping.builder().maxBadFraction(0).build())
                                .version("test")
                                .build())
                .model(
                        FineTuneRequest.Model.builder()
                                .backbone("caformer_test")
                                .weights(weights())
                                .build())
                .optimisation(
                        Optimisation.builder()
                                .epochs(epochs)
                                .batchSize(3)
                                .lr(lr)
                                .schedule(schedule)
                                .refinements(refinements)
                                .build())
                .augmentation(Augmentation.NONE)
                .build();
    }

    /** The weights of every backbone here. */
    private Optional<Path> weights() {
        Path file = folder.resolve("backbone.safetensors");
        if (!Files.exists(file)) {
            try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
                Backbone backbone = Backbones.create("caformer_test");
                backbone.initialize(manager, 99);
                Map<String, NDArray> arrays = new LinkedHashMap<>();
                backbone.parameters().forEach((key, p) -> arrays.put(key, p.array()));
                Safetensors.write(file, arrays, Map.of());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return Optional.of(file);
    }

    private FineTuning.Outcome phases(FineTuneRequest request) throws IOException {
        return phases(request, Cancellation.NEVER);
    }

    private FineTuning.Outcome phases(FineTuneRequest request, Cancellation cancellation)
            throws IOException {
        return new FineTuning<>(
                        request,
                        new PhaseTask(),
                        SettingValues.DEFAULTS,
                        data.phases(),
                        data.split())
                .run(Progress.NONE, cancellation, new RunRecord("test", List.of()));
    }

    private FineTuning.Outcome masks(FineTuneRequest request, SettingValues values)
            throws IOException {
        return new FineTuning<>(
                        request, new SegmentationTask(), values, data.segmentation(), data.split())
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));
    }

    private List<JsonNode> steps(String run) throws IOException {
        try (Stream<String> lines = Files.lines(folder.resolve(run).resolve("log.jsonl"))) {
            return lines.map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8), "log"))
                    .filter(line -> line.has("step"))
                    .toList();
        }
    }

    private JsonNode state(String run) {
        return Json.read(folder.resolve(run).resolve("checkpoints/last/state.json"));
    }

    private static double distance(StateDict a, StateDict b, String key) {
        double[] x = a.tensors().get(key).toDoubles();
        double[] y = b.tensors().get(key).toDoubles();
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - y[i]) * (x[i] - y[i]);
        }
        return Math.sqrt(sum / x.length);
    }

    /** 8 samples in batches of 3: 3 steps an epoch, the line over the first 6 of them. */
    @Test
    void theLearningRateWarmsUp() throws IOException {
        phases(
                request(
                        "warm",
                        4,
                        LR,
                        LrSchedule.CONSTANT,
                        Refinements.builder().warmupEpochs(2).build()));
        List<JsonNode> steps = steps("warm");
        assertThat(steps).hasSize(12);
        for (int i = 0; i < 12; i++) {
            assertThat(steps.get(i).get("lr").asDouble())
                    .isCloseTo(i < 6 ? LR * i / 5 : LR, within(1e-12));
        }
    }

    @Test
    void theHeadIsTrainedAloneFirst() throws IOException {
        phases(
                request(
                        "probe",
                        1,
                        LR,
                        LrSchedule.CONSTANT,
                        Refinements.builder().probeEpochs(1).build()));
        StateDict before = WeightsFile.read(weights().orElseThrow());
        StateDict after = WeightsFile.read(folder.resolve("probe/model.safetensors"));
        before.tensors()
                .forEach(
                        (key, tensor) ->
                                assertThat(after.tensors().get(key).toDoubles())
                                        .as(key)
                                        .isEqualTo(tensor.toDoubles()));

        phases(
                request(
                        "both",
                        2,
                        LR,
                        LrSchedule.CONSTANT,
                        Refinements.builder().probeEpochs(1).build()));
        StateDict last =
                WeightsFile.read(folder.resolve("both/checkpoints/last/network.safetensors"));
        assertThat(distance(before, last, "stages.0.0.norm1.weight")).isPositive();
    }

    /** AdamW moves each value by about the learning rate, whatever the gradient's size. */
    @Test
    void lowLayersMoveLess() throws IOException {
        phases(request("even", 2, 1e-3, LrSchedule.CONSTANT, Refinements.NONE));
        phases(
                request(
                        "decay",
                        2,
                        1e-3,
                        LrSchedule.CONSTANT,
                        Refinements.builder().layerDecay(0.5).build()));
        StateDict before = WeightsFile.read(weights().orElseThrow());
        StateDict even =
                WeightsFile.read(folder.resolve("even/checkpoints/last/network.safetensors"));
        StateDict decay =
                WeightsFile.read(folder.resolve("decay/checkpoints/last/network.safetensors"));
        String stem = "downsample_layers.0.conv.bias";
        String top = "norm.weight";
        assertThat(distance(before, decay, top))
                .isCloseTo(distance(before, even, top), within(3e-4));
        assertThat(distance(before, decay, stem))
                .isPositive()
                .isLessThan(0.2 * distance(before, even, stem));
    }

    @Test
    void trainingEndsWhenNothingGetsBetter() throws IOException {
        // The learning rate is too small to change a score: epoch 1 stays the best, but for the
        // loss, which may fall by a hair and then counts.
        FineTuneRequest request =
                request(
                        "early",
                        30,
                        1e-12,
                        LrSchedule.CONSTANT,
                        Refinements.builder().patience(2).build());
        FineTuning.Outcome outcome = phases(request);
        assertThat(outcome.epochs()).isLessThan(30);
        assertThat(outcome.epochs()).isEqualTo(Math.toIntExact(outcome.bestEpoch()) + 2);
        assertThat(state("early").get("ended_early").asBoolean()).isTrue();
        assertThat(TrainedModel.read(folder.resolve("early")).unfinished()).isEmpty();

        FineTuning.Outcome again = phases(request);
        assertThat(again.alreadyComplete()).isTrue();
        assertThat(again.epochs()).isEqualTo(outcome.epochs());
    }

    /** The average of t steps by hand, from the checkpoints after each. */
    @Test
    void theAverageIsWhatIsKept() throws IOException {
        FineTuneRequest request =
                request("ema", 1, LR, LrSchedule.CONSTANT, Refinements.builder().ema(0.9).build());
        String key = "norm.weight";
        double[] average = WeightsFile.read(weights().orElseThrow()).tensors().get(key).toDoubles();
        for (int step = 0; step < 3; step++) {
            try {
                phases(request, () -> true);
            } catch (InterruptedRunException e) {
                assertThat(step).isLessThan(2);
            }
            StateDict now =
                    WeightsFile.read(folder.resolve("ema/checkpoints/last/network.safetensors"));
            double decay = Math.min(0.9, (1.0 + step) / (10.0 + step));
            double[] values = now.tensors().get(key).toDoubles();
            for (int i = 0; i < values.length; i++) {
                average[i] = decay * average[i] + (1 - decay) * values[i];
            }
        }
        assertThat(
                        WeightsFile.read(folder.resolve("ema/model.safetensors"))
                                .tensors()
                                .get(key)
                                .toDoubles())
                .containsExactly(average, within(1e-6));
    }

    @Test
    void allAtOnceGoesOnAsIfItHadNotStopped() throws IOException {
        Refinements all =
                Refinements.builder()
                        .warmupEpochs(1)
                        .layerDecay(0.8)
                        .probeEpochs(1)
                        .ema(0.99)
                        .patience(5)
                        .sampling(Sampling.BALANCED)
                        .build();
        FineTuneRequest whole = request("whole", 2, LR, LrSchedule.COSINE, all);
        phases(whole);
        FineTuneRequest cut = request("cut", 2, LR, LrSchedule.COSINE, all);
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> phases(cut, () -> true))
                    .isInstanceOf(InterruptedRunException.class);
        }
        phases(cut);
        assertThat(folder.resolve("cut/model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("whole/model.safetensors"));
    }

    @Test
    void everyLossOfMasksOverfits() throws IOException {
        for (SegmentationLoss loss : List.of(SegmentationLoss.DICE, SegmentationLoss.FOCAL)) {
            SettingValues values = SettingValues.DEFAULTS.with(SegmentationTask.LOSS, loss);
            if (loss == SegmentationLoss.FOCAL) {
                values =
                        values.with(SegmentationTask.CLASS_WEIGHTS, ClassWeights.parse("balanced"));
            }
            FineTuning.Outcome outcome =
                    masks(
                            request(loss.name(), 40, 1e-3, LrSchedule.COSINE, Refinements.NONE),
                            values);
            assertThat(outcome.bestScore()).as(loss.name()).isGreaterThan(0.85);
        }
    }

    /** 80 x 72 is padded to 96 x 96, and its prediction is of 80 x 72 pixels again. */
    @Test
    void masksOfAnySizeAreLearnt() throws IOException {
        FineTuneRequest plain = request("odd", 2, LR, LrSchedule.COSINE, Refinements.NONE);
        FineTuneRequest odd =
                plain.toBuilder()
                        .size(InputSize.parse("80x72"))
                        .augmentation(Augmentation.STRONG)
                        .build();
        assertThat(masks(odd, SettingValues.DEFAULTS).bestScore()).isPositive();
    }

    @Test
    void otherLabelsMasksOrWeightsAreNoticedWhenARunGoesOn() throws IOException {
        FineTuneRequest request = request("seg", 1, LR, LrSchedule.COSINE, Refinements.NONE);
        masks(request, SettingValues.DEFAULTS);
        assertThat(masks(request, SettingValues.DEFAULTS).alreadyComplete()).isTrue();

        Path mask = folder.resolve("data/masks/train_00.png");
        byte[] before = Files.readAllBytes(mask);
        Files.copy(
                folder.resolve("data/masks/train_01.png"),
                mask,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        assertThatThrownBy(() -> masks(request, SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("labels_sha256");
        Files.write(mask, before);

        Path weights = weights().orElseThrow();
        byte[] first = Files.readAllBytes(weights);
        byte[] other = first.clone();
        other[other.length - 1] ^= 1;
        Files.write(weights, other);
        assertThatThrownBy(() -> masks(request, SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("weights_sha256");

        // Weights that are gone are no longer needed.
        Files.delete(weights);
        FineTuneRequest gone =
                request.toBuilder()
                        .model(request.model().toBuilder().weights(Optional.of(weights)).build())
                        .build();
        assertThat(masks(gone, SettingValues.DEFAULTS).alreadyComplete()).isTrue();
    }

    @Test
    void classWeightsComeFromAFileByName() throws IOException {
        Path file = folder.resolve("weights.csv");
        Files.writeString(file, "class,weight\nred,2\nbackground,1\nblue,0.5\ngreen,4\n");
        SettingValues values = SettingValues.DEFAULTS.with(ClassWeights.FILE, file);
        masks(request("file", 1, LR, LrSchedule.COSINE, Refinements.NONE), values);
        assertThat(state("file").get("settings").get("class_weights_used").toString())
                .isEqualTo("{\"background\":1.0,\"red\":2.0,\"green\":4.0,\"blue\":0.5}");

        Files.writeString(file, "class,weight\nred,2\npink,1\n");
        assertThatThrownBy(
                        () ->
                                masks(
                                        request(
                                                "other",
                                                1,
                                                LR,
                                                LrSchedule.COSINE,
                                                Refinements.NONE),
                                        values))
                .hasMessageContaining("unknown pink; without a weight background, green, blue");
        Files.writeString(file, "class,weight\nred,-2\n");
        assertThatThrownBy(
                        () ->
                                masks(
                                        request(
                                                "other",
                                                1,
                                                LR,
                                                LrSchedule.COSINE,
                                                Refinements.NONE),
                                        values))
                .hasMessageContaining("weights.csv")
                .hasMessageContaining("positive");
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        for (Refinements.Builder wrong :
                List.of(
                        Refinements.builder().warmupEpochs(-1),
                        Refinements.builder().warmupEpochs(3),
                        Refinements.builder().layerDecay(0),
                        Refinements.builder().layerDecay(1.1),
                        Refinements.builder().probeEpochs(3),
                        Refinements.builder().ema(1),
                        Refinements.builder().patience(-1))) {
            assertThatThrownBy(() -> request("no", 2, LR, LrSchedule.COSINE, wrong.build()))
                    .isInstanceOf(SettingException.class);
        }
        assertThat(folder.resolve("no")).doesNotExist();
    }
}
