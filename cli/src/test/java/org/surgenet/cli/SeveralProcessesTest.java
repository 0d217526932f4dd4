package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opencv.core.Mat;
import org.surgenet.image.Images;
import org.surgenet.pretrain.StepLog;
import org.surgenet.train.distributed.MpiJob;

/** Several processes of the program on one directory. */
class SeveralProcessesTest {
    @TempDir Path folder;

    private static ProcessBuilder sample(Path output, int patients) {
        return ProgramRun.program(
                "make-sample", output, "--patients", patients, "--seconds", 6, "--size", "64x64");
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void ofTwoAtOnceOneIsRefused() throws Exception {
        Path output = folder.resolve("sample");
        List<Process> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            both.add(
                    sample(output, 4)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("said" + i).toFile())
                            .start());
        }
        List<Integer> codes = new ArrayList<>();
        for (Process process : both) {
            codes.add(process.waitFor());
        }

        String said =
                Files.readString(folder.resolve("said0"))
                        + Files.readString(folder.resolve("said1"));
        // Where the second one starts after the first has ended, it finds everything done.
        boolean overlapped = said.contains("is being written by");
        assertThat(codes)
                .as(said)
                .containsExactlyInAnyOrder(0, overlapped ? ExitCode.USER_ERROR : 0);
        assertThat(said).contains("4 drawn now");
        assertThat(names(output)).doesNotContain("surgenet.lock");
    }

    @Test
    void whatAKilledRunLeavesIsTakenOverByName() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "signals are tried on Linux");
        Path output = folder.resolve("sample");
        Path lock = output.resolve("surgenet.lock");
        Process first =
                sample(output, 40)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("first").toFile())
                        .start();
        while (first.isAlive() && !Files.exists(output.resolve("run.json"))) {
            Thread.onSpinWait();
        }
        first.destroyForcibly().waitFor();
        assertThat(lock).as(Files.readString(folder.resolve("first"))).exists();

        Process second =
                sample(output, 40)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("second").toFile())
                        .start();
        while (second.isAlive()
                && !Files.readString(folder.resolve("second")).contains("taken over")) {
            Thread.onSpinWait();
        }
        // SIGTERM: the state is saved, and the lock goes.
        second.destroy();
        assertThat(second.waitFor()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(Files.readString(folder.resolve("second")))
                .contains("surgenet make-sample, process " + first.pid());
        assertThat(lock).doesNotExist();
    }

    static List<String> launchers() {
        return MpiJob.LAUNCHERS;
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void underALauncherOneProcessWorksAndTheOthersWait(String launcher) throws Exception {
        Path output = folder.resolve("sample");

        MpiJob.Result result =
                MpiJob.run(
                        launcher,
                        2,
                        60,
                        Start.class,
                        "make-sample",
                        output.toString(),
                        "--patients=3",
                        "--seconds=6",
                        "--size=64x64");

        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).containsOnlyOnce("3 synthetic videos (3 drawn now");
        assertThat(result.output()).doesNotContain("3 were there");
        assertThat(names(output)).doesNotContain("surgenet.lock");
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void notesOfASharedWorkAreToldOnce(String launcher) throws Exception {
        Path frames = folder.resolve("frames");
        for (int i = 0; i < 4; i++) {
            Mat picture = Images.ofRgbBytes(new byte[3 * 64 * 64], 64, 64);
            Images.writePng(frames.resolve("v_" + i + ".png"), picture);
            picture.release();
        }

        MpiJob.Result result =
                MpiJob.run(
                        launcher,
                        2,
                        60,
                        Start.class,
                        "pretrain",
                        "--frames=" + frames,
                        "--output=" + folder.resolve("run"),
                        "--backbone=caformer_test",
                        "--batch-size=4",
                        "--epochs=1",
                        "--global-size=32",
                        "--local-crops=0",
                        "--out-dim=32");

        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).containsOnlyOnce("--warmup-epochs");
        assertThat(result.output()).containsOnlyOnce("epoch 1/1");
    }

    /** Of two processes each has a slice of every batch; the first one validates and writes. */
    @ParameterizedTest
    @MethodSource("launchers")
    void twoProcessesFineTuneAsOneDoes(String launcher) throws Exception {
        ProgramRun.finished(
                ProgramRun.program(
                        "make-sample",
                        folder.resolve("sample"),
                        "--patients=7",
                        "--seconds=6",
                        "--size=96x64"));
        Path data = folder.resolve("sample/cholecseg8k");
        List<String> options =
                List.of(
                        "finetune-seg",
                        "--data=" + data,
                        "--format=cholecseg8k",
                        "--split=" + folder.resolve("sample/splits/patients.csv"),
                        "--backbone=caformer_test",
                        "--size=64x64",
                        "--batch-size=8",
                        "--epochs=1",
                        "--device=cpu");
        List<Object> alone = new ArrayList<>(options);
        alone.add("--output=" + folder.resolve("one"));
        ProgramRun one = ProgramRun.of(alone.toArray());
        assertThat(one.code()).as(one.err()).isZero();

        List<String> together = new ArrayList<>(options);
        together.add("--output=" + folder.resolve("two"));
        MpiJob.Result result =
                MpiJob.run(launcher, 2, 60, Start.class, together.toArray(new String[0]));

        assertThat(result.code()).as(result.output()).isZero();
        assertThat(result.output()).containsOnlyOnce("two: done, 1 epochs");
        List<Double> expected = StepLog.losses(folder.resolve("one"));
        List<Double> seen = StepLog.losses(folder.resolve("two"));
        assertThat(expected).isNotEmpty();
        assertThat(seen).hasSameSizeAs(expected);
        for (int i = 0; i < seen.size(); i++) {
            // The shares of a batch differ in how many pixels are ignored.
            assertThat(seen.get(i)).isCloseTo(expected.get(i), within(0.02 * expected.get(i)));
        }
        assertThat(folder.resolve("two/model.safetensors")).exists();
        assertThat(names(folder.resolve("two"))).doesNotContain("surgenet.lock");
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void aUsersErrorIsOneLineAndKeepsItsExitCode(String launcher) throws Exception {
        MpiJob.Result missing = pretrain(launcher, "--frames=missing");
        MpiJob.Result misspelt = pretrain(launcher, "--frames=missing", "--epoch=3");

        assertThat(missing.code()).as(missing.output()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(missing.output())
                .containsOnlyOnce("surgenet: missing: no such file or folder")
                .doesNotContain("\tat ")
                .doesNotContain("as soon as the state is saved");
        assertThat(misspelt.code()).as(misspelt.output()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(misspelt.output())
                .contains("surgenet: unknown option '--epoch'; did you mean")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @MethodSource("launchers")
    void anErrorThatOneProcessMeetsEndsAllWithItsLine(String launcher) throws Exception {
        // The first process alone looks whose the directory is; the others wait for it.
        Path output = folder.resolve("theirs");
        Files.createDirectories(output);
        Files.writeString(output.resolve("log.jsonl"), "somebody else's");
        Path frames = Files.createDirectory(folder.resolve("frames"));
        for (int i = 0; i < 4; i++) {
            ImageIO.write(
                    new BufferedImage(48, 48, BufferedImage.TYPE_INT_RGB),
                    "png",
                    frames.resolve(i + ".png").toFile());
        }

        MpiJob.Result result =
                pretrain(
                        launcher,
                        "--frames=" + frames,
                        "--output=" + output,
                        "--backbone=caformer_test",
                        "--batch-size=4");

        assertThat(result.code()).as(result.output()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(result.output())
                .containsOnlyOnce("already exists and there is no run.json")
                .doesNotContain("\tat ");
    }

    private MpiJob.Result pretrain(String launcher, String... options) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("pretrain"));
        arguments.addAll(List.of(options));
        if (!String.join(" ", options).contains("--output")) {
            arguments.add("--output=" + folder.resolve("run"));
        }
        return MpiJob.run(launcher, 2, 60, Start.class, arguments.toArray(String[]::new));
    }
}
