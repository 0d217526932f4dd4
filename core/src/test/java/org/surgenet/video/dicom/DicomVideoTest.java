package org.surgenet.video.dicom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ProgramVideos;
import org.surgenet.video.TestRequest;
import org.surgenet.video.TestVideos;
import org.surgenet.video.VideoOutcome;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoInputs;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.store.FrameStore;

/** Frames of videos in DICOM files, which must be those of the same streams outside. */
final class DicomVideoTest {
    @TempDir Path folder;

    private Path in() throws IOException {
        return Files.createDirectories(folder.resolve("in"));
    }

    private ExtractionRequest.Builder request(Path video, String output, Sampling sampling) {
        return TestRequest.of(video, folder.resolve(output))
                .sampling(sampling)
                .picture(TestRequest.picture("source", ImageFormat.PNG, 95));
    }

    private VideoOutcome extract(Path video, String output, Sampling sampling) throws IOException {
        ExtractionRequest request = request(video, output, sampling).overwrite(true).build();
        return new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);
    }

    private List<FrameRecord> frames(String output) throws IOException {
        try (Stream<Path> lists = Files.walk(folder.resolve(output))) {
            return FramesCsv.read(
                    lists.filter(f -> f.endsWith(FramesCsv.FILE_NAME)).findFirst().orElseThrow());
        }
    }

    private JsonNode about(String output, String video) throws IOException {
        return Json.read(folder.resolve(output).resolve(video).resolve(FrameStore.ABOUT));
    }

    /** Frames and times by number, without the videos' names. */
    private List<String> content(String output) throws IOException {
        return frames(output).stream()
                .map(f -> f.frame() + " " + f.timeSeconds() + " " + f.sha256())
                .toList();
    }

    private static List<Sampling> samplings() {
        List<Rational> times = new ArrayList<>();
        for (String time : "0.1 0.52 1.99 2 3.3 3.9".split(" ")) {
            times.add(Rational.parseTime(time, "time"));
        }
        return List.of(
                Sampling.every(1),
                Sampling.every(23),
                Sampling.rate(new Rational(1, 2), Sampling.Rule.FIRST),
                Sampling.rate(new Rational(2, 1), Sampling.Rule.NEAREST),
                Sampling.times(times, Sampling.Rule.NEAREST));
    }

    /** Also with an odd length, and in fragments. */
    @ParameterizedTest
    @CsvSource({
        "as_such.h264, 1.2.840.10008.1.2.4.102, -c:v libx264 -bf 2 -g 25",
        "as_such.hevc, 1.2.840.10008.1.2.4.107, -c:v libx265 -x265-params log-level=none:keyint=20",
        "ten_bits.hevc, 1.2.840.10008.1.2.4.108, -pix_fmt yuv420p10le -c:v libx265 -x265-params"
                + " log-level=none",
        "as_such.m2v, 1.2.840.10008.1.2.4.100, -c:v mpeg2video -bf 2 -g 15",
        "program.mpg, 1.2.840.10008.1.2.4.101, -c:v mpeg2video -bf 2 -g 15",
        "transport.ts, 1.2.840.10008.1.2.4.100.1, -c:v mpeg2video -bf 2 -g 15",
        "transport.ts, 1.2.840.10008.1.2.4.104.1, -c:v libx264 -bf 2 -g 25",
        "index_last.mp4, 1.2.840.10008.1.2.4.103, -c:v libx264 -bf 2 -g 25",
        "index_first.mp4, 1.2.840.10008.1.2.4.105.1, -c:v libx264 -bf 2 -g 25 -movflags +faststart",
        "index.mp4, 1.2.840.10008.1.2.4.107, -c:v libx265 -x265-params log-level=none:keyint=20",
    })
    void framesAreThoseOfTheStreamOutside(String name, String syntax, String arguments)
            throws Exception {
        String format = arguments.contains("pix_fmt") ? "" : "-pix_fmt yuv420p ";
        Path plain = ProgramVideos.encode(name, format + arguments, folder);
        byte[] stream = Files.readAllBytes(plain);
        Path one = DicomFile.wrap(plain, syntax, 100, "40", in().resolve("one.dcm"));
        Path many =
                new DicomFile(syntax)
                                .patient()
                                .text(DicomFile.FRAME_TIME, "DS", "40.000")
                                .text(DicomFile.FRAMES, "IS", "100")
                                .stream(
                                        Arrays.copyOf(
                                                stream, stream.length + 1 - stream.length % 2),
                                        1234)
                                .write(in().resolve("many.dcm"));

        for (Sampling sampling : samplings()) {
            VideoOutcome outside = extract(plain, "outside", sampling);
            for (Path dicom : List.of(one, many)) {
                VideoOutcome inside = extract(dicom, "inside", sampling);

                assertThat(inside.cause()).isEqualTo(outside.cause()).isEmpty();
                assertThat(content("inside")).isEqualTo(content("outside"));
                String video = inside.input().name();
                assertThat(about("inside", video).path("decoded"))
                        .isEqualTo(about("outside", outside.input().name()).path("decoded"));
                assertThat(about("inside", video).at("/dicom/notes")).isEmpty();
            }
        }
        assertThat(about("inside", "many").at("/dicom/fragments").asInt())
                .isEqualTo((stream.length + 1234) / 1234);
    }

    /** Streams as such that say no rate go by that of the header; another one is not followed. */
    @Test
    void frameRateIsThatOfTheHeaderWhereTheStreamHasNone() throws IOException {
        Path plain =
                TestVideos.write(
                        folder.resolve("v.h264"),
                        30,
                        TestVideos.settings("h264", "libopenh264", "25", 10, 0));
        Path file = DicomFile.wrap(plain, DicomFile.H264, 30, "66.67", in().resolve("v.dcm"));

        assertThat(extract(file, "out", Sampling.every(1)).cause()).isEmpty();

        List<FrameRecord> frames = frames("out");
        assertThat(frames).hasSize(30);
        for (int i = 0; i < 30; i++) {
            assertThat(frames.get(i).timeSeconds()).isBetween(i / 15.0 - 1e-3, i / 15.0 + 1e-3);
        }
        assertThat(about("out", "v").at("/dicom/times_from").asText()).isEqualTo("Frame Time");
        assertThat(about("out", "v").at("/dicom/notes")).isEmpty();

        new DicomFile(DicomFile.H264).stream(Files.readAllBytes(plain), 1 << 20).write(file);
        extract(file, "out", Sampling.every(1));
        assertThat(frames("out").get(25).timeSeconds()).isBetween(0.999, 1.001);
        assertThat(about("out", "v").at("/dicom/times_from").asText()).isEqualTo("assumption");
        assertThat(about("out", "v").at("/dicom/notes/0").asText()).contains("25.000 frames/s");
    }

    /** Where frames have different times, each has its own; equal ones are as a Frame Time. */
    @Test
    void timesOfTheHeadersVectorAreFollowed() throws IOException {
        Path plain =
                TestVideos.write(
                        folder.resolve("v.h264"),
                        30,
                        TestVideos.settings("h264", "libopenh264", "25", 10, 0));
        StringBuilder varying = new StringBuilder("0");
        StringBuilder equal = new StringBuilder("0");
        for (int i = 1; i < 30; i++) {
            varying.append('\\').append(i % 3 == 0 ? "120.5" : "40");
            equal.append("\\66.67");
        }
        Path file = in().resolve("v.dcm");
        vector(plain, varying.toString(), file);

        assertThat(extract(file, "out", Sampling.every(1)).cause()).isEmpty();

        List<FrameRecord> frames = frames("out");
        assertThat(frames).hasSize(30);
        for (int i = 0; i < 30; i++) {
            double time = 0.04 * i + 0.0805 * (i / 3);
            assertThat(frames.get(i).timeSeconds()).isBetween(time - 2e-6, time + 2e-6);
        }
        assertThat(about("out", "v").at("/dicom/times_from").asText())
                .isEqualTo("Frame Time Vector");

        vector(plain, equal.toString(), file);
        extract(file, "out", Sampling.every(1));
        assertThat(frames("out").get(15).timeSeconds()).isBetween(0.999, 1.001);
        assertThat(about("out", "v").at("/dicom/times_from").asText()).isEqualTo("Frame Time");

        vector(plain, "0\\40\\of Miller", file);
        extract(file, "out", Sampling.every(1));
        assertThat(about("out", "v").at("/dicom/times_from").asText()).isEqualTo("assumption");
    }

    private static void vector(Path stream, String times, Path file) throws IOException {
        new DicomFile(DicomFile.H264)
                .patient().text(0x00181065, "DS", times).text(DicomFile.FRAMES, "IS", "30").stream(
                                Files.readAllBytes(stream), 1 << 20)
                        .write(file);
    }

    @Test
    void anotherCodecThanTheTransferSyntaxSaysIsNoted() throws Exception {
        Path plain =
                ProgramVideos.encode("v.hevc", "-c:v libx265 -x265-params log-level=none", folder);
        Path file = DicomFile.wrap(plain, DicomFile.H264, 100, "40", in().resolve("v.dcm"));

        assertThat(extract(file, "out", Sampling.every(50)).cause()).isEmpty();

        assertThat(about("out", "v").at("/dicom/notes/0").asText())
                .contains("the stream is hevc, the transfer syntax says MPEG-4 AVC/H.264");
    }

    @Test
    void anotherFrameRateInTheHeaderIsSaid() throws Exception {
        for (String name : List.of("v.h264", "v.ts")) {
            Path plain =
                    ProgramVideos.encode(name, "-c:v libx264 -pix_fmt yuv420p -bf 2 -g 25", folder);
            Path file = DicomFile.wrap(plain, DicomFile.H264, 100, "33.33", in().resolve("v.dcm"));

            assertThat(extract(file, "out", Sampling.every(1)).cause()).isEmpty();

            assertThat(frames("out").get(75).timeSeconds()).isBetween(2.999, 3.001);
            assertThat(about("out", "v").path("frame_rate").asText()).isEqualTo("25");
            assertThat(about("out", "v").at("/dicom/notes/0").asText())
                    .contains("25.000", "Frame Time", "30.000");
        }
    }

    @Test
    void anotherNumberOfFramesIsSaid() throws Exception {
        Path plain =
                ProgramVideos.encode("v.ts", "-c:v libx264 -pix_fmt yuv420p -bf 2 -g 25", folder);
        Path file = DicomFile.wrap(plain, DicomFile.H264, 103, "40", in().resolve("v.dcm"));

        VideoOutcome fewer = extract(file, "out", Sampling.every(10));

        assertThat(fewer.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(fewer.frames()).isEqualTo(10);
        assertThat(fewer.cause()).contains("its DICOM header says 103 frames, 100 are there");

        DicomFile.wrap(plain, DicomFile.H264, 90, "40", file);
        VideoOutcome more = extract(file, "out", Sampling.every(10));

        assertThat(more.state()).isEqualTo(VideoOutcome.State.COMPLETE);
        assertThat(about("out", "v").at("/dicom/notes/0").asText())
                .isEqualTo(
                        "the DICOM header says 90 frames, the stream has 100; all of them were"
                                + " read");
    }

    /** Field pictures come as one packet or as two, and are no more frames for that. */
    @Test
    void fieldsAreNotTakenForFrames() throws Exception {
        Path plain = ProgramVideos.make("interlaced.mp4", folder);
        Path file = DicomFile.wrap(plain, DicomFile.H264, 50, "80", in().resolve("v.dcm"));

        assertThat(extract(file, "out", Sampling.every(1)).cause()).isEmpty();
        assertThat(about("out", "v").at("/dicom/notes")).isEmpty();
    }

    @Test
    void ofTwoViewsOneIsSaidToBeRead() throws Exception {
        Path plain = ProgramVideos.encode("v.ts", "-c:v libx264 -pix_fmt yuv420p", folder);
        Path file =
                DicomFile.wrap(plain, "1.2.840.10008.1.2.4.106", 100, "40", in().resolve("v.dcm"));

        assertThat(extract(file, "out", Sampling.every(50)).cause()).isEmpty();
        assertThat(about("out", "v").at("/dicom/notes/0").asText()).contains("one eye");
    }

    /** What is there before the cut are the frames of the whole file, and the rest is said. */
    @ParameterizedTest
    @ValueSource(strings = {"v.ts", "v.h264", "v.m2v", "v.mpg", "v.mp4"})
    void cutFilesGiveTheFramesBeforeTheCut(String name) throws Exception {
        String codec = name.startsWith("v.m2") || name.endsWith("mpg") ? "mpeg2video" : "libx264";
        Path plain =
                ProgramVideos.encode(
                        name,
                        "-c:v "
                                + codec
                                + " -pix_fmt yuv420p -bf 2 -g 25"
                                + (name.endsWith("mp4") ? " -movflags +faststart" : ""),
                        folder);
        Path file = DicomFile.wrap(plain, DicomFile.H264, 100, "40", in().resolve("v.dcm"));
        byte[] bytes = Files.readAllBytes(file);
        extract(file, "whole", Sampling.every(3));
        Map<Long, String> whole = new HashMap<>();
        frames("whole").forEach(f -> whole.put(f.frame(), f.sha256()));
        for (int i = 1; i < 10; i += 2) {
            Files.write(file, Arrays.copyOf(bytes, bytes.length * i / 10));

            VideoOutcome outcome = extract(file, "cut", Sampling.every(3));

            assertThat(outcome.state()).isNotEqualTo(VideoOutcome.State.COMPLETE);
            assertThat(outcome.cause()).isNotEmpty().doesNotContain(DicomFile.IDENTITY);
            if (outcome.frames() > 0) {
                List<FrameRecord> cut = frames("cut");
                // The last one or two may be what the decoder makes up for what is missing.
                for (FrameRecord frame : cut.subList(0, Math.max(0, cut.size() - 2))) {
                    assertThat(frame.sha256()).isEqualTo(whole.get(frame.frame()));
                }
            }
        }
    }

    /** The place of damage is that in the DICOM file. */
    @Test
    void placeOfDamageIsThatOfTheFile() throws Exception {
        Path plain = ProgramVideos.encode("v.ts", "-c:v libx264 -pix_fmt yuv420p -g 25", folder);
        Path file = DicomFile.wrap(plain, DicomFile.H264, 100, "40", in().resolve("v.dcm"));
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));

        VideoOutcome outcome = extract(file, "out", Sampling.every(1));

        assertThat(outcome.cause()).contains("cut off");
        String at = outcome.position().replaceAll(".*byte ", "");
        assertThat(Long.parseLong(at)).isBetween(bytes.length / 2 - 20_000L, bytes.length / 2L);
    }

    @Test
    void streamsThatAreNoneFailWithTheCause() throws IOException {
        in();
        byte[][] streams = {
            new byte[40_000], "Miller".repeat(500).getBytes(StandardCharsets.UTF_8)
        };
        for (byte[] stream : streams) {
            Path file =
                    new DicomFile(DicomFile.H264)
                            .patient().stream(stream, 1000).write(folder.resolve("in/v.dcm"));

            VideoOutcome outcome = extract(file, "out", Sampling.every(1));

            assertThat(outcome.state()).isEqualTo(VideoOutcome.State.FAILED);
            assertThat(outcome.cause()).contains("not a video").doesNotContain(DicomFile.IDENTITY);
        }
    }

    /** A playlist in a DICOM file leads nowhere either. */
    @Test
    void playlistsInsideAreNotFollowed() throws IOException {
        Path secret =
                TestVideos.write(
                        folder.resolve("s.avi"), 5, TestVideos.settings("avi", "mpeg4", "5", 5, 0));
        for (String text :
                List.of(
                        "ffconcat version 1.0\nfile '" + secret + "'\n",
                        "#EXTM3U\n#EXTINF:3,\n" + secret + "\n#EXT-X-ENDLIST\n")) {
            Path file =
                    new DicomFile(DicomFile.H264)
                            .stream(text.getBytes(StandardCharsets.UTF_8), 1000)
                                    .write(in().resolve("v.dcm"));

            assertThat(extract(file, "out", Sampling.every(1)).state())
                    .isEqualTo(VideoOutcome.State.FAILED);
        }
    }

    @Test
    void resumingGivesTheSameFrames() throws Exception {
        Path plain =
                ProgramVideos.encode("v.ts", "-c:v libx264 -pix_fmt yuv420p -bf 2 -g 10", folder);
        Path file = DicomFile.wrap(plain, DicomFile.H264, 100, "40", in().resolve("v.dcm"));
        extract(file, "whole", Sampling.every(2));
        int[] left = {60};
        boolean cut = false;
        try {
            new Extraction(
                            request(file, "cut", Sampling.every(2)).jobs(1).build(),
                            Progress.NONE,
                            () -> --left[0] < 0)
                    .run();
        } catch (InterruptedRunException e) {
            cut = true;
        }
        VideoOutcome outcome =
                new Extraction(
                                request(file, "cut", Sampling.every(2)).build(),
                                Progress.NONE,
                                Cancellation.NEVER)
                        .run()
                        .get(0);

        assertThat(cut).isTrue();
        assertThat(outcome.cause()).isEmpty();
        assertThat(content("cut")).isEqualTo(content("whole"));
    }

    /** Files of a folder are known by what they begin with; those without video are counted. */
    @Test
    void foldersGiveDicomVideosWhateverTheirNames() throws Exception {
        Path plain = ProgramVideos.encode("v.ts", "-c:v libx264 -pix_fmt yuv420p", folder);
        for (String name : List.of("a.dcm", "b.DICOM", "IM000001", "1.2.840.7", "c.ima")) {
            DicomFile.wrap(plain, DicomFile.H264, 100, "40", in().resolve("p").resolve(name));
        }
        byte[] image = new byte[100];
        for (int i = 0; i < 3; i++) {
            new DicomFile("1.2.840.10008.1.2.4.70")
                    .patient()
                    .fragments(image)
                    .write(in().resolve("Miller" + i + (i == 0 ? "" : ".dcm")));
        }
        new DicomFile("1.2.840.10008.1.2.1").patient().write(in().resolve("DICOMDIR"));
        Files.write(in().resolve("damaged.dcm"), Arrays.copyOf(new DicomFile(null).bytes(), 200));
        Files.write(in().resolve("other.dcm"), new byte[50]);
        OtherFiles others = new OtherFiles();

        List<VideoInput> videos = VideoInputs.find(List.of(in().toString()), others);

        assertThat(videos)
                .extracting(VideoInput::folder)
                .containsExactlyInAnyOrder(
                        "p/a", "p/b", "p/IM000001", "p/1.2.840", "p/c", "damaged", "other");
        assertThat(others.named()).isEmpty();
        assertThat(others.summary())
                .isEqualTo(
                        "4 other files ignored: 3 DICOM without video (JPEG Lossless), 1 DICOM"
                                + " without video (uncompressed, explicit VR little endian)");
        ExtractionRequest request = TestRequest.of(videos, folder.resolve("out")).build();
        Map<String, VideoOutcome> outcomes = new HashMap<>();
        new Extraction(request, Progress.NONE, Cancellation.NEVER)
                .run()
                .forEach(o -> outcomes.put(o.input().name(), o));
        assertThat(outcomes.get("damaged").cause()).contains("DICOM header is cut off");
        assertThat(outcomes.get("other").cause()).contains("DICM at byte 128");
        for (String name : List.of("a", "b", "IM000001", "1.2.840", "c")) {
            assertThat(outcomes.get(name).state()).isEqualTo(VideoOutcome.State.COMPLETE);
            assertThat(outcomes.get(name).frames()).isEqualTo(4);
        }
        nothingOfThePatient(folder.resolve("out"));
    }

    private static void nothingOfThePatient(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(DicomFile.IDENTITY);
            }
        }
    }

    /** A file of fragments is closed with its video, however it ends. */
    @Test
    void descriptorsStayFlat() throws Exception {
        Path self = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.exists(self), "no /proc to count in");
        Path plain = ProgramVideos.encode("v.ts", "-c:v libx264 -pix_fmt yuv420p", folder);
        Path good = DicomFile.wrap(plain, DicomFile.H264, 100, "40", in().resolve("good.dcm"));
        Path bad = new DicomFile(DicomFile.H264).fragments(new byte[90]).write(in().resolve("bad"));
        Path image = new DicomFile("1.2.840.10008.1.2.5").write(in().resolve("image"));
        int before = 0;
        for (int i = 0; i < 25; i++) {
            extract(good, "out", Sampling.every(50));
            extract(bad, "out", Sampling.every(50));
            extract(image, "out", Sampling.every(50));
            if (i == 10) {
                before = self.toFile().list().length;
            }
        }
        assertThat(self.toFile().list().length).isLessThan(before + 10);
    }
}
