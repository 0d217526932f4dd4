package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Json;

/** What extract-frames replaces, deletes and repairs, and what it says where no frame comes out. */
final class ExtractSafetyTest {
    @TempDir Path folder;
    private Path in;
    private Path out;

    @BeforeEach
    void videos() throws IOException {
        in = folder.resolve("in");
        out = folder.resolve("out");
        ExtractFramesCommandTest.video(in.resolve("a.mp4"), 64, 48, 100);
        ExtractFramesCommandTest.video(in.resolve("b.mp4"), 64, 48, 75);
    }

    private ProgramRun run(Object... options) {
        List<Object> command = new ArrayList<>(List.of("extract-frames", in, "--output", out));
        command.addAll(List.of(options));
        return ProgramRun.of(command.toArray());
    }

    private static void refused(ProgramRun run, String... words) {
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages()).hasSize(1);
        assertThat(run.messages().get(0)).contains(words);
    }

    /** One video is refused, the other one is extracted. */
    private void leftAlone(ProgramRun run, String... words) throws IOException {
        assertThat(run.code()).as(run.out() + run.err()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(run.out()).contains("1 video was left alone").doesNotContain("damaged");
        assertThat(out.resolve("failures.csv")).content().contains(words);
    }

    @Test
    void aListAndPicturesOfOtherOriginAreNeitherReplacedNorDeleted() throws IOException {
        Path a = Files.createDirectories(out.resolve("a"));
        Map<String, String> foreign = new TreeMap<>();
        for (String name :
                List.of("frames.csv", "a_000000.jpg", "a_000777.jpg", "mine.png", "note.txt")) {
            foreign.put(name, "of " + name);
            Files.writeString(a.resolve(name), "of " + name);
        }

        leftAlone(run(), "a_000000.jpg", "frames.csv", "set overwrite");

        assertThat(contents(a)).isEqualTo(foreign);
        assertThat(out.resolve("b/frames.csv")).exists();
        assertThat(run("--overwrite").code()).isEqualTo(ExitCode.DONE);
        // Replaced are those with the names of new files, and no others are touched.
        for (String name : List.of("a_000777.jpg", "mine.png", "note.txt")) {
            assertThat(a.resolve(name)).content().isEqualTo("of " + name);
        }
        assertThat(a.resolve("frames.csv")).content().contains("a_000003.jpg");
        assertThat(run("--overwrite", "--fps", "0.5").code()).isEqualTo(ExitCode.DONE);
        assertThat(a.resolve("a_000003.jpg")).doesNotExist();
        assertThat(a.resolve("a_000777.jpg")).exists();
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                contents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return contents;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/a_000001.jpg",
                "a/picture.jpeg",
                "a/a-000000.tar",
                "a/video.json",
                "a/frames.journal",
                "failures.csv",
                "run.json",
                "config.yaml"
            })
    void eachFileOfOtherOriginIsNamed(String name) throws IOException {
        Path file = out.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "{\"title\": \"of somebody else\"}");

        if (name.startsWith("a/")) {
            leftAlone(run("--pack", "tar"), file.getFileName().toString());
        } else {
            refused(run("--pack", "tar"), file.getFileName().toString());
        }

        assertThat(file).content().contains("of somebody else");
        Files.delete(file);
        assertThat(run("--pack", "tar").code()).isEqualTo(ExitCode.DONE);
    }

    /** Without its record a folder is left alone, and moving it away, as --verify says, helps. */
    @ParameterizedTest
    @CsvSource({"''", "'{\"source\"'"})
    void aFolderWithoutItsRecordDoesNotStopTheOthers(String left) throws IOException {
        run();
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Path record = out.resolve("a/video.json");
        Files.delete(record);
        if (!left.isEmpty()) {
            Files.writeString(record, left);
        }
        Files.delete(out.resolve("b/b_000001.jpg"));
        Files.delete(out.resolve("b/frames.csv"));

        ProgramRun verified = run("--verify");
        ProgramRun repaired = run("--repair");
        ProgramRun again = run();

        refused(verified, "move away " + out.resolve("a"), "--repair");
        leftAlone(repaired, "a_000000.jpg", out.resolve("a").toString());
        leftAlone(again, "move it away", out.resolve("a").toString());
        assertThat(out.resolve("b/b_000001.jpg")).exists();
        Files.move(out.resolve("a"), out.resolveSibling("away"));
        assertThat(run("--repair").code()).isEqualTo(ExitCode.DONE);
        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
    }

    /** Killed while it writes, it knows its own files again, and only them. */
    @Test
    void aRunThatWasCutOffKnowsItsFiles() throws IOException {
        assertThat(run("--fps", "5").code()).isEqualTo(ExitCode.DONE);
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Path a = out.resolve("a");
        Files.delete(a.resolve("frames.csv"));
        Files.delete(a.resolve("a_000002.jpg"));
        Files.writeString(
                a.resolve("frames.journal"),
                "surgenet journal 2 0 png groups\nown _000000.jpg .\nown _000099.jpg .\nown _0");
        Files.writeString(a.resolve("a_000099.jpg"), "left over");
        Files.writeString(a.resolve("a_000001.jpg.part"), "torn");
        Files.writeString(a.resolve("frames.csv.part"), "torn");

        assertThat(run("--fps", "5").code()).isEqualTo(ExitCode.DONE);

        Files.deleteIfExists(a.resolve("frames.csv.part"));
        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource({"jpg,", "jpg,tar", "png,zip"})
    void repairMakesWhatIsDamagedAndTouchesNothingElse(String format, String pack)
            throws IOException {
        List<Object> options = new ArrayList<>(List.of("--fps", "5", "--format", format));
        if (pack != null) {
            options.addAll(List.of("--pack", pack, "--pack-frames", "4"));
        }
        assertThat(run(options.toArray()).code()).isEqualTo(ExitCode.DONE);
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Map<Path, FileTime> old = age();
        String one = pack == null ? "a_000004.jpg" : "a-000001." + pack;
        String other = pack == null ? "a_000007.jpg" : "a-000002." + pack;
        Files.delete(out.resolve("a").resolve(one));
        Files.write(out.resolve("a").resolve(other), new byte[100]);
        Files.writeString(out.resolve("a/extra.jpg"), "of somebody else");

        ProgramRun verified = run(with(options, "--verify"));
        ProgramRun repaired = run(with(options, "--repair"));

        refused(verified, "--repair");
        assertThat(repaired.code()).as(repaired.err()).isEqualTo(ExitCode.DONE);
        assertThat(repaired.out())
                .contains("missing " + out.resolve("a").resolve(one))
                .contains(out.resolve("a").resolve(other).toString())
                .contains("extra " + out.resolve("a/extra.jpg"))
                .contains("1 of 2 videos already complete");
        assertThat(out.resolve("a/extra.jpg")).content().isEqualTo("of somebody else");
        Files.delete(out.resolve("a/extra.jpg"));
        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
        assertThat(run(with(options, "--verify")).code()).isEqualTo(ExitCode.DONE);
        old.forEach(
                (file, time) -> {
                    boolean untouched =
                            file.startsWith(out.resolve("b"))
                                    || pack == null
                                            && file.toString().endsWith(".jpg")
                                            && !file.endsWith(one)
                                            && !file.endsWith(other);
                    if (untouched) {
                        assertThat(file.toFile().lastModified()).isEqualTo(time.toMillis());
                    }
                });
    }

    private static Object[] with(List<Object> options, String last) {
        List<Object> all = new ArrayList<>(options);
        all.add(last);
        return all.toArray();
    }

    /** Makes all files look an hour old. */
    private Map<Path, FileTime> age() throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        FileTime time = FileTime.from(System.currentTimeMillis() / 1000 - 3600, TimeUnit.SECONDS);
        try (Stream<Path> files = Files.walk(out)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, time);
                times.put(file, time);
            }
        }
        return times;
    }

    @ParameterizedTest
    @CsvSource({
        "',2.000000,', ',2.500000,'",
        "',64,48,', ',65,48,'",
        "',a,2,', ',a,3,'",
        "'a_000002.jpg', 'a_000001.jpg'",
        "'path,procedure', 'path,other'",
    })
    void alteredListsAreSeenAndRepaired(String text, String altered) throws IOException {
        run("--rule", "first");
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Path list = out.resolve("a/frames.csv");
        Files.writeString(list, Files.readString(list).replace(text, altered));

        ProgramRun verified = run("--rule", "first", "--verify");
        ProgramRun repaired = run("--rule", "first", "--repair");

        assertThat(verified.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(verified.out()).contains("altered " + list).doesNotContain("extra ");
        assertThat(repaired.code()).as(repaired.err()).isEqualTo(ExitCode.DONE);
        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
    }

    /** What messages once advised: without its list, a video is made again. */
    @Test
    void aVideoWithoutItsListIsMadeAgain() throws IOException {
        run();
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Files.delete(out.resolve("a/frames.csv"));
        Files.delete(out.resolve("a/a_000001.jpg"));

        assertThat(run().code()).isEqualTo(ExitCode.DONE);

        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource({
        "--fps, 0.1, taken at fps 1/10",
        "--start, 20, beyond its end",
        "--start, 1:00:00, beyond its end",
        "--every, 1, ''",
    })
    void noFrameIsSaid(String option, String value, String cause) throws IOException {
        ProgramRun run = run(option, value);
        ProgramRun again = run(option, value);

        if (cause.isEmpty()) {
            assertThat(run.code()).isEqualTo(ExitCode.DONE);
            assertThat(run.out()).doesNotContain("no frame");
            return;
        }
        for (ProgramRun each : List.of(run, again)) {
            assertThat(each.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
            assertThat(each.out()).contains("2 videos gave no frame with this sampling");
        }
        assertThat(out.resolve("failures.csv")).content().contains("no frame", cause, "4.000 s");
        assertThat(Json.read(out.resolve("a/video.json")).path("frames").asInt()).isZero();
        assertThat(run(option, value, "--verify").code()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void timesWithoutAFrameAreSaid() throws IOException {
        Path times = Files.writeString(out.resolveSibling("times.txt"), "1\n3.9\n7\n1:00:00\n");
        Object[] options = {"--times", times};

        for (ProgramRun each : List.of(run(options), run(options))) {
            assertThat(each.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
            assertThat(each.out())
                    .contains("2 videos have no frame at some times of --times")
                    .doesNotContain("damaged");
        }

        assertThat(out.resolve("failures.csv"))
                .content()
                .contains("times without a frame: 2 of 4 times, 7.000 s, 3600.000 s");
        assertThat(Json.read(out.resolve("a/video.json")).path("times_without_frame")).hasSize(2);
        assertThat(Json.read(out.resolve("a/video.json")).path("frames").asInt()).isEqualTo(2);
    }

    /** What a plain rerun sees without reading the frames, and what --repair mends. */
    @ParameterizedTest
    @CsvSource({
        "frames.csv, , altered, frames.csv changed since",
        "frames.csv, , cut, frames.csv changed since",
        "a_000001.jpg, , cut, a_000001.jpg changed since",
        "a-000000.tar, tar, cut, a-000000.tar changed since",
    })
    void aRerunSeesWhatChanged(String name, String pack, String how, String words)
            throws IOException {
        List<Object> options = new ArrayList<>(List.of("--rule", "first"));
        if (pack != null) {
            options.addAll(List.of("--pack", pack));
        }
        run(options.toArray());
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Path file = out.resolve("a").resolve(name);
        if (how.equals("cut")) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 3));
        } else {
            Files.writeString(file, Files.readString(file).replace("2.000000", "2.500000"));
        }

        ProgramRun again = run(options.toArray());
        ProgramRun repaired = run(with(options, "--repair"));

        assertThat(again.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(again.out()).contains("frames of 1 video changed since", "--repair");
        assertThat(again.err()).contains(words);
        assertThat(repaired.code()).as(repaired.err()).isEqualTo(ExitCode.DONE);
        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
        assertThat(run(options.toArray()).code()).isEqualTo(ExitCode.DONE);
    }

    /** Another video under the old name is seen by its content, a copy of the old one is none. */
    @Test
    void aRerunSeesAnotherVideoOfTheSameSize() throws IOException {
        run();
        Path video = in.resolve("a.mp4");
        byte[] bytes = Files.readAllBytes(video);
        FileTime later = FileTime.from(System.currentTimeMillis() / 1000 + 60, TimeUnit.SECONDS);
        Files.setLastModifiedTime(video, later);
        assertThat(run().code()).isEqualTo(ExitCode.DONE);
        bytes[bytes.length / 2] ^= 1;
        Files.write(video, bytes);
        Files.setLastModifiedTime(video, later);

        leftAlone(run(), "another file", "other content");
        assertThat(run("--overwrite").code()).isEqualTo(ExitCode.DONE);
        assertThat(run().code()).isEqualTo(ExitCode.DONE);
    }

    @Test
    void surgenetNamesAreRepairedAndForeignFramesStay() throws IOException {
        Object[] options = {"--sampling", "surgenet", "--order", "name"};
        Path foreign = out.resolve("Batch0/z_frame_1_Sample9.jpg");
        Files.createDirectories(foreign.getParent());
        Files.writeString(foreign, "of somebody else");
        assertThat(run(options).code()).isEqualTo(ExitCode.DONE);
        assertThat(foreign).content().isEqualTo("of somebody else");
        Map<String, String> whole = ExtractFramesCommandTest.hashes(out);
        Files.write(out.resolve("Batch0/a_frame_1_Sample1.jpg"), new byte[9]);

        assertThat(run(with(List.of(options), "--verify")).code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run(with(List.of(options), "--repair")).code()).isEqualTo(ExitCode.DONE);

        assertThat(ExtractFramesCommandTest.hashes(out)).isEqualTo(whole);
    }
}
