package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.SharedFiles;
import org.surgenet.common.Json;

/**
 * The program {@code surgenet-extract} beside the command that it stands for: the executable that
 * the system property {@code surgenet.extract} names, otherwise its main class in a JVM of its own.
 */
class ExtractProgramTest {
    @TempDir Path folder;

    private static ProgramRun extract(Object... args) {
        return ProgramRun.finished(ProgramRun.extract(args));
    }

    private Path videos() throws IOException {
        Path in = folder.resolve("in");
        ExtractFramesCommandTest.video(in.resolve("Zoe/a b.mp4"), 160, 96, 60);
        ExtractFramesCommandTest.video(in.resolve("c.mkv"), 64, 48, 30);
        Files.writeString(in.resolve("text.mp4"), "this is no video");
        return in;
    }

    /** Runs both with the same arguments; what they print and write must be the same. */
    private void bothGiveTheSame(List<Object> inputs, String options) throws IOException {
        List<Object> args = new ArrayList<>(inputs);
        args.addAll(Arrays.asList(options.strip().split("\\s+")));
        args.add("--output");
        Path expected = Files.createTempDirectory(folder, "expected");
        Path actual = Files.createTempDirectory(folder, "actual");

        List<Object> forCommand = new ArrayList<>(args);
        forCommand.add(0, "extract-frames");
        forCommand.add(expected);
        ProgramRun command = ProgramRun.of(Commands.ALL, forCommand.toArray());
        args.add(actual);
        ProgramRun program = extract(args.toArray());

        assertThat(program.code()).as(program.err()).isEqualTo(command.code());
        assertThat(said(program, actual)).isEqualTo(said(command, expected));
        assertThat(ExtractFramesCommandTest.hashes(actual))
                .as(options)
                .isNotEmpty()
                .isEqualTo(ExtractFramesCommandTest.hashes(expected));
        Optional<Path> failures = file(expected, "failures");
        assertThat(file(actual, "failures").isPresent()).isEqualTo(failures.isPresent());
        if (failures.isPresent()) {
            assertThat(file(actual, "failures").get())
                    .hasSameBinaryContentAs(failures.get())
                    .hasFileName(failures.get().getFileName().toString());
        }
        // Both configurations, but for their first line and the output.
        assertThat(settings(actual)).isEqualTo(settings(expected));
        assertThat(Json.read(file(actual, "run").orElseThrow()).get("status"))
                .isEqualTo(Json.read(file(expected, "run").orElseThrow()).get("status"));
    }

    /** What a run printed, but for where it wrote and how long it took. */
    private static String said(ProgramRun run, Path output) {
        return run.out()
                .replace(output.toString(), "OUT")
                .replaceAll("(of video in )\\d+\\.\\d s", "$1TIME");
    }

