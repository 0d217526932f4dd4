package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Precision;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.weights.TensorType;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsFile;

/** Runs of the test network on drawn frames. */
class PretrainingTest {
    @TempDir static Path shared;
    @TempDir Path folder;

    private static List<Path> frames;

    @BeforeAll
    static void draw() throws Exception {
        frames =
                Frames.draw(shared.resolve("frames"), 3, 12).stream()
                        .map(Frames.Labelled::path)
                        .toList();
    }

    private static Pretraining.Outcome run(PretrainRequest request) throws Exception {
        return run(request, Cancellation.NEVER);
    }

    private static Pretraining.Outcome run(PretrainRequest request, Cancellation cancellation)
            throws Exception {
        return new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, cancellation, new RunRecord("test", List.of()));
    }

    @Test
    void leavesLogCurvesCheckpointAndBackbone() throws Exception {
        Path output = folder.resolve("run");

        Pretraining.Outcome outcome = run(Frames.request(frames, output, 2, 8, 1));

        assertThat(outcome).isEqualTo(new Pretraining.Outcome(false, 8, outcome.lastLoss(), 0));
        List<JsonNode> steps = StepLog.steps(output);
        assertThat(steps).hasSize(8); // 36 frames, whole batches of 8: 4 an epoch
        // At random initialisation both outputs are near uniform.
        assertThat(steps.get(0).get("loss").asDouble()).isCloseTo(Math.log(256), within(0.5));
        assertThat(steps.get(0).get("lr").asDouble()).isZero();
        assertThat(steps.get(3).get("lr").asDouble()).isCloseTo(0.02 * 8 / 256, within(1e-12));
        assertThat(steps.get(7).get("epoch").asInt()).isEqualTo(1);
        assertThat(Files.readAllLines(output.resolve("log.jsonl")).get(4))
                .contains("\"train_loss\":", "\"train_lr\":", "\"train_wd\":", "\"epoch\":0");
        assertThat(output.resolve("curves.png")).isNotEmptyFile();
        assertThat(output.resolve("checkpoints/last/state.json")).isNotEmptyFile();
        assertThat(WeightsFile.read(output.resolve("backbone.safetensors")).metadata())
                .containsEntry("epochs_done", "2")
                .containsEntry("epochs_requested", "2")
                .hasEntrySatisfying("licence", of -> assertThat(of).startsWith("your own"));
        assertThat(WeightLoader.licence(output.resolve("checkpoints/last/teacher.safetensors")))
                .startsWith("made by 'surgenet pretrain'");
        Backbone backbone = Backbones.create("caformer_test");
        try (var manager = ai.djl.ndarray.NDManager.newBaseManager()) {
            backbone.initialize(manager, 1);
            assertThat(
                            WeightLoader.load(
                                            backbone,
                                            WeightsFile.read(
                                                    output.resolve("backbone.safetensors")),
                                            false)
                                    .complete())
                    .isTrue();
        }
    }

    @Test
    void eachScheduleRunsFromItsStartToItsEnd() throws Exception {
        Path output = folder.resolve("run");

        PretrainRequest request = Frames.request(frames, output, 4, 8, 1);
        run(
                request.toBuilder()
                        .optimisation(
                                request.optimisation().toBuilder()
                                        .weightDecay(0.1)
                                        .weightDecayEnd(0.3)
                                        .build())
                        .distillation(
                                request.distillation().toBuilder()
                                        .warmupTeacherTemp(0.02)
                                        .teacherTemp(0.06)
                                        .warmupTeacherTempEpochs(2)
                                        .build())
                        .build());

        List<JsonNode> steps = StepLog.steps(output);
        assertThat(steps).hasSize(16);
        assertThat(steps.get(0).get("wd").asDouble()).isEqualTo(0.1);
        assertThat(steps.get(15).get("wd").asDouble()).isBetween(0.29, 0.3);
        assertThat(steps.get(0).get("teacher_temp").asDouble()).isEqualTo(0.02);
        assertThat(steps.get(15).get("teacher_temp").asDouble()).isEqualTo(0.06);
        assertThat(steps.get(0).get("momentum").asDouble()).isEqualTo(0.99);
        assertThat(steps.get(15).get("momentum").asDouble()).isBetween(0.9995, 1.0);
    }

    @Test
    void theFinishedRunSaysSo() throws Exception {
        PretrainRequest request = Frames.request(frames, folder.resolve("run"), 1, 8, 1);
        run(request);
        String log = Files.readString(request.output().resolve("log.jsonl"));

        Pretraining.Outcome again = run(request);

        assertThat(again.alreadyComplete()).isTrue();
        assertThat(Files.readString(request.output().resolve("log.jsonl"))).isEqualTo(log);
    }

    @Test
    void anotherSettingIsRefusedByName() throws Exception {
        run(Frames.request(frames, folder.resolve("run"), 1, 8, 1));

        assertThatThrownBy(() -> run(Frames.request(frames, folder.resolve("run"), 2, 8, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("contains a run with epochs=1, but epochs=2 was requested");
    }

    @Test
    void aStepOfManyPartsIsGivenUpBetweenThem() throws Exception {
        Path whole = folder.resolve("whole");
        run(Frames.request(frames, whole, 1, 8, 2));

        Path cut = folder.resolve("cut");
        PretrainRequest request = Frames.request(frames, cut, 1, 8, 2);
        int[] asked = {0};
        // Asked between the two parts of a step and at its end.
        assertThatThrownBy(() -> run(request, () -> ++asked[0] == 3))
                .isInstanceOfSatisfying(
                        InterruptedRunException.class, e -> assertThat(e.saved()).isTrue());
        assertThat(StepLog.steps(cut)).hasSize(1);
        run(request);

        assertThat(cut.resolve("backbone.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("backbone.safetensors"));

        // In the very first step there is nothing to save.
        PretrainRequest early = Frames.request(frames, folder.resolve("early"), 1, 8, 2);
        assertThatThrownBy(() -> run(early, () -> true))
                .isInstanceOfSatisfying(
                        InterruptedRunException.class, e -> assertThat(e.saved()).isFalse());
    }

    @Test
    void anInterruptedRunEndsWithTheSameBits() throws Exception {
        Path whole = folder.resolve("whole");
        run(Frames.request(frames, whole, 2, 8, 1, 0, 1));

        // Stopped by a signal in the first epoch, killed in the second (its last state is two steps
        // old), with another number of workers.
        Path cut = folder.resolve("cut");
        PretrainRequest request = Frames.request(frames, cut, 2, 8, 1, 3, 2);
        int[] asked = {0};
        assertThatThrownBy(() -> run(request, () -> ++asked[0] > 1))
                .isInstanceOf(InterruptedRunException.class);
        assertThat(StepLog.steps(cut)).hasSize(2);
        asked[0] = 0;
        assertThatThrownBy(
                        () ->
                                run(
                                        request,
                                        () -> {
                                            if (++asked[0] == 5) {
                                                throw new IllegalStateException("killed");
                                            }
                                            return false;
                                        }))
                .hasMessage("killed");
        assertThat(StepLog.steps(cut)).hasSizeGreaterThan(6);
        run(request);

        assertThat(StepLog.losses(cut)).isEqualTo(StepLog.losses(whole));
        for (String part : List.of("student", "teacher", "optimizer", "centre")) {
            Path file = Path.of("checkpoints/last", part + ".safetensors");
            assertThat(cut.resolve(file)).as(part).hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(cut.resolve("backbone.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("backbone.safetensors"));
    }

    @Test
    void partsOfABatchGiveWhatTheWholeBatchGives() throws Exception {
        run(Frames.request(frames, folder.resolve("one"), 4, 32, 1));
        run(Frames.request(frames, folder.resolve("four"), 4, 32, 4));

        List<Double> one = StepLog.losses(folder.resolve("one"));
        List<Double> four = StepLog.losses(folder.resolve("four"));
        assertThat(one).hasSize(4);
        for (int i = 0; i < one.size(); i++) {
            assertThat(four.get(i)).isCloseTo(one.get(i), within(1e-5 * one.get(i)));
        }
        assertThat(StepLog.steps(folder.resolve("four")).get(3).get("center_norm").asDouble())
                .isCloseTo(
                        StepLog.steps(folder.resolve("one")).get(3).get("center_norm").asDouble(),
                        within(1e-5));
    }

    @Test
    void bf16LossesStayNearThoseOfFp32() throws Exception {
        PretrainRequest fp32 = Frames.request(frames, folder.resolve("fp32"), 13, 8, 1);
        run(fp32);
        PretrainRequest other = Frames.request(frames, folder.resolve("bf16"), 13, 8, 1);
        run(Frames.withPrecision(other, Precision.BF16));

        List<Double> exact = StepLog.losses(folder.resolve("fp32"));
        List<Double> rounded = StepLog.losses(folder.resolve("bf16"));
        assertThat(exact).hasSize(52);
        assertThat(rounded).isNotEqualTo(exact);
        for (int i = 0; i < exact.size(); i++) {
            assertThat(rounded.get(i))
                    .as("step %d", i)
                    .isCloseTo(exact.get(i), within(0.02 * exact.get(i)));
        }
        // What is kept is float32.
        assertThat(WeightsFile.read(folder.resolve("bf16/backbone.safetensors")).tensors().values())
                .allMatch(tensor -> tensor.type() == TensorType.F32);
    }

    private static PretrainRequest withKoleo(PretrainRequest request, double weight) {
        return request.toBuilder()
                .distillation(request.distillation().toBuilder().koleo(weight).build())
                .build();
    }

    @Test
    void koleoRaisesTheFeaturesEffectiveRank() throws Exception {
        run(Frames.request(frames, folder.resolve("without"), 4, 16, 1));
        run(withKoleo(Frames.request(frames, folder.resolve("with"), 4, 16, 1), 1));

        List<Double> without = StepLog.values(folder.resolve("without"), "feature_rank");
        List<Double> with = StepLog.values(folder.resolve("with"), "feature_rank");
        assertThat(with.get(0)).isEqualTo(without.get(0));
        assertThat(with.get(with.size() - 1)).isGreaterThan(without.get(without.size() - 1));
        // The loss that is logged stays DINO's own: at the first step it is the same.
        assertThat(StepLog.losses(folder.resolve("with")).get(0))
                .isEqualTo(StepLog.losses(folder.resolve("without")).get(0));
    }

    @Test
    void koleoNeedsTwoImagesInAMicroBatch() {
        PretrainRequest request =
                withKoleo(Frames.request(frames, folder.resolve("run"), 1, 8, 8), 0.1);

        assertThatThrownBy(() -> run(request))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("koleo")
                .hasMessageContaining("has only 1");
    }

    @Test
    void unreadableFramesAreSkippedAndListed() throws Exception {
        Path broken = folder.resolve("broken.jpg");
        byte[] whole = Files.readAllBytes(frames.get(0));
        Files.write(broken, java.util.Arrays.copyOf(whole, whole.length / 2));
        List<Path> some = new ArrayList<>(frames.subList(0, 15));
        some.add(broken);

        Pretraining.Outcome outcome = run(Frames.request(some, folder.resolve("run"), 1, 8, 1));

        assertThat(outcome.skipped()).isEqualTo(1);
        assertThat(folder.resolve("run/failures.csv")).content().contains("broken.jpg");
    }

    @Test
    void tooManyUnreadableFramesStopTheRun() throws Exception {
        List<Path> some = new ArrayList<>(frames.subList(0, 12));
        for (int i = 0; i < 4; i++) {
            some.add(Files.writeString(folder.resolve("no" + i + ".jpg"), "not an image"));
        }

        assertThatThrownBy(() -> run(Frames.request(some, folder.resolve("run"), 1, 8, 1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("2 of 16 frames cannot be read")
                .hasMessageContaining("max-bad-fraction 0.1: exceeded");
    }

    @Test
    void fewerFramesThanABatchIsAnError() {
        assertThatThrownBy(
                        () ->
                                run(
                                        Frames.request(
                                                frames.subList(0, 7),
                                                folder.resolve("r"),
                                                1,
                                                8,
                                                1)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("only 7 frames for a batch of 8");
    }
}
