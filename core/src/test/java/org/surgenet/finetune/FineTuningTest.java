package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Backbones;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.WeightsFile;

class FineTuningTest {
    @TempDir Path folder;
    private TinyData data;

    @BeforeEach
    void draw() throws IOException {
        data = new TinyData(folder.resolve("data"));
    }

    @Test
    void segmentationOverfitsEightImages() throws IOException {
        FineTuning.Outcome outcome =
                run(
                        "seg",
                        data.segmentation(),
                        Objective.segmentation(Objective.SegmentationLoss.CE),
                        40);
        assertThat(outcome.metric()).isEqualTo("dice");
        assertThat(outcome.bestScore()).isGreaterThan(0.9);
    }

    @Test
    void segmentationWithDiceOverfitsEightImages() throws IOException {
        FineTuning.Outcome outcome =
                run(
                        "seg",
                        data.segmentation(),
                        Objective.segmentation(Objective.SegmentationLoss.CE_DICE),
                        40);
        assertThat(outcome.bestScore()).isGreaterThan(0.9);
    }

    @Test
    void phasesOverfitEightImages() throws IOException {
        FineTuning.Outcome outcome =
                run(
                        "phase",
                        data.phases(),
                        Objective.phases(
                                Objective.PhaseMetric.ACCURACY, ClassWeights.parse("balanced")),
                        40);
        assertThat(outcome.metric()).isEqualTo("accuracy");
        assertThat(outcome.bestScore()).isGreaterThan(0.95);
    }

    @Test
    void criteriaOverfitEightImages() throws IOException {
        FineTuning.Outcome outcome =
                run("cvs", data.cvs(), Objective.cvs(ClassWeights.parse("2,1,1")), 40);
        assertThat(outcome.metric()).isEqualTo("map");
        assertThat(outcome.bestScore()).isGreaterThan(0.95);
    }

    @Test
    void aFrozenBackboneStaysAsItWas() throws IOException {
        Path weights = folder.resolve("backbone.safetensors");
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Backbone backbone = Backbones.create("caformer_test");
            backbone.initialize(manager, 99);
            java.util.Map<String, ai.djl.ndarray.NDArray> arrays = new java.util.LinkedHashMap<>();
            backbone.parameters().forEach((key, p) -> arrays.put(key, p.array()));
            Safetensors.write(weights, arrays, java.util.Map.of("licence", "CC-BY-NC-SA-4.0"));
        }
        FineTuneRequest plain = request("frozen", 3);
        FineTuneRequest frozen =
                new FineTuneRequest(
                        new FineTuneRequest.Model(
                                "caformer_test", Optional.of(weights), false, true),
                        plain.optimisation(),
                        plain.size(),
                        plain.augmentation(),
                        plain.running());
        FineTuning.Outcome outcome = run(frozen, data.phases(), phases());