    /** A run's own file, whose name may say which part of the videos it is about. */
    private static Optional<Path> file(Path run, String name) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(
                            file ->
                                    file.getFileName()
                                            .toString()
                                            .matches(name + "(-\\d+-of-\\d+)?\\.\\w+"))
                    .findFirst();
        }
    }

    private static String settings(Path run) throws IOException {
        String yaml = Files.readString(file(run, "config").orElseThrow());
        return yaml.substring(yaml.indexOf('\n')).replace(run.toString(), "OUT");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--fps 29.97 --size source --format png",
                "--every 7 --size 32x32 --format webp --quality 70 --jobs 1",
                "--keyframes --crop-borders --jpeg-colours true --rule first --log-format json",
                "--start 0.5 --end 0:00:02 --size long:400 --upscale --shard 1/2 --quiet"
            })
    void madeVideosGiveTheSameAsTheCommand(String options) throws IOException {
        bothGiveTheSame(List.of(videos()), options);
    }

    @Test
    void namesAndTimesFromFilesGiveTheSameAsTheCommand() throws IOException {
        Path in = videos();
        Path list =
                Files.writeString(folder.resolve("list.txt"), "in/c.mkv\nin/gone.mp4\nin/Zoe\n");
        Path times = Files.writeString(folder.resolve("times.txt"), "0\n0:00:01.5\n");
        Path table = folder.resolve("table.csv");

        bothGiveTheSame(
                List.of("@" + list), "--times " + times + " --pseudonymize " + table + " -v");
        bothGiveTheSame(List.of(in + "/**.m{p4,kv}"), "--fps 1/2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--fps 1", "--fps 1/2 --crop-borders --size long:300 --format png"})
    void realVideosGiveTheSameAsTheCommand(String options) throws IOException {
        Optional<Path> media = SharedFiles.media();
        assumeTrue(media.isPresent(), "no real media");
        assumeTrue(ProgramRun.hasExecutable(), "the same classes on the same JVM");

        bothGiveTheSame(
                List.of(media.get().resolve("video_surgical"), media.get().resolve("video_codecs")),
                options);
    }

    @Test
    void helpAndUsageAreThoseOfAProgram() {
        ProgramRun help = extract("--help");
        ProgramRun version = extract("--version");
        ProgramRun nothing = extract();
        ProgramRun misspelt = extract("--outptu", "x");
        ProgramRun type = extract("in", "--output", "out", "--format", "gif");

        assertThat(help.code()).isEqualTo(ExitCode.DONE);
        assertThat(help.err()).isEmpty();
        assertThat(help.out())
                .isEqualTo(HelpPage.wrap(Main.layout(ExtractMain.commandLine()), 100))
                .startsWith("Usage: surgenet-extract ")
                .contains("  surgenet-extract videos/ --output ")
                .doesNotContain("surgenet extract-frames");
        assertThat(version.out()).isEqualTo("surgenet " + Version.VERSION + "\n");
        for (ProgramRun bad : List.of(nothing, misspelt, type)) {
            assertThat(bad.code()).isEqualTo(ExitCode.BAD_USAGE);
            assertThat(bad.messages()).hasSize(1);
            assertThat(bad.err()).endsWith("; see 'surgenet-extract --help'\n").hasLineCount(1);
        }
        assertThat(misspelt.err()).contains("did you mean '--output'");
        assertThat(type.err()).contains("must be one of jpg, png, webp, not 'gif'");
    }

    @Test
    void printedConfigurationReadsBack() throws IOException {
        Path in = videos();
        Path out = folder.resolve("out");
        ProgramRun printed =
                extract(in, "--output", out, "--every", 9, "--format", "png", "--print-config");
        assertThat(printed.code()).isEqualTo(ExitCode.DONE);
        assertThat(printed.out()).startsWith("# surgenet-extract, ").contains("\nformat: png  # ");
        Path config = Files.writeString(folder.resolve("made.yaml"), printed.out());

        ProgramRun dry = extract("--config", config, "--dry-run");
        assertThat(dry.code()).isEqualTo(ExitCode.DONE);
        assertThat(dry.out()).contains("every: 9\n", "3 videos, ");
        assertThat(out).doesNotExist();

        ProgramRun run = extract("--config", config);
        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(out.resolve("c/c_000003.png")).exists();
        assertThat(Json.read(out.resolve("run.json")).get("program").asText())
                .isEqualTo("surgenet-extract");

        Files.writeString(config, "every: 9\nformta: png\n");
        ProgramRun wrong = extract("--config", config);
        assertThat(wrong.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(wrong.err())
                .isEqualTo(
                        "surgenet: "
                                + config
                                + ":2: unknown key 'formta' for surgenet-extract; did you mean"
                                + " 'format'?\n");
    }

    @Test
    void filesMayHaveNamesInAnyScript() throws IOException {
        boolean executable = ProgramRun.hasExecutable();
        assumeTrue(
                executable || "UTF-8".equals(System.getProperty("sun.jnu.encoding")),
                "a JVM takes such names in a UTF-8 locale only");
        Path out = folder.resolve("out");
        Path list = folder.resolve("list.txt");
        Files.writeString(list, "in/Zoë 手術.mp4\n");
        Files.move(videos().resolve("c.mkv"), list.resolveSibling("in/Zoë 手術.mp4"));
        ProcessBuilder process = ProgramRun.extract("@" + list, "--output", out);
        if (executable) {
            process.environment().put("LC_ALL", "C");
        }

        ProgramRun run = ProgramRun.finished(process);

        assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
        assertThat(out.resolve("Zoë 手術/frames.csv")).content().contains("Zoë 手術_000000.jpg");
    }

    @Test
    void logLinesAreJsonWhereAskedFor() throws IOException {
        ProgramRun run =
                extract(
                        videos(),
                        "--output",
                        folder.resolve("out"),
                        "--log-format=json",
                        "--verbose");

        List<String> lines = run.err().lines().toList();
        assertThat(lines).isNotEmpty();
        assertThat(lines)
                .anySatisfy(
                        line ->
                                assertThat(message(line, "WARN"))
                                        .startsWith("text: 0 frames; not a"));
    }

    private static String message(String line, String level) {
        var node = Json.parse(line.getBytes(StandardCharsets.UTF_8), line);
        assertThat(node.get("level").asText()).isEqualTo(level);
        return node.get("message").asText();
    }

    @Test
    void verificationFindsWhatChanged() throws IOException {
        Path in = videos();
        Path out = folder.resolve("out");
        Files.delete(in.resolve("text.mp4"));
        extract(in, "--output", out);
        Path frame = out.resolve("c/c_000000.jpg");

        assertThat(extract(in, "--output", out, "--verify").code()).isEqualTo(ExitCode.DONE);
        byte[] bytes = Files.readAllBytes(frame);
        bytes[bytes.length / 2]++;
        Files.write(frame, bytes);
        ProgramRun run = extract(in, "--output", out, "--verify");

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.out()).isEqualTo("altered " + frame + "\n");
        assertThat(run.messages()).hasSize(1);
    }

    @Test
    void terminatedItSavesItsStateAndGoesOn() throws Exception {
        Path in = folder.resolve("long");
        ExtractFramesCommandTest.video(in.resolve("a.mp4"), 320, 240, 400);
        ExtractFramesCommandTest.video(in.resolve("b.mp4"), 320, 240, 400);
        Path cut = folder.resolve("cut");
        Object[] args = {in, "--fps", 25, "--format", "png", "--size", "source", "--output", null};

        args[args.length - 1] = cut;
        Process process =
                ProgramRun.extract(args)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log.txt").toFile())
                        .start();
        while (process.isAlive() && !Files.exists(cut.resolve("run.json"))) {
            Thread.sleep(5);
        }
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(ExitCode.INTERRUPTED);
        assertThat(folder.resolve("log.txt"))
                .content()
                .contains("surgenet: stopping as soon as the state is saved");
        assertThat(Json.read(cut.resolve("run.json")).get("status").asText())
                .isEqualTo("interrupted");
        assertThat(extract(args).code()).isEqualTo(ExitCode.DONE);

        Path whole = folder.resolve("whole");
        args[args.length - 1] = whole;
        assertThat(extract(args).code()).isEqualTo(ExitCode.DONE);
        assertThat(ExtractFramesCommandTest.hashes(cut))
                .hasSizeGreaterThan(800)
                .isEqualTo(ExtractFramesCommandTest.hashes(whole));
    }
}
