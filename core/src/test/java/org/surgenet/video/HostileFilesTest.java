package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.video.naming.FileNames;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.naming.VideoInputs;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.picture.PictureSize;
import org.surgenet.video.sampling.Sampling;

/** Files that hang, point elsewhere, tell of patients or have names that no folder should have. */
final class HostileFilesTest {
    @TempDir Path folder;

    private Map<String, VideoOutcome> run(String output, Duration stallLimit, Cancellation stop)
            throws IOException {
        ExtractionRequest request =
                TestRequest.of(folder.resolve("in"), folder.resolve(output))
                        .sampling(Sampling.rate(new Rational(5, 1), Sampling.Rule.NEAREST))
                        .jobs(1)
                        .stallLimit(stallLimit)
                        .build();
        Map<String, VideoOutcome> outcomes = new TreeMap<>();
        for (VideoOutcome outcome : new Extraction(request, Progress.NONE, stop).run()) {
            outcomes.put(outcome.input().name(), outcome);
        }
        return outcomes;
    }

    private Map<String, VideoOutcome> run(String output) throws IOException {
        return run(output, Duration.ofSeconds(60), Cancellation.NEVER);
    }

    private Path video(String name, String container, int frames) throws IOException {
        return TestVideos.write(
                folder.resolve(name), frames, TestVideos.settings(container, "mpeg4", "10", 10, 0));
    }

    @Test
    void hangingFileIsGoneOnWithByTheNextRun() throws IOException {
        video("in/v.mkv", "matroska", 30);

        VideoOutcome hung = run("out", Duration.ofNanos(1), Cancellation.NEVER).get("v");

        assertThat(hung.state()).isEqualTo(VideoOutcome.State.STALLED);
        assertThat(hung.cause()).contains("gave nothing for");
        assertThat(folder.resolve("out/failures.csv")).content().contains("v.mkv", "gave nothing");
        assertThat(folder.resolve("out/v/frames.csv")).doesNotExist();
        assertThat(run("out").get("v").state()).isEqualTo(VideoOutcome.State.COMPLETE);
        assertThat(folder.resolve("out/failures.csv")).doesNotExist();
    }

    /** With one job: the reader that waits is left alone, and another takes its place. */
    @Test
    void fileThatDoesNotAnswerStopsNoOther() throws IOException {
        video("in/v.mkv", "matroska", 30);
        video("in/w.mkv", "matroska", 30);
        SilentFile silent = new SilentFile(folder.resolve("in/silent.mp4"));
        ExtractionRequest request = withFirst(silent, Duration.ofSeconds(1));

        List<VideoOutcome> outcomes =
                new Extraction(request, Progress.NONE, Cancellation.NEVER).run();
        silent.answer();

        assertThat(outcomes)
                .extracting(VideoOutcome::state)
                .containsExactly(
                        VideoOutcome.State.STALLED,
                        VideoOutcome.State.COMPLETE,
                        VideoOutcome.State.COMPLETE);
        assertThat(folder.resolve("out/failures.csv")).content().contains("silent.mp4");
        assertThat(folder.resolve("out/silent")).doesNotExist();
    }

    @Test
    void aStopDoesNotWaitForAFileThatDoesNotAnswer() {
        SilentFile silent = new SilentFile(folder.resolve("silent.mp4"));
        ExtractionRequest request = withFirst(silent, Duration.ofDays(1));

        AtomicInteger asked = new AtomicInteger();
        assertThatThrownBy(
                        () ->
                                new Extraction(
                                                request,
                                                Progress.NONE,
                                                () -> asked.incrementAndGet() > 1)
                                        .run())
                .isInstanceOf(InterruptedRunException.class);
        silent.answer();
    }

    private ExtractionRequest withFirst(SilentFile silent, Duration stallLimit) {
        List<VideoInput> videos = new ArrayList<>(List.of(silent.input("silent")));
        if (Files.exists(folder.resolve("in"))) {
            videos.addAll(
                    VideoInputs.find(List.of(folder.resolve("in").toString()), new OtherFiles()));
        }
        return TestRequest.of(videos, folder.resolve("out")).jobs(1).stallLimit(stallLimit).build();
    }