        StateDict before = WeightsFile.read(weights);
        StateDict after = WeightsFile.read(outcome.model());
        assertThat(before.tensors()).isNotEmpty();
        before.tensors()
                .forEach(
                        (key, tensor) ->
                                assertThat(after.tensors().get(key).toDoubles())
                                        .as(key)
                                        .isEqualTo(tensor.toDoubles()));
        assertThat(TrainedModel.read(outcome.model()).card().licence())
                .isEqualTo("CC-BY-NC-SA-4.0");
        // What is on top has moved: from its first values, which depend on seed and key alone.
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            TaskNetwork fresh = TaskNetwork.create(TaskKind.PHASE, "caformer_test", 3);
            fresh.module().initialize(manager, 5);
            double[] first =
                    doubles(
                            fresh.module()
                                    .parameters()
                                    .get("head.fc2.weight")
                                    .array()
                                    .toFloatArray());
            assertThat(after.tensors().get("head.fc2.weight").toDoubles()).isNotEqualTo(first);
        }
    }

    @Test
    void aRunCutOffAnywhereEndsWithTheSameBits() throws IOException {
        run(request("whole", 3), data.phases(), phases());
        // Eight images in batches of three: three steps an epoch. Stop after steps 1, 3, 4 and 8.
        for (int stop : new int[] {1, 2, 1, 4}) {
            AtomicInteger left = new AtomicInteger(stop);
            Cancellation cancellation = () -> left.decrementAndGet() <= 0;
            assertThatThrownBy(() -> run(request("cut", 3), data.phases(), phases(), cancellation))
                    .isInstanceOf(InterruptedRunException.class);
        }
        FineTuning.Outcome resumed = run(request("cut", 3), data.phases(), phases());

        assertThat(resumed.alreadyComplete()).isFalse();
        for (String file :
                List.of(
                        "model.safetensors",
                        "model.json",
                        "checkpoints/last/network.safetensors",
                        "checkpoints/last/optimizer.safetensors")) {
            assertThat(folder.resolve("cut").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("whole").resolve(file));
        }
        assertThat(losses("cut")).isEqualTo(losses("whole")).hasSize(9);
        assertThat(run(request("cut", 3), data.phases(), phases()).alreadyComplete()).isTrue();
    }

    @Test
    void theNumberOfWorkersChangesNothing() throws IOException {
        FineTuneRequest one = request("one", 2);
        FineTuneRequest.Running r = one.running();
        FineTuneRequest three =
                new FineTuneRequest(
                        one.model(),
                        one.optimisation(),
                        one.size(),
                        one.augmentation(),
                        new FineTuneRequest.Running(
                                folder.resolve("three"), false, r.seed(), 3, r.device(), "test"));
        run(one, data.segmentation(), segmentation());
        run(three, data.segmentation(), segmentation());
        assertThat(losses("three")).isEqualTo(losses("one"));
    }

    @Test
    void otherSettingsAreRefusedUntilOverwritten() throws IOException {
        run(request("run", 1), data.phases(), phases());
        assertThatThrownBy(() -> run(request("run", 2), data.phases(), phases()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("holds a run with epochs 1, asked for is 2")
                .hasMessageContaining("--overwrite");
        FineTuneRequest plain = request("run", 2);
        FineTuneRequest.Running r = plain.running();
        FineTuneRequest again =
                new FineTuneRequest(
                        plain.model(),
                        plain.optimisation(),
                        plain.size(),
                        plain.augmentation(),
                        new FineTuneRequest.Running(
                                r.output(), true, r.seed(), 1, r.device(), "test"));
        assertThat(run(again, data.phases(), phases()).epochs()).isEqualTo(2);
    }

    @Test
    void impossibleRequestsAreRefusedBeforeAnythingIsWritten() throws IOException {
        FineTuneRequest plain = request("no", 1);
        FineTuneRequest odd =
                new FineTuneRequest(
                        plain.model(),
                        plain.optimisation(),
                        InputSize.parse("80x64"),
                        plain.augmentation(),
                        plain.running());
        assertThatThrownBy(() -> run(odd, data.segmentation(), segmentation()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("multiples of 32");
        FineTuneRequest frozen =
                new FineTuneRequest(
                        new FineTuneRequest.Model("caformer_test", Optional.empty(), false, true),
                        plain.optimisation(),
                        plain.size(),
                        plain.augmentation(),
                        plain.running());
        assertThatThrownBy(() -> run(frozen, data.phases(), phases()))
                .hasMessageContaining("--freeze-backbone without --weights");
        assertThatThrownBy(
                        () ->
                                run(
                                        plain,
                                        data.phases(),
                                        Objective.phases(
                                                Objective.PhaseMetric.ACCURACY,
                                                ClassWeights.parse("1,2"))))
                .hasMessageContaining("has 2 numbers, but there are 3 classes");
        assertThatThrownBy(() -> ClassWeights.parse("1,-2")).hasMessageContaining("positive");
        assertThatThrownBy(() -> InputSize.parse("big")).hasMessageContaining("no size");
        assertThat(folder.resolve("no")).doesNotExist();
    }

    @Test
    void arraysStayFlatOverAHundredSteps() throws IOException {
        // 8 images in batches of 2, 25 epochs: 100 steps with 25 validations.
        FineTuneRequest plain = request("flat", 25);
        FineTuneRequest request =
                new FineTuneRequest(
                        plain.model(),
                        new FineTuneRequest.Optimisation(
                                25, 2, 1e-3, FineTuneRequest.LrSchedule.CONSTANT, 0.01, 0),
                        plain.size(),
                        plain.augmentation(),
                        plain.running());
        List<Integer> live = new ArrayList<>();
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Cancellation watcher =
                    () -> {
                        live.add(manager.getManagedArrays().size());
                        return false;
                    };
            new FineTuning<>(request, data.segmentation(), data.split(), segmentation())
                    .run(manager, Progress.NONE, watcher, new RunRecord("test", List.of()));
        }
        assertThat(live).hasSize(100);
        assertThat(live.get(0)).isPositive();
        assertThat(live).containsOnly(live.get(0));
    }

    private static double[] doubles(float[] values) {
        double[] all = new double[values.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = values[i];
        }
        return all;
    }

    private List<Double> losses(String run) throws IOException {
        return Files.readAllLines(folder.resolve(run).resolve("log.jsonl")).stream()
                .map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8), "log"))
                .filter(line -> line.has("step"))
                .map(line -> line.get("loss").asDouble())
                .toList();
    }

    private static Objective<org.surgenet.dataset.PhaseSample> phases() {
        return Objective.phases(Objective.PhaseMetric.MACRO_F1, ClassWeights.parse("none"));
    }

    private static Objective<org.surgenet.dataset.SegmentationSample> segmentation() {
        return Objective.segmentation(Objective.SegmentationLoss.CE);
    }

    private FineTuneRequest request(String name, int epochs) {
        return new FineTuneRequest(
                new FineTuneRequest.Model("caformer_test", Optional.empty(), false, false),
                new FineTuneRequest.Optimisation(
                        epochs, 3, 3e-3, FineTuneRequest.LrSchedule.COSINE, 0.01, 1),
                InputSize.parse("64x64"),
                Augmentation.LIGHT,
                new FineTuneRequest.Running(
                        folder.resolve(name), false, 5, 1, Device.cpu(), "test"));
    }

    private <S extends Sample> FineTuning.Outcome run(
            String name, Dataset<S> dataset, Objective<S> objective, int epochs)
            throws IOException {
        FineTuneRequest plain = request(name, epochs);
        FineTuneRequest request =
                new FineTuneRequest(
                        plain.model(),
                        plain.optimisation(),
                        plain.size(),
                        Augmentation.NONE,
                        plain.running());
        return run(request, dataset, objective);
    }

    private <S extends Sample> FineTuning.Outcome run(
            FineTuneRequest request, Dataset<S> dataset, Objective<S> objective)
            throws IOException {
        return run(request, dataset, objective, Cancellation.NEVER);
    }

    private <S extends Sample> FineTuning.Outcome run(
            FineTuneRequest request,
            Dataset<S> dataset,
            Objective<S> objective,
            Cancellation cancellation)
            throws IOException {
        return new FineTuning<>(request, dataset, data.split(), objective)
                .run(Progress.NONE, cancellation, new RunRecord("test", List.of()));
    }
}
