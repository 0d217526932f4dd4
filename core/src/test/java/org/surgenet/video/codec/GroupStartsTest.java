package org.surgenet.video.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Rational;
import org.surgenet.video.ProgramVideos;
import org.surgenet.video.TestRequest;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.decode.DecodeSlots;
import org.surgenet.video.decode.FullDecode;
import org.surgenet.video.decode.FullExtraction;
import org.surgenet.video.decode.GroupExtraction;
import org.surgenet.video.decode.SelfCheck;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;

/** What is decoded by groups is what a decoding in full gives, to the last bit. */
public final class GroupStartsTest {
    private static final String SMALL = "-t 3 -vf scale=112:80,noise=alls=25:allf=t ";

    @TempDir Path folder;

    /** Hashes of the frames as PNG of their own size, by their numbers. */
    private static final class Hashing implements FrameSink {
        final Map<Long, String> frames = new TreeMap<>();

        @Override
        public boolean has(long number, long ticks) {
            return false;
        }

        @Override
        public synchronized void put(
                long number, long ticks, double seconds, byte[] image, int width, int height) {
            frames.put(number, ticks + " " + Hashes.sha256(image));
        }
    }

    private static VideoFile open(Path video) throws IOException {
        return VideoFile.open(video, Duration.ofSeconds(60), Cancellation.NEVER);
    }

    private static PictureRequest picture() {
        return TestRequest.picture("source", ImageFormat.PNG, 90);
    }

    private static Sampler sampler(VideoFile file, Sampling sampling) {
        return new Sampler(sampling, file.timeBase(), file.start());
    }

    static Map<Long, String> inFull(Path video, Sampling sampling) throws IOException {
        Hashing frames = new Hashing();
        try (VideoFile file = open(video)) {
            Sampler sampler = sampler(file, sampling);
            new FullExtraction(file, picture(), null, sampler, frames, Cancellation.NEVER)
                    .run(bytes -> {});
        }
        return frames.frames;
    }

    /** What decoding by groups gives; no frames where the video has to be decoded in full. */
    private record ByGroups(Optional<FullDecode> refusal, Map<Long, String> frames) {}

    public static Map<Long, String> framesByGroups(Path video, Sampling sampling, SelfCheck check)
            throws IOException {
        return byGroups(video, sampling, check, UnaryOperator.identity()).frames();
    }

    private static ByGroups byGroups(
            Path video, Sampling sampling, SelfCheck check, UnaryOperator<GroupStarts> fault)
            throws IOException {
        Hashing frames = new Hashing();
        try (VideoFile file = open(video);
                DecodeSlots slots = new DecodeSlots(2)) {
            Optional<GroupStarts> starts = GroupStarts.of(file.codec());
            if (starts.isEmpty()) {
                return new ByGroups(FullDecode.because("codec " + file.codecName()), Map.of());
            }
            Optional<FullDecode> refusal =
                    new GroupExtraction(
                                    file,
                                    picture(),
                                    null,
                                    sampler(file, sampling),
                                    frames,
                                    slots,
                                    fault.apply(starts.get()),
                                    check,
                                    Cancellation.NEVER)
                            .run(bytes -> {});
            return new ByGroups(refusal, refusal.isEmpty() ? frames.frames : Map.of());
        }
    }

    private static void agrees(Path video) throws Exception {
        for (Sampling sampling :
                List.of(
                        Sampling.every(7),
                        Sampling.rate(new Rational(3, 1), Sampling.Rule.NEAREST))) {
            Map<Long, String> whole = inFull(video, sampling);
            Map<Long, String> parts = framesByGroups(video, sampling, new SelfCheck(0));
            assertThat(whole).isNotEmpty();
            assertThat(parts).isEqualTo(whole);
        }
    }

    private Path make(String line) throws Exception {
        int space = line.indexOf(' ');
        return ProgramVideos.encode(
                line.substring(0, space), SMALL + line.substring(space + 1), folder);
    }

