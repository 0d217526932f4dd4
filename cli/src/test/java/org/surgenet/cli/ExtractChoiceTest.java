package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Rational;
import org.surgenet.video.container.VideoWriter;

/** Options that choose frames by what they show. */
final class ExtractChoiceTest {
    @TempDir Path folder;

    /** A grey level for each second, at ten frames a second. */
    private Path video(int... levels) throws IOException {
        Path file = folder.resolve("in/v.mp4");
        byte[] pixels = new byte[3 * 64 * 48];
        try (VideoWriter writer =
                VideoWriter.h264(file, 64, 48, new Rational(10, 1), 10, 1_000_000)) {
            for (int i = 0; i < 10 * levels.length; i++) {
                java.util.Arrays.fill(pixels, (byte) levels[i / 10]);
                writer.write(pixels);
            }
            writer.finish();
        }
        return file;
    }

    private ProgramRun run(Object... options) {
        List<Object> command = new ArrayList<>(List.of("extract-frames", folder.resolve("in")));
        command.addAll(List.of("--output", folder.resolve("out")));
        command.addAll(List.of(options));
        return ProgramRun.of(command.toArray());
    }

    @Test
    void scenesAreTakenAndTheEffectiveConfigurationGivesThemAgain() throws IOException {
        video(40, 200, 200, 90);

        ProgramRun first = run("--scene-change", "20");
        ProgramRun again = run("--config", folder.resolve("out/config.yaml"));

        assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.DONE);
        assertThat(first.out()).contains("3 frames of 1 video");
        assertThat(Json.read(folder.resolve("out/v/video.json")).path("scenes").path("at"))
                .hasSize(3);
        assertThat(again.code()).as(again.err()).isEqualTo(ExitCode.DONE);
        assertThat(again.out()).contains("1 of 1 videos already complete");
        assertThat(run("--scene-change", "20", "--verify").code()).isEqualTo(ExitCode.DONE);
        assertThat(run("--scene-change", "21").code()).isEqualTo(ExitCode.USER_ERROR);
    }

    /** One label a second means the frames at whole seconds, not those amid two of them. */
    @Test
    void framesAtWholeSecondsAreTakenByName() throws IOException {
        video(40, 90, 140);

        ProgramRun run = run("--sampling", "cholec80");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(
                        CsvTable.read(folder.resolve("out/v/frames.csv"), "time_s").rows().stream()
                                .map(row -> row.number("time_s")))
                .containsExactly(0.0, 1.0, 2.0);
    }

    @Test
    void staticFramesAreLeftOutAndTold() throws IOException {
        video(40, 40, 40, 90);

        ProgramRun run = run("--fps", "1", "--rule", "first", "--skip-static");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out()).contains("2 frames of 1 video", "2 of 4 frames left out as static");
        assertThat(run.err()).contains("2 of 4 left out as static");
        assertThat(folder.resolve("out/v/v_000003.jpg")).exists();
        assertThat(folder.resolve("out/v/v_000001.jpg")).doesNotExist();
        assertThat(
                        Json.read(folder.resolve("out/run.json"))
                                .path("frames_left_out_as_static")
                                .asInt())
                .isEqualTo(2);
        ProgramRun verified = run("--fps=1", "--rule=first", "--skip-static", "--verify");
        assertThat(verified.code()).as(verified.err()).isEqualTo(ExitCode.DONE);
    }

    /** Scenes are known when every frame is decoded, which a dry run does not do. */
    @Test
    void aDryRunOfScenesSaysTheLengthAlone() throws IOException {
        video(40, 90);

        ProgramRun run = run("--scene-change", "27", "--dry-run");

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(run.out())
                .contains("2.0 s of video", "which are not checked", "scene-change takes is not")
                .doesNotContain("frames, ");
    }

    /** A mistake in a list of times is told with its line; comments and empty lines are none. */
    @Test
    void aMistakeInAListOfTimesIsToldWithItsLine() throws IOException {
        video(40, 90);
        Path times = Files.writeString(folder.resolve("t.txt"), "# seconds\n\n0.5 # first\nlate\n");

        ProgramRun wrong = run("--times", times);
        Files.writeString(times, "# seconds\n\n0.5 # first\n");
        ProgramRun right = run("--times", times);

        assertThat(wrong.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(wrong.messages().get(0)).contains(times + ":4", "late");
        assertThat(right.code()).as(right.err()).isEqualTo(ExitCode.DONE);
        assertThat(right.out()).contains("1 frame of 1 video");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--scene-change=27 --fps=1",
                "--scene-change=27 --rule=first",
                "--sampling=cholec80 --rule=first",
                "--sampling=cholec80 --fps=2",
                "--scene-change=27 --every=5",
                "--scene-change=27 --keyframes",
                "--scene-change=27 --times=t.txt",
                "--scene-change=27 --sampling=surgenet",
                "--every=2 --fps=1",
                "--keyframes --every=2",
                "--keyframes --fps=2",
                "--times=t.txt --fps=2",
                "--sampling=surgenet",
                "--sampling=surgenet --order=list",
                "--sampling=surgenet --order=name --start=1",
                "--sampling=surgenet --order=name --every=2",
                "--frame-list=list.txt",
                "--scene-change=0",
                "--scene-change=256",
                "--scene-change=nan",
                "--min-scene=1",
                "--skip-static --sampling=surgenet",
                "--hwaccel=abacus",
                "--fps=0",
                "--fps=-1",
                "--fps=many",
                "--every=0",
                "--start=late",
                "--start=5 --end=5",
                "--end=-1",
                "--self-check=2",
                "--self-check=nan",
                "--shard=2/2",
                "--shard=-1/2",
                "--shard=one",
                "--jobs=-1",
                "--stall-timeout=0",
                "--size=short:0",
                "--quality=0",
                "--quality=101",
                "--pack=tar --pack-frames=0",
                "--repair --verify",
            })
    void whatContradictsIsBadUsage(String options) throws IOException {
        video(40);

        ProgramRun run = run((Object[]) options.split(" "));

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(run.messages()).hasSize(1);
        String named = options.startsWith("--pack") ? "--pack-frames" : options.split("[ =]")[0];
        assertThat(run.messages().get(0)).contains(named);
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
