package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.engine.Recording;
import org.surgenet.image.Images;
import org.surgenet.loader.CropLoader;
import org.surgenet.loader.ViewMaker;
import org.surgenet.loader.ViewSizes;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.ImageNorm;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.train.AdamW;
import org.surgenet.train.Curves;
import org.surgenet.train.Gradients;
import org.surgenet.train.Learner;
import org.surgenet.train.ParameterGroup;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.Communicator;
import org.surgenet.weights.WeightsFile;

/** A method is a class that implements {@link Method}: here one that draws features to zero. */
class ToyMethodTest {
    @TempDir Path folder;

    private static final class ToyMethod implements Method {
        private static final int SIDE = 32;

        @Override
        public ViewMaker views() {
            return new ViewMaker() {
                @Override
                public ViewSizes sizes() {
                    return new ViewSizes(1, SIDE, 0, SIDE);
                }

                @Override
                public void make(
                        Path image, long seed, long epoch, long sample, ByteBuffer target) {
                    var picture = Images.read(image);
                    var small = Images.resize(picture, SIDE, SIDE, Images.Interpolation.NEAREST);
                    Images.toPlanarBytes(small, target);
                    small.release();
                    picture.release();
                }
            };
        }

        @Override
        public List<Curves.Panel> panels() {
            return List.of(new Curves.Panel("Loss", "step", "loss", false, List.of("loss")));
        }

        @Override
        public Trainee begin(NDManager manager, Communicator communicator, long perEpoch) {
            return new Toy(manager, perEpoch);
        }
    }

    private static final class Toy implements Method.Trainee {
        private final NDManager manager;
        private final long perEpoch;
        private final Backbone backbone = Backbones.create("caformer_test");
        private final AdamW optimizer;

        Toy(NDManager manager, long perEpoch) {
            this.manager = manager;
            this.perEpoch = perEpoch;
            backbone.initialize(manager, 1);
            backbone.setTraining(true);
            Gradients.require(backbone);
            optimizer = new AdamW(manager, ParameterGroup.ofDino(backbone.trainable()));
        }

        @Override
        public Backbone student() {
            return backbone;
        }

        @Override
        public void started() {}

        @Override
        public int takeUp(Path checkpoint) {
            return 0;
        }

        @Override
        public Backbone result() {
            return backbone;
        }

        @Override
        public Map<String, Map<String, NDArray>> arrays() {
            return Map.of("network", backbone.arrays(), "optimizer", optimizer.moments());
        }

        @Override
        public AdamW optimizer() {
            return optimizer;
        }

        @Override
        public Learner.Step step(
                long step,
                Method.Views views,
                int[] images,
                TrainState state,
                BooleanSupplier stop) {
            double loss;
            try (NDManager inner = manager.newSubManager()) {
                CropLoader.Views some = views.next(images[0]);
                NDArray raw =
                        inner.create(
                                some.globals(),
                                new Shape(images[0], 3, ToyMethod.SIDE, ToyMethod.SIDE),
                                DataType.UINT8);
                NDArray normalised = ImageNorm.IMAGENET.apply(raw);
                try (Recording collector = Gradients.collect()) {
                    NDArray value = backbone.pooled(normalised).abs().mean();
                    loss = value.getFloat();
                    collector.backward(value);
                }
                optimizer.step(0.001, 0);
            }
            state.add("loss", loss);
            ObjectNode line =
                    Json.object().put("step", step).put("epoch", step / perEpoch).put("loss", loss);
            return new Learner.Step(line, loss, 0.001, images[0]);
        }

        @Override
        public List<String> warnings(
                long step, Learner.Step outcome, double waited, double seconds) {
            return List.of();
        }

        @Override
        public String remedy() {
            return "";
        }

        @Override
        public ObjectNode endEpoch(long epoch, TrainState state) {
            return Json.object()
                    .put("train_loss", state.sum("loss") / perEpoch)
                    .put("train_lr", 0.001)
                    .put("epoch", epoch);
        }
    }

    private static void run(PretrainRequest request, Cancellation cancellation) throws Exception {
        new Pretraining(request, new ToyMethod())
                .run(Progress.NONE, cancellation, new RunRecord("test", List.of()));
    }

    @Test
    void trainsResumesToTheBitAndLeavesABackbone() throws Exception {
        List<Path> frames =
                Frames.draw(folder.resolve("frames"), 2, 4).stream()
                        .map(Frames.Labelled::path)
                        .toList();
        Path whole = folder.resolve("whole");
        run(Frames.request(frames, whole, 2, 4, 1), Cancellation.NEVER);
        List<Double> losses = StepLog.losses(whole);
        assertThat(losses).hasSize(4);
        assertThat(losses.get(3)).isLessThan(losses.get(0));

        Path cut = folder.resolve("cut");
        PretrainRequest request = Frames.request(frames, cut, 2, 4, 1);
        assertThatThrownBy(() -> run(request, () -> true))
                .isInstanceOf(InterruptedRunException.class);
        run(request, Cancellation.NEVER);

        assertThat(StepLog.losses(cut)).isEqualTo(losses);
        assertThat(cut.resolve("backbone.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("backbone.safetensors"));
        assertThat(WeightsFile.read(cut.resolve("backbone.safetensors")).metadata())
                .containsEntry("backbone", "caformer_test");
        assertThat(Files.exists(cut.resolve("curves.png"))).isTrue();
    }
}