    private Stream<DynamicTest> tests(Stream<String> lines) {
        return lines.map(
                line ->
                        DynamicTest.dynamicTest(
                                line.substring(0, line.indexOf(' ')), () -> agrees(make(line))));
    }

    /** Each with what would be taken for the beginning of a group, or is skipped, wrongly. */
    @TestFactory
    Stream<DynamicTest> groupsGiveTheFramesOfAFullDecoding() {
        String hevc = "-c:v libx265 -pix_fmt yuv420p -x265-params log-level=none:";
        String layers =
                " -ts-parameters ts_number_layers=3:ts_target_bitrate=50,100,200"
                        + ":ts_rate_decimator=4,2,1:ts_periodicity=4:ts_layer_id=0,2,1,2"
                        + ":ts_layering_mode=3 -b:v 200k";
        return tests(
                Stream.of(
                        "refresh.ts -c:v libx264 -preset ultrafast -tune zerolatency -g 12"
                                + " -x264-params intra-refresh=1",
                        "refresh.mkv -c:v libx264 -x264-params intra-refresh=1:keyint=12:bframes=3",
                        "open.mp4 -c:v libx264 -x264-params open-gop=1:keyint=12:bframes=3",
                        "refresh_hevc.ts " + hevc + "intra-refresh=1:keyint=12:bframes=0",
                        "open_hevc.mp4 " + hevc + "open-gop=1:keyint=12:bframes=4",
                        "layers_hevc.mp4 "
                                + hevc
                                + "temporal-layers=3:keyint=12:bframes=4:b-pyramid=1",
                        "fields.ts -c:v mpeg2video -bf 2 -g 9 -flags +ildct+ilme",
                        "closed.mkv -c:v mpeg2video -bf 2 -g 9 -flags +cgop"
                                + " -sc_threshold 1000000000",
                        "one.mkv -c:v mpeg1video -bf 2 -g 9",
                        "four.mkv -c:v mpeg4 -bf 2 -g 9 -flags +qpel+mv4",
                        "hidden.webm -c:v libvpx -g 12 -auto-alt-ref 1 -lag-in-frames 10"
                                + " -cpu-used 8 -deadline realtime",
                        "layers.webm -c:v libvpx -g 30 -deadline realtime -cpu-used 8" + layers,
                        "hidden_nine.webm -c:v libvpx-vp9 -g 12 -lag-in-frames 10 -cpu-used 8"
                                + " -deadline realtime",
                        "one.mkv -c:v libsvtav1 -preset 12 -g 24",
                        "tables.mov -c:v mjpeg -q:v 3 -huffman optimal",
                        "usual_tables.mkv -c:v mjpeg -q:v 3 -huffman default",
                        "groups.mkv -c:v ffv1 -level 3 -g 10 -context 1",
                        "groups.avi -c:v ffv1 -level 1 -g 10",
                        "context.mkv -c:v ffvhuff -context 1",
                        "raw.avi -c:v rawvideo -pix_fmt yuv420p"));
    }

    /** Settings of x264 at random, in every container. */
    @TestFactory
    Stream<DynamicTest> randomStreamsToo() {
        return tests(
                IntStream.range(0, 16)
                        .mapToObj(
                                i -> {
                                    Random random = new Random(900 + i);
                                    String[] kinds = {"ts", "mp4", "mkv", "flv", "mov"};
                                    String[] presets = {"ultrafast", "superfast", "veryfast"};
                                    return String.format(
                                            Locale.ROOT,
                                            "random%d.%s -c:v libx264 -pix_fmt %s -preset %s -crf"
                                                + " %d -x264-params keyint=%d:bframes=%d:cabac=%d"
                                                + ":open-gop=%d:intra-refresh=%d:b-pyramid=normal"
                                                + ":ref=%d:slices=%d:scenecut=%d:interlaced=%d",
                                            i,
                                            kinds[random.nextInt(kinds.length)],
                                            random.nextInt(4) == 0 ? "yuv444p" : "yuv420p",
                                            presets[random.nextInt(presets.length)],
                                            15 + random.nextInt(20),
                                            4 + random.nextInt(40),
                                            random.nextInt(6),
                                            random.nextInt(2),
                                            random.nextInt(3) / 2,
                                            random.nextInt(4) / 3,
                                            1 + random.nextInt(3),
                                            1 + random.nextInt(3),
                                            random.nextInt(2) * 40,
                                            random.nextInt(6) / 5);
                                }));
    }

