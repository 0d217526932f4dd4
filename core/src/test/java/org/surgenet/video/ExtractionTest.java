package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;
import org.surgenet.frames.FrameLists;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.container.VideoWriter;
import org.surgenet.video.decode.DecodeSlots;
import org.surgenet.video.decode.FullDecode;
import org.surgenet.video.decode.FullExtraction;
import org.surgenet.video.decode.GroupExtraction;
import org.surgenet.video.decode.SelfCheck;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.picture.PictureSize;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.sampling.TimesFile;
import org.surgenet.video.store.FrameStore;

public final class ExtractionTest {
    private static final Sampling ONE = Sampling.rate(Rational.ONE, Sampling.Rule.NEAREST);

    @TempDir Path folder;

    private ExtractionRequest request(Sampling sampling, String output, boolean overwrite) {
        return TestRequest.of(folder.resolve("in"), folder.resolve(output))
                .sampling(sampling)
                .overwrite(overwrite)
                .build();
    }

    private static List<VideoOutcome> run(ExtractionRequest request) throws IOException {
        return new Extraction(request, Progress.NONE, Cancellation.NEVER).run();
    }

    private static List<String> folders(ExtractionRequest request) {
        return request.videos().stream().map(VideoInput::folder).toList();
    }

    private Path h264(String name, int frames) throws IOException {
        return TestVideos.write(
                folder.resolve("in").resolve(name),
                frames,
                TestVideos.settings("mp4", "libopenh264", "10", 10, 0));
    }

