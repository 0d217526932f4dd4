package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.JavaProcess;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.train.distributed.Communicator;

/** What a run does when its surroundings fail. */
class InjectedFaultsTest {
    @TempDir static Path shared;
    @TempDir Path folder;

    private static Path frames;

    @BeforeAll
    static void draw() throws Exception {
        frames = shared.resolve("frames");
        Frames.draw(frames, 2, 8);
    }

    private static Pretraining.Outcome run(PretrainRequest request, Cancellation cancellation)
            throws Exception {
        return new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, cancellation, new RunRecord("test", List.of()));
    }

    /** Stops a run of two epochs after its first step. */
    private PretrainRequest interrupted(Path output) throws Exception {
        PretrainRequest request = Frames.request(PretrainMain.frames(frames), output, 2, 8, 1);
        assertThatThrownBy(() -> run(request, () -> true))
                .isInstanceOf(InterruptedRunException.class);
        return request;
    }

    @Test
    void aNanInASavedWeightIsRefused() throws Exception {
        Path output = folder.resolve("run");
        PretrainRequest request = interrupted(output);
        Path student = output.resolve("checkpoints/last/student.safetensors");
        try (FileChannel file = FileChannel.open(student, StandardOpenOption.WRITE)) {
            ByteBuffer nan = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            nan.putFloat(0, Float.NaN);
            file.write(nan, file.size() - 4);
        }
        byte[] before = Files.readAllBytes(student);

        assertThatThrownBy(() -> run(request, Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(student.toString())
                .hasMessageContaining("weight_v: 1 of ");

        assertThat(student).hasBinaryContent(before);
    }

    @Test
    void aLossThatIsNotFiniteStopsTheRunAndKeepsTheCheckpoint() throws Exception {
        Path output = folder.resolve("run");
        PretrainRequest wild =
                Frames.withLr(Frames.request(PretrainMain.frames(frames), output, 2, 4, 1), 1e30);
        assertThatThrownBy(() -> run(wild, () -> true)).isInstanceOf(InterruptedRunException.class);
        Path student = output.resolve("checkpoints/last/student.safetensors");
        byte[] before = Files.readAllBytes(student);

        assertThatThrownBy(() -> run(wild, Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("(epoch 1): the loss is NaN")
                .hasMessageContaining("the last checkpoint is kept in " + output)
                .hasMessageContaining("Lower lr");

        assertThat(student).hasBinaryContent(before);
    }

    @Test
    void aLossThatIsNotFiniteBeforeTheFirstCheckpointSpeaksOfNone() throws Exception {
        PretrainRequest wild =
                Frames.withLr(
                        Frames.request(PretrainMain.frames(frames), folder.resolve("run"), 2, 4, 1),
                        1e30);

        assertThatThrownBy(() -> run(wild, Cancellation.NEVER))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("no checkpoint has been saved so far. Lower lr, lower");
    }

    @Test
    void aCorruptImageInEachBatchIsSkippedEachTime() throws Exception {
        List<Path> all = new ArrayList<>(PretrainMain.frames(frames));
        List<Path> broken = new ArrayList<>();
        for (int i = 0; i < all.size(); i += 4) {
            Path copy = folder.resolve("broken" + i + ".jpg");
            Files.copy(all.get(i), copy);
            try (RandomAccessFile file = new RandomAccessFile(copy.toFile(), "rw")) {
                file.setLength(200);
            }
            all.set(i, copy);
            broken.add(copy);
        }
        PretrainRequest some = Frames.request(all, folder.resolve("run"), 3, 4, 1);
        PretrainRequest request = Frames.withMaxBadFraction(some, 0.5);

        Pretraining.Outcome outcome = run(request, Cancellation.NEVER);

        assertThat(outcome.skipped()).isEqualTo(broken.size());
        String failures = Files.readString(folder.resolve("run/failures.csv"));
        assertThat(broken).allSatisfy(path -> assertThat(failures).contains(path.toString()));
        assertThat(StepLog.losses(folder.resolve("run"))).hasSize(12);
    }

    /** Years forward, years back, at every look. */
    private static final class JumpingClock extends Clock {
        private int looks;

        @Override
        public Instant instant() {
            return Instant.ofEpochSecond(
                    1_700_000_000L + (looks++ % 2 == 0 ? 1 : -1) * 100_000_000L);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void aClockThatJumpsChangesNothingButTheTimesItself() throws Exception {
        List<Path> all = PretrainMain.frames(frames);
        run(Frames.request(all, folder.resolve("steady"), 2, 8, 1), Cancellation.NEVER);
        JumpingClock clock = new JumpingClock();

        PretrainRequest jumping = Frames.request(all, folder.resolve("jumping"), 2, 8, 1);
        new Pretraining(jumping, new DinoMethod(jumping), Communicator.single(), clock)
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));

        assertThat(clock.looks).isGreaterThan(4);
        assertThat(StepLog.losses(folder.resolve("jumping")))
                .isEqualTo(StepLog.losses(folder.resolve("steady")));
        assertThat(StepLog.steps(folder.resolve("jumping")))
                .allSatisfy(
                        step -> {
                            assertThat(step.get("data_wait_s").asDouble()).isNotNegative();
                            assertThat(step.get("compute_s").asDouble()).isPositive();
                            assertThat(step.get("memory_mb").asLong()).isBetween(50L, 100_000L);
                        });
        assertThat(folder.resolve("jumping/backbone.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("steady/backbone.safetensors"));
    }

    @Test
    void aDiskThatFillsDuringACheckpointKeepsTheOneBefore() throws Exception {
        Path disk = Files.createDirectory(folder.resolve("disk"));
        // A checkpoint of this network has 38 MB; the disk holds one and a half.
        boolean mounted = mount(disk, "60m");
        if (!mounted) {
            System.out.println("skipped: a small file system cannot be mounted here");
        }
        assumeTrue(mounted);
        try {
            Path output = disk.resolve("run");
            Process process =
                    JavaProcess.builder(
                                    JavaProcess.command(
                                            PretrainMain.class,
                                            frames.toString(),
                                            output.toString(),
                                            "4",
                                            "4",
                                            "1",
                                            "1"))
                            .start();
            String text =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);

            assertThat(process.waitFor()).isEqualTo(1);
            assertThat(text).contains("checkpoint cannot be written").contains("Free some space");
            // The first checkpoint is whole, and a run goes on from it elsewhere.
            Path saved = folder.resolve("saved");
            copyTree(output, saved);
            PretrainRequest request =
                    PretrainMain.request(PretrainMain.frames(frames), saved, 4, 4, 1, 1);
            assertThat(run(request, Cancellation.NEVER).steps()).isEqualTo(16);
            assertThat(StepLog.losses(saved)).hasSize(16);
        } finally {
            new ProcessBuilder("umount", disk.toString()).start().waitFor();
        }
    }

    private static boolean mount(Path on, String size) throws Exception {
        try {
            return new ProcessBuilder(
                                    "mount",
                                    "-t",
                                    "tmpfs",
                                    "-o",
                                    "size=" + size,
                                    "tmpfs",
                                    on.toString())
                            .start()
                            .waitFor()
                    == 0;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    private static void copyTree(Path from, Path to) throws Exception {
        try (var tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
