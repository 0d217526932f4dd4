package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.pretrain.Frames;
import org.surgenet.pretrain.PretrainRequest;
import org.surgenet.pretrain.Pretraining;
import org.surgenet.pretrain.StepLog;
import org.surgenet.weights.StateDict;
import org.surgenet.weights.WeightsFile;

/** Full DINO checkpoints, there and back. */
class DinoCheckpointTest {
    @TempDir static Path shared;
    @TempDir Path folder;

    private static List<Path> frames;

    @BeforeAll
    static void draw() throws Exception {
        frames =
                Frames.draw(shared.resolve("frames"), 2, 8).stream()
                        .map(Frames.Labelled::path)
                        .toList();
    }

    private static void run(PretrainRequest request, Cancellation cancellation) throws Exception {
        new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, cancellation, new RunRecord("test", List.of()));
    }

    /** Two of four epochs, of two steps each, as a checkpoint. */
    private Path half() throws Exception {
        Path output = folder.resolve("half");
        int[] asked = {0};
        assertThatThrownBy(
                        () -> run(Frames.request(frames, output, 4, 8, 1), () -> ++asked[0] == 4))
                .isInstanceOf(InterruptedRunException.class);
        Path file = folder.resolve("dino.pth");
        DinoCheckpoint.write(output.resolve("checkpoints/last"), file);
        return file;
    }

    @Test
    void aRunContinuedFromItEndsWithTheSameBits() throws Exception {
        Path whole = folder.resolve("whole");
        run(Frames.request(frames, whole, 4, 8, 1), Cancellation.NEVER);
        Path file = half();

        Path rest = folder.resolve("rest");
        run(Frames.continuing(Frames.request(frames, rest, 4, 8, 1), file), Cancellation.NEVER);

        assertThat(StepLog.losses(rest)).isEqualTo(StepLog.losses(whole).subList(4, 8));
        for (String part : List.of("student", "teacher", "optimizer", "centre")) {
            Path state = Path.of("checkpoints/last", part + ".safetensors");
            assertThat(rest.resolve(state)).as(part).hasSameBinaryContentAs(whole.resolve(state));
        }
    }

    @Test
    void hasTheOriginalsNames() throws Exception {
        StateDict file = WeightsFile.read(half());

        assertThat(file.tensors())
                .containsKeys(
                        "student.module.backbone.downsample_layers.0.conv.weight",
                        "student.module.head.last_layer.weight_g",
                        "teacher.backbone.downsample_layers.0.conv.weight",
                        "teacher.head.mlp.4.bias",
                        "optimizer.state.0.exp_avg_sq",
                        "dino_loss.center");
        assertThat(file.metadata())
                .containsEntry("epoch", "2")
                .containsEntry("args.arch", "caformer_test")
                .containsEntry("args.out_dim", "256")
                .containsEntry("optimizer.param_groups.0.betas.1", "0.999")
                .containsEntry("optimizer.param_groups.1.weight_decay", "0.0")
                .containsEntry("optimizer.state.0.step", "4");
    }

    @Test
    void refusesWhatItCannotTakeUp() throws Exception {
        Path file = half();
        PretrainRequest request = Frames.request(frames, folder.resolve("rest"), 2, 8, 1);
        assertThatThrownBy(() -> run(Frames.continuing(request, file), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has 2 epochs behind it already");

        Path other = folder.resolve("other.pth");
        Files.write(other, SharedFiles.reference("checkpoints/dino_full.pth"));
        PretrainRequest longer = Frames.request(frames, folder.resolve("rest"), 60, 8, 1);
        assertThatThrownBy(() -> run(Frames.continuing(longer, other), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("its student is another network")
                .hasMessageContaining("check backbone");

        Path backbone = folder.resolve("half/checkpoints/last/student.safetensors");
        assertThatThrownBy(() -> run(Frames.continuing(longer, backbone), Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is no full DINO checkpoint")
                .hasMessageContaining("give it as weights");
    }
}