    /** Hashes of all files below a folder, by their relative paths. */
    public static Map<String, String> hashes(Path root) throws IOException {
        Map<String, String> hashes = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                hashes.put(root.relativize(file).toString(), Hashes.sha256(file));
            }
        }
        return hashes;
    }

    /** What decoding every frame gives. */
    public static List<FrameRecord> fullDecode(Path video, Path output, Sampling sampling)
            throws IOException {
        try (VideoFile file = VideoFile.open(video, Duration.ofSeconds(60), Cancellation.NEVER);
                FrameStore store =
                        new FrameStore(output, "v", "", "jpg", "", null, number -> true, true)) {
            new FullExtraction(
                            file,
                            TestRequest.picture("short:48", ImageFormat.JPG, 90),
                            null,
                            new Sampler(sampling, file.timeBase(), file.start()),
                            store,
                            Cancellation.NEVER)
                    .run(bytes -> {});
            store.finish(org.surgenet.common.Json.object());
        }
        return FramesCsv.read(output.resolve(FramesCsv.FILE_NAME));
    }

    /** What decoding by groups gives; no frames where the video has to be decoded in full. */
    public record ByGroups(Optional<FullDecode> refusal, List<FrameRecord> frames) {}

    public static ByGroups byGroups(Path video, Path output, Sampling sampling, int threads)
            throws IOException {
        try (DecodeSlots slots = new DecodeSlots(threads);
                VideoFile file = VideoFile.open(video, Duration.ofSeconds(60), Cancellation.NEVER);
                FrameStore store =
                        new FrameStore(output, "v", "", "jpg", "", null, number -> true, true)) {
            Optional<GroupStarts> starts = GroupStarts.of(file.codec());
            if (starts.isEmpty()) {
                return new ByGroups(FullDecode.because("codec " + file.codecName()), List.of());
            }
            Optional<FullDecode> refusal =
                    new GroupExtraction(
                                    file,
                                    TestRequest.picture("short:48", ImageFormat.JPG, 90),
                                    null,
                                    new Sampler(sampling, file.timeBase(), file.start()),
                                    store,
                                    slots,
                                    starts.get(),
                                    new SelfCheck(ExtractionRequest.SELF_CHECK),
                                    Cancellation.NEVER)
                            .run(bytes -> {});
            if (refusal.isPresent()) {
                return new ByGroups(refusal, List.of());
            }
            store.finish(org.surgenet.common.Json.object());
        }
        return new ByGroups(Optional.empty(), FramesCsv.read(output.resolve(FramesCsv.FILE_NAME)));
    }

    @ParameterizedTest
    @CsvSource({
        "mp4,libopenh264,25,12,0,110",
        "matroska,libopenh264,30000/1001,250,0,110",
        "matroska,mpeg4,25,12,2,110",
        "mp4,mpeg4,10,30,3,110",
        // MPEG-2 with bidirectional frames has open GOPs.
        "mpegts,mpeg2video,25,12,2,110",
        "matroska,mpeg2video,25,6,2,110",
        "webm,libvpx-vp9,25,20,0,60",
        "matroska,libaom-av1,25,10,0,30",
        "avi,mjpeg,25,1,0,60",
        "avi,mpeg4,25,12,0,60",
        // A group of more packets than are held at once.
        "matroska,mpeg4,50,5000,1,2300",
    })
    void groupsGiveTheFramesOfAFullDecode(
            String container, String codec, String fps, int gop, int bFrames, int frames)
            throws Exception {
        Path video =
                TestVideos.write(
                        folder.resolve("v"),
                        frames,
                        TestVideos.settings(container, codec, fps, gop, bFrames));
        int number = 0;
        for (Sampling sampling :
                List.of(
                        ONE,
                        Sampling.rate(Rational.parse("3.7", "fps"), Sampling.Rule.FIRST),
                        Sampling.rate(new Rational(1, 2), Sampling.Rule.NEAREST),
                        Sampling.every(7),
                        Sampling.keyframes())) {
            List<FrameRecord> full = fullDecode(video, folder.resolve("full" + number), sampling);
            List<FrameRecord> groups =
                    byGroups(video, folder.resolve("groups" + number), sampling, 2).frames();

            assertThat(groups).as(sampling.fingerprint()).isEqualTo(full);
            assertThat(full).hasSizeGreaterThan(0);
            number++;
        }
    }

    /** A recording that begins in the middle of a group, and of an open one. */
    @ParameterizedTest
    @CsvSource({"0.1", "0.27", "0.41", "0.58"})
    void recordingsThatBeginAmidAGroupGiveTheFramesOfAFullDecode(double share) throws Exception {
        Path whole =
                TestVideos.write(
                        folder.resolve("whole.ts"),
                        110,
                        TestVideos.settings("mpegts", "mpeg2video", "25", 12, 2));
        byte[] bytes = Files.readAllBytes(whole);
        int from = (int) (share * bytes.length / 188) * 188;
        Path video =
                Files.write(
                        folder.resolve("cut.ts"),
                        java.util.Arrays.copyOfRange(bytes, from, bytes.length));
        int number = 0;
        for (Sampling sampling :
                List.of(
                        Sampling.rate(new Rational(5, 1), Sampling.Rule.NEAREST),
                        Sampling.rate(new Rational(5, 1), Sampling.Rule.FIRST),
                        Sampling.every(3),
                        Sampling.keyframes())) {
            List<FrameRecord> full = fullDecode(video, folder.resolve("full" + number), sampling);
            ByGroups groups = byGroups(video, folder.resolve("groups" + number), sampling, 2);
            number++;
            if (groups.refusal().isEmpty()) {
                assertThat(groups.frames()).as(sampling.fingerprint()).isEqualTo(full);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"avi,mpeg4", "mpeg,mpeg1video"})
    void packetsWithoutTimesAreDecodedInFull(String container, String codec) throws Exception {
        Path video =
                TestVideos.write(
                        folder.resolve("in/v." + container),
                        60,
                        TestVideos.settings(container, codec, "25", 12, 2));

        assertThat(byGroups(video, folder.resolve("g"), ONE, 1).refusal())
                .contains(new FullDecode("packets without presentation times", false));
        List<VideoOutcome> outcomes = run(request(ONE, "out", false));

        assertThat(outcomes).extracting(VideoOutcome::cause).containsExactly("");
        assertThat(FramesCsv.read(folder.resolve("out/v/frames.csv")))
                .extracting(FrameRecord::sha256)
                .isEqualTo(
                        fullDecode(video, folder.resolve("f"), ONE).stream()
                                .map(FrameRecord::sha256)
                                .toList())
                .hasSize(2);
    }

    @Test
    void listTellsOfEachFrameAndCanBeRead() throws IOException {
        h264("chole/op.mp4", 30);

        run(request(ONE, "out", false));

        List<FrameRecord> records = FramesCsv.read(folder.resolve("out/chole/op/frames.csv"));
        assertThat(records)
                .extracting(FrameRecord::path)
                .containsExactly("op_000000.jpg", "op_000001.jpg", "op_000002.jpg");
        assertThat(records).extracting(FrameRecord::timeSeconds).containsExactly(0.4, 1.4, 2.4);
        for (FrameRecord record : records) {
            Path image = folder.resolve("out/chole/op").resolve(record.path());
            assertThat(record.procedure()).isEqualTo("chole");
            assertThat(record.video()).isEqualTo("op");
            assertThat(record.width()).isEqualTo(72);
            assertThat(record.height()).isEqualTo(48);
            assertThat(record.bytes()).isEqualTo(Files.size(image));
            assertThat(record.sha256()).isEqualTo(Hashes.sha256(image));
        }
        assertThat(FrameLists.read(folder.resolve("out"))).hasSize(3);
    }

    @Test
    void secondRunRepeatsNothingAndOverwriteAll() throws IOException {
        h264("a.mp4", 30);
        Path b = h264("b.mp4", 30);
        run(request(ONE, "out", false));
        Map<String, String> first = hashes(folder.resolve("out"));
        Path frame = folder.resolve("out/a/a_000000.jpg");
        Files.writeString(frame, "touched");
        Files.delete(folder.resolve("out/b/frames.csv"));

        List<VideoOutcome> again = run(request(ONE, "out", false));

        assertThat(again)
                .extracting(VideoOutcome::state)
                .containsExactly(VideoOutcome.State.ALTERED, VideoOutcome.State.COMPLETE);
        assertThat(again.get(0).cause()).contains("a_000000.jpg changed since", "with repair set");
        assertThat(frame).hasContent("touched");
        run(request(ONE, "out", true));
        assertThat(hashes(folder.resolve("out"))).isEqualTo(first);

        Sampling other = Sampling.rate(new Rational(2, 1), Sampling.Rule.NEAREST);
        assertThatThrownBy(() -> run(request(other, "out", false)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("other settings");
        Files.copy(h264("c.mp4", 20), b, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        List<VideoOutcome> replaced = run(request(ONE, "out", false));
        assertThat(replaced)
                .extracting(VideoOutcome::state)
                .startsWith(VideoOutcome.State.ALREADY_COMPLETE, VideoOutcome.State.REFUSED);
        assertThat(replaced.get(1).cause()).contains("another file");
    }

    @Test
    void aVideoWhoseFramesAreMissingIsNotComplete() throws IOException {
        h264("a.mp4", 30);
        h264("b.mp4", 30);
        run(request(ONE, "out", false));
        Map<String, String> first = hashes(folder.resolve("out"));
        Files.delete(folder.resolve("out/b/b_000001.jpg"));

        assertThat(run(request(ONE, "out", false)))
                .extracting(VideoOutcome::state)
                .containsExactly(VideoOutcome.State.ALREADY_COMPLETE, VideoOutcome.State.COMPLETE);
        assertThat(hashes(folder.resolve("out"))).isEqualTo(first);
    }

    @Test
    void interruptedRunGoesOnToTheSameResult() throws IOException {
        h264("a.mp4", 120);
        h264("b.mp4", 90);
        Sampling five = Sampling.rate(new Rational(5, 1), Sampling.Rule.NEAREST);
        run(request(five, "whole", false));
        int cuts = 0;
        for (int polls = 20; ; polls += 60) {
            AtomicInteger left = new AtomicInteger(polls);
            try {
                new Extraction(
                                request(five, "cut", false),
                                Progress.NONE,
                                () -> left.decrementAndGet() < 0)
                        .run();
                break;
            } catch (InterruptedRunException e) {
                cuts++;
            }
        }

        assertThat(cuts).isGreaterThan(2);
        assertThat(hashes(folder.resolve("cut"))).isEqualTo(hashes(folder.resolve("whole")));
    }

    @Test
    void damagedAndForeignFilesDoNotStopTheOthers() throws IOException {
        h264("good.mp4", 30);
        Files.writeString(folder.resolve("in/text.mp4"), "this is no video\n".repeat(50));
        Files.createFile(folder.resolve("in/empty.mp4"));
        Files.writeString(folder.resolve("in/playlist.ts"), "#EXTM3U\n#EXTINF:1,\ngood.mp4\n");
        Files.writeString(folder.resolve("in/concat.mp4"), "ffconcat version 1.0\nfile good.mp4\n");
        Path cut =
                TestVideos.write(
                        folder.resolve("in/cut.mkv"),
                        100,
                        TestVideos.settings("matroska", "mpeg4", "10", 10, 1));
        try (RandomAccessFile file = new RandomAccessFile(cut.toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        Path dented =
                TestVideos.write(
                        folder.resolve("in/dented.mkv"),
                        100,
                        TestVideos.settings("matroska", "mpeg4", "10", 10, 1));
        try (RandomAccessFile file = new RandomAccessFile(dented.toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(new byte[600]);
        }

        List<VideoOutcome> outcomes = run(request(ONE, "out", false));

        Map<String, VideoOutcome> byName = new TreeMap<>();
        outcomes.forEach(outcome -> byName.put(outcome.input().name(), outcome));
        assertThat(byName.get("good").state()).isEqualTo(VideoOutcome.State.COMPLETE);
        for (String name : List.of("text", "empty", "playlist", "concat")) {
            assertThat(byName.get(name).state()).as(name).isEqualTo(VideoOutcome.State.FAILED);
            assertThat(folder.resolve("out").resolve(name)).doesNotExist();
        }
        assertThat(byName.get("cut").state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(byName.get("cut").frames()).isBetween(3L, 6L);
        assertThat(byName.get("dented").state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(byName.get("dented").frames()).isBetween(8L, 10L);
        assertThat(folder.resolve("out/failures.csv"))
                .content()
                .contains("text.mp4", "empty.mp4", "is empty", "cut.mkv", "dented.mkv")
                .doesNotContain("good");

        // The frames that decode are those of a full decode, and a second run tells of it again.
        assertThat(FramesCsv.read(folder.resolve("out/dented/frames.csv")))
                .extracting(FrameRecord::sha256)
                .isEqualTo(
                        fullDecode(dented, folder.resolve("f"), ONE).stream()
                                .map(FrameRecord::sha256)
                                .toList());
        List<VideoOutcome> again = run(request(ONE, "out", false));
        assertThat(again.stream().filter(VideoOutcome::failed)).hasSize(6);
    }

    @Test
    void resultDoesNotDependOnJobs() throws IOException {
        h264("a.mp4", 60);
        h264("b.mp4", 60);
        for (int jobs : List.of(1, 3)) {
            run(
                    TestRequest.of(folder.resolve("in"), folder.resolve("out" + jobs))
                            .sampling(Sampling.every(3))
                            .jobs(jobs)
                            .build());
        }

        assertThat(hashes(folder.resolve("out1"))).isEqualTo(hashes(folder.resolve("out3")));
    }

    @Test
    void verificationFindsMissingExtraAndAlteredFiles() throws IOException {
        h264("a.mp4", 40);
        h264("b.mp4", 20);
        ExtractionRequest request = request(ONE, "out", false);
        run(request);
        Verification before =
                new Verification(folders(request), request.output(), request.failuresFile());
        assertThat(before.run(Progress.NONE, Cancellation.NEVER)).isEmpty();
        assertThat(before.files()).isEqualTo(6);
        // A list in the output itself, and beside it the lock of a run: that is no stray file.
        Files.copy(folder.resolve("out/a/a_000000.jpg"), folder.resolve("out/a_000000.jpg"));
        Files.copy(folder.resolve("out/a/frames.csv"), folder.resolve("out/frames.csv"));
        Files.writeString(folder.resolve("out/surgenet.lock"), "");
        Files.writeString(folder.resolve("out/surgenet-0-of-4.lock"), "");
        assertThat(
                        new Verification(List.of(""), request.output(), request.failuresFile())
                                .run(Progress.NONE, Cancellation.NEVER))
                .noneMatch(problem -> problem.kind() == Verification.Kind.EXTRA);
        Path a = folder.resolve("out/a");
        Files.delete(a.resolve("a_000000.jpg"));
        byte[] image = Files.readAllBytes(a.resolve("a_000001.jpg"));
        image[image.length / 2]++;
        Files.write(a.resolve("a_000001.jpg"), image);
        Files.writeString(a.resolve("stray.jpg"), "");
        Files.delete(folder.resolve("out/b/frames.csv"));

        List<Verification.Problem> problems =
                new Verification(folders(request), request.output(), request.failuresFile())
                        .run(Progress.NONE, Cancellation.NEVER);

        assertThat(problems)
                .containsExactly(
                        new Verification.Problem(
                                Verification.Kind.MISSING, a.resolve("a_000000.jpg")),
                        new Verification.Problem(
                                Verification.Kind.ALTERED, a.resolve("a_000001.jpg")),
                        new Verification.Problem(Verification.Kind.EXTRA, a.resolve("stray.jpg")),
                        new Verification.Problem(
                                Verification.Kind.INCOMPLETE, folder.resolve("out/b")));
    }

    @Test
    void bordersAreFoundOncePerVideoAndCutOff() throws IOException {
        int width = 160;
        int height = 120;
        byte[] pixels = new byte[3 * width * height];
        try (VideoWriter writer =
                VideoWriter.h264(
                        folder.resolve("in/disc.mp4"),
                        width,
                        height,
                        new Rational(10, 1),
                        10,
                        2_000_000)) {
            for (int i = 0; i < 30; i++) {
                for (int p = 0; p < width * height; p++) {
                    double dx = p % width - 79.5;
                    double dy = p / width - 59.5;
                    boolean inside = dx * dx + dy * dy < 40 * 40;
                    for (int c = 0; c < 3; c++) {
                        pixels[3 * p + c] = (byte) (inside ? 90 + (p + 5 * i) % 80 : 2);
                    }
                }
                writer.write(pixels);
            }
            writer.finish();
        }
        PictureRequest cropping =
                PictureRequest.builder()
                        .cropBorders(true)
                        .size(PictureSize.SOURCE)
                        .format(ImageFormat.PNG)
                        .build();

        run(TestRequest.of(folder.resolve("in"), folder.resolve("out")).picture(cropping).build());

        List<FrameRecord> records = FramesCsv.read(folder.resolve("out/disc/frames.csv"));
        assertThat(records).hasSize(3);
        for (FrameRecord record : records) {
            // The disc is 80 pixels across.
            assertThat(record.width()).isBetween(74, 84);
            assertThat(record.height()).isBetween(74, 84);
        }
        assertThat(folder.resolve("out/disc/video.json")).content().contains("\"crop\"");
    }

    @Test
    void timesAreReadWithErrorsByLine() throws IOException {
        Path good = Files.writeString(folder.resolve("good.txt"), "90\n\n0:01.5\n");
        Path bad = Files.writeString(folder.resolve("bad.txt"), "1\nsoon\n");
        Path none = Files.writeString(folder.resolve("none.txt"), "\n");

        assertThat(TimesFile.read(good)).containsExactly(new Rational(90, 1), new Rational(3, 2));
        assertThatThrownBy(() -> TimesFile.read(bad)).hasMessageContaining("bad.txt:2: time");
        assertThatThrownBy(() -> TimesFile.read(none)).hasMessageContaining("holds no times");
    }

    @Test
    void unwritableOutputEndsTheRun() throws IOException {
        h264("a.mp4", 30);
        Files.writeString(folder.resolve("file"), "in the way");

        assertThatThrownBy(() -> run(request(ONE, "file", false)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("cannot be written");
    }
}
