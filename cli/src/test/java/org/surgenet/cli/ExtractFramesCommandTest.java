package org.surgenet.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.FolderWalk;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameLists;
import org.surgenet.video.container.VideoWriter;

final class ExtractFramesCommandTest {
    @TempDir Path folder;

    private Path video(String name, int width, int height, int frames) throws IOException {
        return video(folder.resolve("in").resolve(name), width, height, frames);
    }

    /** A video of stripes that move, 25 frames a second. */
    static Path video(Path file, int width, int height, int frames) throws IOException {
        byte[] pixels = new byte[3 * width * height];
        try (VideoWriter writer =
                VideoWriter.h264(file, width, height, new Rational(25, 1), 25, 1_000_000)) {
            for (int i = 0; i < frames; i++) {
                for (int p = 0; p < pixels.length; p++) {
                    pixels[p] = (byte) ((p / 3 + 2 * i) % width + p % 3 * 40);
                }
                writer.write(pixels);
            }
            writer.finish();
        }
        return file;
    }

    @Test
    void aChangeOfThePictureSizeIsSaid() throws IOException {
        Path joined = Files.createDirectories(folder.resolve("in")).resolve("v.ts");
        for (int width : new int[] {320, 160}) {
            Path part = folder.resolve(width + ".ts");
            VideoWriter.Settings settings =
                    new VideoWriter.Settings(
                            "mpegts",
                            "libopenh264",
                            new Rational(25, 1),
                            25,
                            1_000_000,
                            0,
                            Map.of());
            try (VideoWriter writer = VideoWriter.of(part, width, 120, settings)) {
                for (int i = 0; i < 50; i++) {
                    writer.write(new byte[3 * width * 120]);
                }
                writer.finish();
            }
            Files.write(
                    joined,
                    Files.readAllBytes(part),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
        Path out = folder.resolve("out");

        ProgramRun run = ProgramRun.of("extract-frames", joined, "--every", 10, "--output", out);

        assertThat(run.out())
                .contains(
                        "1 video has frames of several sizes, since the picture size changes"
                                + " within: see sizes in video.json");
        assertThat(Json.read(out.resolve("v/video.json")).path("sizes")).hasSize(2);
    }

    /** Hashes of all files but the record of the run, by their paths. */
    static Map<String, String> hashes(Path root) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.getParent().equals(root)) {
                    hashes.put(root.relativize(file).toString(), Hashes.sha256(file));
                }
            }
        }
        return hashes;
    }

    @Test
    void extractsResumesAndVerifies() throws IOException {
        video("chole/a.mp4", 64, 48, 75);
        video("b.mp4", 64, 48, 50);
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");

        ProgramRun first = ProgramRun.of("extract-frames", in, "--output", out, "--fps", "2");
        ProgramRun second = ProgramRun.of("extract-frames", in, "--output", out, "--fps", "2");

        assertThat(first.code()).isEqualTo(ExitCode.DONE);
        assertThat(first.out()).contains("10 frames of 2 videos");
        assertThat(out.resolve("chole/a/a_000005.jpg")).exists();
        assertThat(out.resolve("run.json")).exists();
        assertThat(second.code()).isEqualTo(ExitCode.DONE);
        assertThat(second.out()).contains("2 of 2 videos already complete");
        ProgramRun good =
                ProgramRun.of("extract-frames", in, "--output", out, "--fps", "2", "--verify");
        assertThat(good.code()).isEqualTo(ExitCode.DONE);
        assertThat(good.out()).contains("10 frames of 2 videos are as listed");
        Files.delete(out.resolve("b/b_000000.jpg"));
        ProgramRun bad =
                ProgramRun.of("extract-frames", in, "--output", out, "--fps", "2", "--verify");
        assertThat(bad.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(bad.out()).contains("missing " + out.resolve("b/b_000000.jpg"));
    }

    @Test
    void whatIsNotTakenFromFolderIsToldOf() throws IOException {
        Path video = video("a.mp4", 64, 48, 50);
        Path in = folder.resolve("in");
        Files.copy(video, in.resolve("Jane Doe.mp4.part"));
        Files.write(in.resolve("notes.txt"), new byte[] {1});
        Files.write(in.resolve("b.txt"), new byte[] {1});
        try (OutputStream gif = Files.newOutputStream(in.resolve("loop.gif"))) {
            ImageIO.write(new BufferedImage(64, 48, BufferedImage.TYPE_BYTE_INDEXED), "gif", gif);
        }

        ProgramRun run =
                ProgramRun.of("extract-frames", in, "--output", folder.resolve("out"), "--fps", 10);
        Path table = folder.resolve("ids/table.csv");
        Files.createDirectories(table.getParent());
        ProgramRun ids =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("ids-out"),
                        "--pseudonymize",
                        table);

        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(run.out())
                .contains("21 frames of 2 videos")
                .contains("1 possible video not taken:")
                .contains("Jane Doe.mp4.part: an unfinished copy of a video")
                .contains("2 other files ignored: 2 .txt");
        assertThat(Json.read(folder.resolve("out/run.json")).at("/other_files/.txt").asInt())
                .isEqualTo(2);
        assertThat(folder.resolve("out/loop/loop_000000.jpg")).exists();
        assertThat(ids.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        // A tenth of a second gives no frame at one a second, as with ffmpeg.
        assertThat(ids.out())
                .contains("1 video gave no frame with this sampling")
                .contains("an unfinished copy")
                .doesNotContain("Jane");
        assertThat(folder.resolve("ids-out/run.json")).content().doesNotContain("Jane");
        // What extraction leaves beside frames is no news to who reads them.
        OtherFiles beside = new OtherFiles();
        FolderWalk.visible(
                folder.resolve("out"),
                file -> {
                    if (!FrameLists.isImage(file)) {
                        FrameLists.noteOther(file, beside);
                    }
                });
        assertThat(FrameLists.notes(beside)).isEmpty();
    }

    @Test
    void selfCheckIsRecorded() throws IOException {
        video("a.mp4", 64, 48, 100);
        Path in = folder.resolve("in");

        ProgramRun all =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("all"),
                        "--every=10",
                        "--self-check=1");
        ProgramRun none =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("none"),
                        "--every=10",
                        "--self-check=0");
        ProgramRun wrong =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("wrong"),
                        "--self-check=1.5");

        assertThat(all.code()).isEqualTo(ExitCode.DONE);
        assertThat(none.code()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(folder.resolve("all/run.json")))
                .contains("\"self_check_groups\" : 4", "\"self_check_videos_differed\" : 0");
        assertThat(Files.readString(folder.resolve("none/run.json")))
                .contains("\"self_check_groups\" : 0");
        assertThat(hashes(folder.resolve("none")).keySet())
                .isEqualTo(hashes(folder.resolve("all")).keySet());
        assertThat(wrong.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(wrong.err()).contains("--self-check 1.5: must be from 0 to 1");
    }

    @Test
    void pseudonymsHideNamesAndAreStable() throws IOException {
        video("Miller/Jane_Miller.mp4", 64, 48, 50);
        Files.writeString(folder.resolve("in/Miller/Jane_broken.mp4"), "this is no video");
        Path in = Files.move(folder.resolve("in"), folder.resolve("of_Miller"));
        Path table = folder.resolve("secret/table_Miller.csv");
        List<Object> command =
                new ArrayList<>(List.of("extract-frames", in, "--pseudonymize", table, "--output"));
        List<Map<String, String>> results = new ArrayList<>();

        for (String out : List.of("one", "two")) {
            command.add(folder.resolve(out));
            ProgramRun run = ProgramRun.of(command.toArray());
            command.remove(command.size() - 1);
            assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
            assertThat(run.out() + run.err()).doesNotContain("Jane", "Miller");
            results.add(hashes(folder.resolve(out)));
            try (Stream<Path> files = Files.walk(folder.resolve(out))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(folder.relativize(file).toString()).doesNotContain("Jane", "Miller");
                    String content =
                            Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
                    assertThat(content).doesNotContain("Jane", "Miller");
                }
            }
        }

        assertThat(results.get(0)).isEqualTo(results.get(1)).isNotEmpty();
        assertThat(table).content().contains("Miller/Jane_Miller");
        if (Files.getFileStore(table).supportsFileAttributeView("posix")) {
            assertThat(Files.getPosixFilePermissions(table)).hasSize(2);
        }
        ProgramRun inside =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--pseudonymize",
                        folder.resolve("one/table.csv"),
                        "--output",
                        folder.resolve("one"));
        ProgramRun named =
                ProgramRun.of(
                        "extract-frames",
                        in.resolve("Miller/Jane_Miller.mp4"),
                        "--pseudonymize",
                        table,
                        "--output",
                        folder.resolve("three"));
        assertThat(inside.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(named.code()).isEqualTo(ExitCode.USER_ERROR);
    }

    @Test
    void proceduresComeFromATable() throws IOException {
        video("one/a.mp4", 64, 48, 25);
        video("two/b.mp4", 64, 48, 25);
        Path in = folder.resolve("in");
        Path table =
                Files.writeString(
                        folder.resolve("t.csv"), "video,procedure\none/a.mp4,chole\nb,hyst\n");
        Path less = Files.writeString(folder.resolve("less.csv"), "video,procedure\na,chole\n");

        ProgramRun run =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("out"),
                        "--procedures",
                        table);
        ProgramRun missing =
                ProgramRun.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("x"),
                        "--procedures",
                        less);

        assertThat(run.code()).isEqualTo(ExitCode.DONE);
        assertThat(folder.resolve("out/one/a/frames.csv")).content().contains(",chole,a,");
        assertThat(folder.resolve("out/two/b/frames.csv")).content().contains(",hyst,b,");
        assertThat(missing.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(missing.messages()).hasSize(1).first().asString().contains("two/b.mp4");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    /** The estimate is near what the extraction then makes, and nothing is written for it. */
    @Test
    void dryRunEstimatesDiskAndTime() throws IOException {
        for (int i = 0; i < 6; i++) {
            video("v" + i + ".mp4", 160, 120, 250);
        }
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");

        ProgramRun dry =
                ProgramRun.of("extract-frames", in, "--output", out, "--fps", "2", "--dry-run");

        assertThat(dry.code()).isEqualTo(ExitCode.DONE);
        assertThat(out).doesNotExist();
        java.util.regex.Matcher line =
                java.util.regex.Pattern.compile("about ([0-9,]+) frames, ([0-9.]+) MB of image")
                        .matcher(dry.out());
        assertThat(line.find()).as(dry.out()).isTrue();
        assertThat(dry.out()).contains("estimated from", "free)", "60.0 s of video");
        ProgramRun.of("extract-frames", in, "--output", out, "--fps", "2");
        double bytes = 0;
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".jpg")).toList()) {
                bytes += Files.size(file);
            }
        }
        assertThat(Double.parseDouble(line.group(1).replace(",", ""))).isBetween(108.0, 132.0);
        assertThat(Double.parseDouble(line.group(2)) * 1e6)
                .isBetween(0.8 * bytes - 5e4, 1.2 * bytes + 5e4);
    }

    @Test
    void surgenetNamesAndPackingRunFromTheCommandLine() throws IOException {
        video("chole/a.mp4", 64, 48, 60);
        Path in = folder.resolve("in");
        Path list =
                Files.writeString(
                        folder.resolve("l.txt"), "a_frame_1_Sample1.jpg\na_frame_2_Sample2.jpg\n");
        List<Object> surgenet =
                List.of(
                        "extract-frames",
                        in,
                        "--output",
                        folder.resolve("s"),
                        "--sampling",
                        "surgenet",
                        "--frame-list",
                        list,
                        "--order",
                        "list");
        List<Object> pack =
                List.of("extract-frames", in, "--output", folder.resolve("p"), "--pack", "tar");

        for (List<Object> command : List.of(surgenet, pack)) {
            ProgramRun run = ProgramRun.of(command.toArray());
            List<Object> again = new ArrayList<>(command);
            again.add("--verify");
            ProgramRun verified = ProgramRun.of(again.toArray());

            assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.DONE);
            assertThat(run.out()).contains("2 frames of 1 video");
            assertThat(verified.code()).isEqualTo(ExitCode.DONE);
            assertThat(verified.out()).contains("2 frames of 1 video are as listed");
        }
        assertThat(folder.resolve("s/chole/Batch0/a_frame_2_Sample2.jpg")).exists();
        assertThat(folder.resolve("p/chole/a/a-000000.tar")).exists();
        for (List<String> wrong :
                List.of(
                        List.of("--sampling", "surgenet", "--order", "name", "--pack", "tar"),
                        List.of("--sampling", "surgenet", "--order", "name", "--format", "png"),
                        List.of("--pack", "tar", "--pack-frames", "0"))) {
            List<Object> command =
                    new ArrayList<>(List.of("extract-frames", in, "--output", folder.resolve("w")));
            command.addAll(wrong);
            ProgramRun run = ProgramRun.of(command.toArray());
            assertThat(run.code()).as("%s", wrong).isEqualTo(ExitCode.BAD_USAGE);
            assertThat(run.messages()).hasSize(1);
        }
    }

    @Test
    void badInputIsToldInOneLine() throws IOException {
        video("good.mp4", 64, 48, 25);
        Files.writeString(folder.resolve("in/text.mp4"), "this is no video");
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");

        ProgramRun mixed = ProgramRun.of("extract-frames", in, "--output", out);
        ProgramRun missing =
                ProgramRun.of("extract-frames", folder.resolve("gone"), "--output", out);
        ProgramRun size = ProgramRun.of("extract-frames", in, "--output", out, "--size", "big");
        ProgramRun fps = ProgramRun.of("extract-frames", in, "--output", out, "--fps", "0");
        ProgramRun both =
                ProgramRun.of("extract-frames", in, "--output", out, "--keyframes", "--every", "2");

        assertThat(mixed.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(out.resolve("failures.csv")).content().contains("text.mp4");
        assertThat(out.resolve("good/frames.csv")).exists();
        assertThat(missing.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(missing.messages()).hasSize(1).first().asString().contains("gone: no such");
        assertThat(both.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(both.messages()).hasSize(1);
        for (ProgramRun run : List.of(size, fps)) {
            assertThat(run.code()).isEqualTo(ExitCode.BAD_USAGE);
            assertThat(run.messages()).hasSize(1);
        }
    }

    @Test
    void twoShardsAtOnceAreTheWhole() throws Exception {
        for (int i = 0; i < 5; i++) {
            video("v" + i + ".mp4", 64, 48, 25 + 5 * i);
        }
        Path in = folder.resolve("in");
        ProgramRun.of("extract-frames", in, "--output", folder.resolve("whole"), "--every", "5");

        List<Process> both = new ArrayList<>();
        for (String shard : List.of("0/2", "1/2")) {
            both.add(
                    ProgramRun.process(
                                    "extract-frames",
                                    in,
                                    "--output",
                                    folder.resolve("parts"),
                                    "--every",
                                    5,
                                    "--shard",
                                    shard)
                            .redirectErrorStream(true)
                            .start());
        }
        for (Process process : both) {
            String told = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor()).as(told).isEqualTo(ExitCode.DONE);
            assertThat(told).doesNotContain("already complete");
        }

        assertThat(hashes(folder.resolve("parts"))).isEqualTo(hashes(folder.resolve("whole")));
    }

    private Process start(Path out) throws IOException {
        return ProgramRun.process(
                        "extract-frames",
                        folder.resolve("in"),
                        "--output",
                        out,
                        "--fps",
                        25,
                        "--format",
                        "png",
                        "--size",
                        "source",
                        "--jobs",
                        2)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile())
                .start();
    }

    @Test
    void killedTwentyTimesItEndsWithTheSameFiles() throws Exception {
        for (int i = 0; i < 8; i++) {
            video("v" + i + ".mp4", 320, 240, 75);
        }
        Path whole = folder.resolve("whole");
        long begin = System.nanoTime();
        assertThat(start(whole).waitFor()).isEqualTo(ExitCode.DONE);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);

        Random random = new Random(7);
        Path cut = Files.createTempDirectory(folder, "cut");
        int killed = 0;
        while (killed < 20) {
            Process process = start(cut);
            if (process.waitFor(random.nextInt((int) millis / 2), TimeUnit.MILLISECONDS)) {
                // Several cut runs have made a whole one; the next begin another.
                assertThat(process.exitValue()).isEqualTo(ExitCode.DONE);
                assertThat(hashes(cut)).isEqualTo(hashes(whole));
                cut = Files.createTempDirectory(folder, "cut");
            } else {
                process.destroyForcibly().waitFor();
                killed++;
            }
        }
        assertThat(start(cut).waitFor()).isEqualTo(ExitCode.DONE);

        assertThat(hashes(cut)).isEqualTo(hashes(whole));
    }

    /** A file system of 400 kB; making one needs root's rights. */
    @Test
    void fullDiskEndsTheRunWithALineAndNothingThatLooksComplete() throws Exception {
        video("v.mp4", 320, 240, 250);
        Optional<SmallDisk> small = SmallDisk.mount(folder.resolve("disk"), "400k");
        assumeTrue(small.isPresent(), "no right to mount a small file system");
        try (SmallDisk disk = small.get()) {
            Path out = disk.folder().resolve("out");
            List<Object> command =
                    List.of(
                            "extract-frames",
                            folder.resolve("in"),
                            "--output",
                            out,
                            "--fps",
                            "25",
                            "--format",
                            "png");
            for (List<Object> options :
                    List.<List<Object>>of(List.of(), List.of("--pack", "tar", "--overwrite"))) {
                List<Object> all = new ArrayList<>(command);
                all.addAll(options);
                ProgramRun run = ProgramRun.of(all.toArray());

                assertThat(run.code()).as(run.err()).isEqualTo(ExitCode.USER_ERROR);
                assertThat(run.messages().get(run.messages().size() - 1))
                        .contains("cannot be written", "No space left");
                assertThat(run.err()).doesNotContain("Exception", "\tat ");
                try (Stream<Path> files = Files.walk(out)) {
                    for (Path file : files.filter(Files::isRegularFile).toList()) {
                        String name = file.getFileName().toString();
                        assertThat(name).isNotEqualTo("frames.csv").doesNotEndWith(".tar");
                        if (name.endsWith(".png")) {
                            assertThat(javax.imageio.ImageIO.read(file.toFile())).isNotNull();
                        }
                    }
                }
            }
        }
    }

    /** Resident memory at its highest, from Linux's own count. */
    private static long peakKilobytes(Process process) throws IOException {
        long peak = 0;
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        while (process.isAlive()) {
            try {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("VmHWM:")) {
                        peak = Math.max(peak, Long.parseLong(line.replaceAll("\\D", "")));
                    }
                }
                Thread.onSpinWait();
            } catch (IOException e) {
                break; // It has just ended.
            }
        }
        return peak;
    }

    @Test
    void memoryDoesNotGrowWithTheVideo() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc to read memory from");
        video("short/v.mp4", 320, 240, 250);
        video("long/v.mp4", 320, 240, 4000);
        long[] peaks = new long[2];
        for (int i = 0; i < 2; i++) {
            String name = i == 0 ? "short" : "long";
            ProcessBuilder builder =
                    ProgramRun.process(
                            "extract-frames",
                            folder.resolve("in").resolve(name),
                            "--output",
                            folder.resolve("out_" + name),
                            "--fps",
                            5,
                            "--jobs",
                            2,
                            "-q");
            // A JVM left to itself lets garbage lie as long as there is room.
            builder.environment().put("JDK_JAVA_OPTIONS", "-Xmx64m");
            Process process = builder.redirectErrorStream(true).start();
            peaks[i] = peakKilobytes(process);
            assertThat(process.waitFor()).isEqualTo(ExitCode.DONE);
        }
        System.out.printf("peak memory: %d kB for 10 s, %d kB for 160 s%n", peaks[0], peaks[1]);

        assertThat(peaks[1]).isLessThan(peaks[0] + 40_000);
    }
}