    /** All samples of the file count as key frames where the box that names them is missing. */
    @Test
    void containersThatCallEverySampleAKeyAreNotBelieved() throws Exception {
        for (String codec : List.of("mpeg4 -bf 2 -g 20", "libx264 -preset veryfast -g 20")) {
            String name = codec.startsWith("m") ? "four" : "ten";
            Path video = make(name + ".mp4 -c:v " + codec);
            byte[] bytes = Files.readAllBytes(video);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            int at = text.indexOf("stss");
            assertThat(at).isPositive();
            System.arraycopy("free".getBytes(StandardCharsets.ISO_8859_1), 0, bytes, at, 4);
            Files.write(video, bytes);

            agrees(video);
            Sampling keys = Sampling.keyframes();
            assertThat(framesByGroups(video, keys, new SelfCheck(0)))
                    .isEqualTo(inFull(video, keys))
                    .hasSizeBetween(4, 6);
        }
    }

    /**
     * A key frame is what the decoder calls one: a recovery point at once (open GOPs), not one that
     * is reached some frames later (intra refresh).
     */
    @ParameterizedTest
    @CsvSource({"open-gop=1:keyint=20:scenecut=0, 4, 6", "intra-refresh=1:keyint=20, 1, 1"})
    void keyFramesAreThoseOfTheDecoder(String settings, int least, int most) throws Exception {
        Path video = make("v.mp4 -c:v libx264 -pix_fmt yuv420p -x264-params bframes=2:" + settings);
        Sampling keys = Sampling.keyframes();

        assertThat(framesByGroups(video, keys, new SelfCheck(0)))
                .isEqualTo(inFull(video, keys))
                .hasSizeBetween(least, most);
    }

    /** Streams whose decoder knows more than its packets say, each with the words for it. */
    @TestFactory
    Stream<DynamicTest> whatLiesOutsideTheGroupsIsDecodedInFull() {
        return Stream.of(
                        "palette.avi -c:v rawvideo -pix_fmt pal8|codec rawvideo",
                        "fields.mkv -c:v mpeg4 -bf 2 -g 9 -flags +ildct+ilme|codec mpeg4",
                        "packed.mkv -c:v libxvid -bf 2 -g 9|decoding order",
                        "delta.mov -c:v qtrle|codec qtrle",
                        "old.flv -c:v flv1 -g 9|codec flv1",
                        "codebook.avi -t 1 -c:v cinepak|codec cinepak")
                .map(
                        line -> {
                            String[] parts = line.split("\\|");
                            return DynamicTest.dynamicTest(
                                    parts[0].substring(0, parts[0].indexOf(' ')),
                                    () -> refused(make(parts[0]), parts[1]));
                        });
    }

    private static void refused(Path video, String words) throws IOException {
        assertThat(
                        byGroups(
                                        video,
                                        Sampling.every(7),
                                        new SelfCheck(0),
                                        UnaryOperator.identity())
                                .refusal())
                .hasValueSatisfying(full -> assertThat(full.reason()).contains(words));
    }

    @Test
    void parameterSetsThatChangeOnTheWayAreNoticed() throws Exception {
        String command = " -c:v libx264 -preset veryfast -g 10 -x264-params ";
        Path one = make("one.mp4" + command + "cqm=flat");
        Path two = make("two.mp4" + command + "cqm=jvt");
        Path list = folder.resolve("list.txt");
        Files.writeString(list, "file '" + one + "'\nfile '" + two + "'\n");
        Path video = folder.resolve("both.ts");
        List<String> join = new ArrayList<>(List.of("ffmpeg", "-y", "-nostdin", "-v", "quiet"));
        join.addAll(List.of("-f", "concat", "-safe", "0", "-i", list.toString()));
        join.addAll(List.of("-c", "copy", video.toString()));
        assertThat(new ProcessBuilder(join).start().waitFor()).isZero();

        refused(video, "parameter sets");
    }

