package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.train.distributed.MpiJob;

/** Runs as several processes under the launchers of both MPI families. */
class MpiPretrainingTest {
    private static final int EPOCHS = 10;
    private static final int BATCH = 16;

    @TempDir static Path shared;
    @TempDir Path folder;

    private static Path frames;
    private static List<Double> alone;

    static List<String> launchers() {
        return MpiJob.LAUNCHERS;
    }

    @BeforeAll
    static void runAlone() throws Exception {
        frames = shared.resolve("frames");
        Frames.draw(frames, 3, 12);
        Path output = shared.resolve("alone");
        PretrainRequest request =
                PretrainMain.request(PretrainMain.frames(frames), output, EPOCHS, BATCH, 1, 0);
        new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));
        alone = StepLog.losses(output);
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void twoProcessesGiveTheLossesOfOne(String launcher) throws Exception {
        Path output = folder.resolve("two");

        MpiJob.Result result = run(launcher, output, "2");

        assertThat(result.code()).as(result.output()).isZero();
        List<Double> two = StepLog.losses(output);
        assertThat(alone).hasSize(20);
        assertThat(two).hasSize(20);
        for (int i = 0; i < two.size(); i++) {
            assertThat(two.get(i))
                    .as("step %d", i)
                    .isCloseTo(alone.get(i), within(1e-5 * alone.get(i)));
        }
        assertThat(output.resolve("backbone.safetensors")).exists();
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void aRankThatDiesEndsTheJobAndLeavesACheckpoint(String launcher) throws Exception {
        Path output = folder.resolve("cut");

        MpiJob.Result result = run(launcher, output, "2", "1", "7");

        assertThat(result.code()).isNotZero();
        assertThat(StepLog.losses(output)).hasSizeLessThan(20);
        // The run goes on from there, alone, and sees the same losses.
        PretrainRequest request =
                PretrainMain.request(PretrainMain.frames(frames), output, EPOCHS, BATCH, 1, 2);
        new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));
        List<Double> whole = StepLog.losses(output);
        assertThat(whole).hasSize(20);
        assertThat(whole.get(19)).isCloseTo(alone.get(19), within(1e-5 * alone.get(19)));
        assertThat(Files.exists(output.resolve("checkpoints/last/state.json"))).isTrue();
    }

    /** Two ranks that save every {@code checkpointEvery} steps. */
    private static MpiJob.Result run(
            String launcher, Path output, String checkpointEvery, String... death)
            throws Exception {
        String[] arguments = {
            frames.toString(),
            output.toString(),
            Integer.toString(EPOCHS),
            Integer.toString(BATCH),
            "1",
            checkpointEvery
        };
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + death.length);
        System.arraycopy(death, 0, all, arguments.length, death.length);
        return MpiJob.run(launcher, 2, 20, PretrainMain.class, all);
    }
}
