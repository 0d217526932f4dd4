package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.JavaProcess;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.RunDirectory;
import org.surgenet.weights.Tensor;
import org.surgenet.weights.WeightsFile;

/** Runs in a process of their own that is killed (SIGKILL) wherever it is. */
class KilledRunTest {
    private static final int KILLS = 30;
    private static final List<String> PARTS = List.of("student", "teacher", "optimizer", "centre");

    @TempDir static Path shared;
    @TempDir Path folder;

    private static Path frames;

    @BeforeAll
    static void draw() throws Exception {
        frames = shared.resolve("frames");
        Frames.draw(frames, 2, 6);
    }

    private static Process start(Path output, int epochs, int checkpointEvery) throws Exception {
        return JavaProcess.builder(
                        JavaProcess.command(
                                PretrainMain.class,
                                frames.toString(),
                                output.toString(),
                                Integer.toString(epochs),
                                "4",
                                "1",
                                Integer.toString(checkpointEvery)))
                .redirectOutput(output.resolveSibling(output.getFileName() + ".txt").toFile())
                .start();
    }

    private static void finish(Path output, int epochs, int checkpointEvery) throws Exception {
        Process process = start(output, epochs, checkpointEvery);
        assertThat(process.waitFor()).isZero();
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Steps in the log so far; a line that is being written does not count. */
    private static long lines(Path output) throws Exception {
        Path log = output.resolve("log.jsonl");
        if (!Files.exists(log)) {
            return 0;
        }
        String text = Files.readString(log);
        return text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("{\"step\""))
                .count();
    }

    private static void assertSame(Path run, Path whole) throws Exception {
        assertThat(StepLog.losses(run)).isEqualTo(StepLog.losses(whole));
        for (String part : PARTS) {
            Path file = Path.of("checkpoints/last", part + ".safetensors");
            assertThat(run.resolve(file)).as(part).hasSameBinaryContentAs(whole.resolve(file));
        }
        assertThat(run.resolve("backbone.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("backbone.safetensors"));
    }

    @Test
    void thirtyStepsEqualThirteenAKillAndTheRest() throws Exception {
        Path whole = folder.resolve("whole");
        finish(whole, 10, 0);
        Path cut = folder.resolve("cut");
        Process process = start(cut, 10, 5);
        while (lines(cut) < 13) {
            assertThat(process.isAlive()).isTrue();
            Thread.sleep(2);
        }
        kill(process);
        assertThat(lines(cut)).isBetween(13L, 29L);

        finish(cut, 10, 5);

        assertThat(StepLog.losses(whole)).hasSize(30);
        assertSame(cut, whole);
    }

    @Test
    void randomKillsLeaveALoadableCheckpointEachTime() throws Exception {
        int epochs = 40;
        Path whole = folder.resolve("whole");
        finish(whole, epochs, 0);
        Path cut = folder.resolve("cut");
        Random random = new Random(7);
        List<Long> reached = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            long before = saved(cut).map(KilledRunTest::step).orElse(0L);
            Process process = start(cut, epochs, 1);
            // From the next checkpoint on, for some time: a step with its checkpoint takes about
            // 200 ms.
            while (process.isAlive() && saved(cut).map(KilledRunTest::step).orElse(0L) <= before) {
                Thread.sleep(1);
            }
            Thread.sleep(random.nextInt(500));
            assertThat(process.isAlive() || process.exitValue() == 0).as("start %d", i).isTrue();
            kill(process);

            Checkpoint checkpoint =
                    new RunDirectory(cut).checkpoints().load(Checkpoints.LAST).orElseThrow();
            reached.add(checkpoint.state().get("step").asLong());
            for (String part : PARTS) {
                WeightsFile.read(checkpoint.folder().resolve(part + ".safetensors"))
                        .tensors()
                        .values()
                        .forEach(Tensor::floats);
            }
        }
        System.out.println("steps reached at each kill: " + reached);
        assertThat(reached).isSorted();

        finish(cut, epochs, 1);

        assertSame(cut, whole);
    }

    /** The state file as it stands, without mending anything. */
    private static Optional<Path> saved(Path output) {
        return Optional.of(output.resolve("checkpoints/last/state.json")).filter(Files::exists);
    }

    private static long step(Path state) {
        try {
            return Json.read(state).get("step").asLong();
        } catch (UserException e) {
            return 0; // It was just being replaced.
        }
    }
}