    @Test
    void mjpegWithoutItsTablesBeginsNothing() throws Exception {
        byte[] tables = {(byte) 0xff, (byte) 0xdb, 0, 67, 0};
        ByteBuffer own = jpeg(tables);
        ByteBuffer borrowed = jpeg(new byte[0]);
        MjpegStarts starts = new MjpegStarts();

        assertThat(starts.parse(own).start()).isTrue();
        assertThat(starts.parse(borrowed).start()).isFalse();
        assertThat(starts.parse(borrowed).key()).isTrue();
    }

    /** A JPEG's head of one component, with a quantisation table or without. */
    private static ByteBuffer jpeg(byte[] tables) {
        ByteBuffer jpeg = ByteBuffer.allocate(200);
        jpeg.putShort((short) 0xffd8);
        if (tables.length > 0) {
            jpeg.put(tables).put(new byte[64]);
        }
        jpeg.putShort((short) 0xffc0).putShort((short) 11).put((byte) 8).putInt(0x100010);
        jpeg.put((byte) 1).put(new byte[] {1, 0x11, 0});
        jpeg.putShort((short) 0xffda).putShort((short) 8).put(new byte[] {1, 1, 0, 0, 63, 0});
        return jpeg.flip();
    }

    /** An old x264 is imitated by the decoder, which reads its name in the first packet alone. */
    @Test
    void oldVersionsOfX264AreNoticed() throws Exception {
        H264Starts starts = new H264Starts(ByteBuffer.allocate(0));
        for (int version : new int[] {33, 164}) {
            byte[] text =
                    ("0123456789abcdefx264 - core " + version + " r1")
                            .getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer unit = ByteBuffer.allocate(100).putInt(1);
            unit.put(new byte[] {6, 5, (byte) text.length}).put(text).put((byte) 0x80);
            ByteBuffer packet = unit.flip().slice();

            Throwable thrown = catchThrowable(() -> starts.parse(packet));

            if (version == 33) {
                assertThat(thrown).hasMessageContaining("old version");
            } else {
                assertThat(thrown).isNull();
            }
        }
    }

    /** Bytes at random and headers with flipped bits are refused or looked at, and no more. */
    @Test
    void damagedHeadersDoNoHarm() throws Exception {
        List<HeaderParser> all = new ArrayList<>();
        ByteBuffer nothing = ByteBuffer.allocate(0);
        all.add(new H264Starts(nothing));
        all.add(new HevcStarts(nothing));
        all.add(new Mpeg2Starts());
        all.add(new Mpeg4Starts(nothing));
        all.add(new Vp8Starts());
        all.add(new Vp9Starts());
        all.add(new Av1Starts(nothing));
        all.add(new MjpegStarts());
        all.add(new Ffv1Starts());
        Random random = new Random(3);
        int[] codes = {0x06, 0x07, 0x08, 0x40, 0x42, 0x44, 0x20, 0xb3, 0xb5, 0xb6, 0x00, 0xd8};
        for (int i = 0; i < 40_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 8 && i % 3 > 0) {
                bytes[0] = (byte) (i % 3 == 1 ? 0 : 0xff);
                bytes[1] = (byte) (i % 3 == 1 ? 0 : 0xd8);
                bytes[2] = (byte) (i % 3 == 1 ? 1 : 0xff);
                bytes[3] = (byte) codes[random.nextInt(codes.length)];
            }
            Throwable thrown =
                    catchThrowable(
                            () ->
                                    all.get(random.nextInt(all.size()))
                                            .parse(ByteBuffer.wrap(bytes)));

            assertThat(thrown)
                    .satisfiesAnyOf(
                            t -> assertThat(t).isNull(),
                            t -> assertThat(t).isInstanceOf(UnclearStreamException.class),
                            // The caller takes it for the same.
                            t -> assertThat(t).isInstanceOf(IndexOutOfBoundsException.class));
        }
    }
}