    /** What is there already is not decoded again: it could not be any more. */
    @Test
    void aVideoThatChangedMeanwhileIsNotGoneOnWith() throws IOException {
        Path file = video("in/v.mkv", "matroska", 400);
        run("whole");
        AtomicInteger left = new AtomicInteger(350);
        boolean cut = false;
        try {
            run("cut", Duration.ofSeconds(60), () -> left.decrementAndGet() < 0);
        } catch (InterruptedRunException e) {
            cut = true;
        }
        try (Stream<Path> frames = Files.list(folder.resolve("cut/v"))) {
            assertThat(frames.filter(f -> f.toString().endsWith(".jpg")).count())
                    .isBetween(40L, 199L);
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (int i = 1; i < 5; i++) {
                bytes.seek(i * bytes.length() / 50);
                bytes.write(new byte[200]);
            }
        }

        VideoOutcome outcome = run("cut").get("v");

        // Its size is the same; frames of both would have been mixed.
        assertThat(cut).isTrue();
        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(run("anew").get("v").state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(ExtractionTest.hashes(folder.resolve("cut")))
                .isEqualTo(ExtractionTest.hashes(folder.resolve("anew")))
                .isNotEqualTo(ExtractionTest.hashes(folder.resolve("whole")));
    }

    @Test
    void neitherPlaylistsNorReferencesAreFollowed() throws IOException {
        Path target = video("elsewhere/secret.mp4", "mp4", 30);
        Path in = Files.createDirectories(folder.resolve("in"));
        String path = target.toAbsolutePath().toString();
        Files.writeString(in.resolve("hls.mp4"), "#EXTM3U\n#EXTINF:3,\n" + path + "\n");
        Files.writeString(
                in.resolve("url.ts"),
                "#EXTM3U\n#EXTINF:3,\nhttp://127.0.0.1:9/v.ts\n#EXT-X-ENDLIST");
        Files.writeString(in.resolve("concat.mkv"), "ffconcat version 1.0\nfile '" + path + "'\n");
        Files.writeString(
                in.resolve("sdp.mp4"), "v=0\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000");
        Files.write(in.resolve("reference.mov"), withReference(target));

        Map<String, VideoOutcome> outcomes = run("out");

        assertThat(outcomes).hasSize(5);
        outcomes.forEach(
                (name, outcome) -> {
                    assertThat(outcome.frames()).as(name).isZero();
                    assertThat(outcome.state()).as(name).isEqualTo(VideoOutcome.State.FAILED);
                });
        try (Stream<Path> left = Files.walk(folder.resolve("out"))) {
            assertThat(left.filter(Files::isRegularFile))
                    .containsExactly(folder.resolve("out/failures.csv"));
        }
    }

    /** The file's index alone, with its pictures in the file itself by an alias record. */
    private static byte[] withReference(Path target) throws IOException {
        byte[] file = Files.readAllBytes(target);
        String text = new String(file, StandardCharsets.ISO_8859_1);
        int dref = text.indexOf("dref") - 4;
        int end = dref + ByteBuffer.wrap(file).getInt(dref);
        byte[] path = target.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        // An alias: flags, record of 150 bytes, then the absolute path as its type 2.
        ByteBuffer alias = ByteBuffer.allocate(12 + 150 + 4 + path.length + 4);
        alias.putInt(alias.capacity()).put("alis".getBytes(StandardCharsets.US_ASCII)).putInt(0);
        alias.position(12 + 10).put((byte) 1).put((byte) 'v');
        alias.position(12 + 150).putShort((short) 2).putShort((short) path.length).put(path);
        alias.putShort((short) -1).putShort((short) 0);
        int grown = alias.capacity() + 16 - (end - dref);
        ByteBuffer result = ByteBuffer.allocate(file.length + grown);
        result.put(file, 0, dref).putInt(16 + alias.capacity());
        result.put("dref".getBytes(StandardCharsets.US_ASCII)).putInt(0).putInt(1);
        result.put(alias.array()).put(file, end, file.length - end);
        for (String box : List.of("moov", "trak", "mdia", "minf", "dinf")) {
            int at = text.indexOf(box) - 4;
            result.putInt(at, ByteBuffer.wrap(file).getInt(at) + grown);
        }
        return result.array();
    }

    @Test
    void metadataOfTheContainerStaysThere() throws Exception {
        Path plain = video("plain.mkv", "matroska", 20);
        Path named = folder.resolve("in/v.mov");
        Files.createDirectories(named.getParent());
        int code =
                new ProcessBuilder(
                                Loader.load(org.bytedeco.ffmpeg.ffmpeg.class),
                                "-v",
                                "quiet",
                                "-i",
                                plain.toString(),
                                "-c",
                                "copy",
                                "-metadata",
                                "title=Jane Miller",
                                "-metadata",
                                "comment=Jane Miller",
                                "-metadata:s:v",
                                "handler_name=Jane Miller",
                                named.toString())
                        .start()
                        .waitFor();
        assertThat(code).isZero();
        assertThat(Files.readString(named, StandardCharsets.ISO_8859_1)).contains("Jane Miller");

        assertThat(run("out").get("v").frames()).isGreaterThan(5);

        try (Stream<Path> files = Files.walk(folder.resolve("out"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("Jane", "Miller");
            }
        }
    }

    @Test
    void namesAreMadeSafe() {
        assertThat(FileNames.safe("a:b?c|d<e>\"f*\\g/h\ni")).isEqualTo("a_b_c_d_e__f__g_h_i");
        assertThat(FileNames.safe("..")).isEqualTo("__");
        assertThat(FileNames.safe("end. ")).isEqualTo("end__");
        assertThat(FileNames.safe("é".repeat(120)).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(180);
        assertThat(FileNames.safe("x".repeat(300))).isNotEqualTo(FileNames.safe("x".repeat(299)));
    }

    @Test
    void longestNameGivesFrames() throws IOException {
        Files.createDirectories(folder.resolve("in"));
        Files.move(
                video("short.mkv", "matroska", 10),
                folder.resolve("in/" + "n".repeat(251) + ".mkv"));

        assertThat(run("out").values()).extracting(VideoOutcome::frames).containsExactly(5L);
    }

    @Test
    void oneFieldOfInterlacedFramesIsKept() throws Exception {
        Path video = ProgramVideos.make("interlaced.mp4", folder);
        Files.createDirectories(folder.resolve("in"));
        Files.move(video, folder.resolve("in/v.mp4"));
        double[] combs = new double[2];
        for (int i = 0; i < 2; i++) {
            ExtractionRequest request =
                    TestRequest.of(folder.resolve("in"), folder.resolve("out" + i))
                            .picture(
                                    PictureRequest.builder()
                                            .deinterlace(i == 1)
                                            .size(PictureSize.parse("320x240"))
                                            .format(ImageFormat.PNG)
                                            .build())
                            .build();
            new Extraction(request, Progress.NONE, Cancellation.NEVER).run();
            java.awt.image.BufferedImage image =
                    javax.imageio.ImageIO.read(
                            folder.resolve("out" + i + "/v/v_000001.png").toFile());
            assertThat(image.getWidth()).isEqualTo(320);
            assertThat(image.getHeight()).isEqualTo(240);
            combs[i] = combs(image);
        }
        assertThat(combs[1]).isLessThan(combs[0] / 3);
    }

    /** How often a line differs from both its neighbours, which are alike. */
    private static double combs(java.awt.image.BufferedImage image) {
        double sum = 0;
        for (int y = 1; y < image.getHeight() - 1; y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int above = image.getRGB(x, y - 1) >> 8 & 0xff;
                int here = image.getRGB(x, y) >> 8 & 0xff;
                int below = image.getRGB(x, y + 1) >> 8 & 0xff;
                sum += Math.abs(above - below) < 8 && Math.abs(here - above) > 40 ? 1 : 0;
            }
        }
        return sum;
    }
}
