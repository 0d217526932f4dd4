package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Hashes;

/** DICOM videos through the command and the program surgenet-extract, as a user has them. */
final class ExtractDicomTest {
    private static final String H264 = "1.2.840.10008.1.2.4.102";
    private static final String[] IDENTITY = {"Miller", "Jane", "PID-4711", "19700102"};

    @TempDir Path folder;

    /** A DICOM file of this syntax: a patient, and the content in two fragments. */
    private static Path dicom(Path file, String syntax, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[128]);
        out.writeBytes("DICM".getBytes(StandardCharsets.US_ASCII));
        element(out, 0x00020010, "UI", syntax);
        element(out, 0x00100010, "PN", "Miller^Jane");
        element(out, 0x00100020, "LO", "PID-4711");
        element(out, 0x00100030, "DA", "19700102");
        out.writeBytes(numbers(2, 0x7FE0, 0x0010));
        out.writeBytes(new byte[] {'O', 'B', 0, 0});
        out.writeBytes(numbers(4, -1));
        item(out, 0xE000, new byte[0]);
        item(out, 0xE000, Arrays.copyOf(content, 2000));
        byte[] rest = Arrays.copyOfRange(content, 2000, content.length);
        item(out, 0xE000, Arrays.copyOf(rest, rest.length + rest.length % 2));
        item(out, 0xE0DD, new byte[0]);
        Files.createDirectories(file.getParent());
        return Files.write(file, out.toByteArray());
    }

    private static void element(ByteArrayOutputStream out, int tag, String vr, String text) {
        byte[] value = text.getBytes(StandardCharsets.US_ASCII);
        out.writeBytes(numbers(2, tag >>> 16, tag & 0xffff));
        out.writeBytes(vr.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(numbers(2, value.length + value.length % 2));
        out.writeBytes(Arrays.copyOf(value, value.length + value.length % 2));
    }

    private static void item(ByteArrayOutputStream out, int element, byte[] content) {
        out.writeBytes(numbers(2, 0xFFFE, element));
        out.writeBytes(numbers(4, content.length));
        out.writeBytes(content);
    }

    private static byte[] numbers(int bytes, int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int value : values) {
            out.write(buffer.putInt(0, value).array(), 0, bytes);
        }
        return out.toByteArray();
    }

    private Path in() throws IOException {
        byte[] video =
                Files.readAllBytes(
                        ExtractFramesCommandTest.video(folder.resolve("v.mp4"), 64, 48, 75));
        dicom(folder.resolve("in/Miller_Jane/op.dcm"), H264, video);
        dicom(folder.resolve("in/Miller_Jane/IM0001"), H264, video);
        return folder.resolve("in");
    }

    private static Map<String, String> images(Path root) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(f -> f.toString().matches(".*\\.(jpg|tar|zip)")).toList()) {
                hashes.put(root.relativize(file).toString(), Hashes.sha256(file));
            }
        }
        return hashes;
    }

    private ProgramRun run(Path in, String out, String... options) {
        List<Object> args =
                new ArrayList<>(List.of("extract-frames", in, "--output", folder.resolve(out)));
        args.addAll(List.of("--fps", "5"));
        args.addAll(List.of(options));
        return ProgramRun.of(args.toArray());
    }

    /** What the program writes and says names nobody, and the names of files are ids. */
    @Test
    void nobodyIsNamed() throws IOException {
        Path in = in();
        dicom(in.resolve("Miller_Jane/image.dcm"), "1.2.840.10008.1.2.4.50", new byte[2100]);
        Path broken = dicom(in.resolve("Miller_Jane/broken.dcm"), H264, new byte[2100]);
        byte[] bytes = Files.readAllBytes(broken);
        Files.write(broken, Arrays.copyOf(bytes, bytes.length - 1000));

        ProgramRun run = run(in, "out", "--pseudonymize", folder.resolve("ids.csv").toString());

        assertThat(run.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(run.out())
                .contains("30 frames of 3 videos")
                .contains("1 other file ignored: 1 DICOM without video (JPEG Baseline)");
        assertThat(run.out() + run.err()).doesNotContain(IDENTITY);
        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(folder.relativize(file).toString()).doesNotContain(IDENTITY);
                // The run's record has the command line, which names the key table alone.
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(IDENTITY);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "tar", "zip"})
    void damagedOutputIsSeenAndRepaired(String pack) throws IOException {
        String[] options = pack.equals("none") ? new String[0] : new String[] {"--pack", pack};
        Path in = in();
        assertThat(run(in, "out", options).code()).isEqualTo(ExitCode.DONE);
        Map<String, String> whole = images(folder.resolve("out"));
        assertThat(whole).isNotEmpty();
        Path first = folder.resolve("out").resolve(whole.keySet().iterator().next());
        Files.write(first, new byte[10]);
        String[] verify = Arrays.copyOf(options, options.length + 1);
        verify[options.length] = "--verify";
        String[] repair = verify.clone();
        repair[options.length] = "--repair";

        assertThat(run(in, "out", verify).code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run(in, "out", repair).code()).isEqualTo(ExitCode.DONE);

        assertThat(images(folder.resolve("out"))).isEqualTo(whole);
        assertThat(run(in, "out", verify).code()).isEqualTo(ExitCode.DONE);
        assertThat(run(in, "out", options).out()).contains("2 of 2 videos already complete");
    }

    @Test
    void imagesNamedAsVideosFailWithTheCause() throws IOException {
        Path image = dicom(folder.resolve("in/i.dcm"), "1.2.840.10008.1.2.4.70", new byte[2100]);

        ProgramRun named = run(image, "out");
        ProgramRun searched = run(folder.resolve("in"), "searched");

        assertThat(named.code()).isNotEqualTo(ExitCode.DONE);
        assertThat(folder.resolve("out/failures.csv"))
                .content()
                .contains("a DICOM file without video: its transfer syntax is JPEG Lossless");
        assertThat(searched.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(searched.err()).contains("1 DICOM without video (JPEG Lossless)");
    }

    /** The executable, where it is built: its own callbacks from FFmpeg. */
    @Test
    void theProgramGivesTheSameFrames() throws IOException {
        Path in = in();
        assertThat(run(in, "out").code()).isEqualTo(ExitCode.DONE);

        ProgramRun program =
                ProgramRun.finished(
                        ProgramRun.extract(
                                in, "--output", folder.resolve("program"), "--fps", "5"));

        assertThat(program.code()).as(program.err()).isEqualTo(ExitCode.DONE);
        assertThat(images(folder.resolve("program")))
                .isNotEmpty()
                .isEqualTo(images(folder.resolve("out")));
    }
}
