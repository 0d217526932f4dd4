package org.surgenet.video.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameRecord;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ExtractionTest;
import org.surgenet.video.ProgramVideos;
import org.surgenet.video.TestRequest;
import org.surgenet.video.VideoOutcome;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.sampling.Sampling;

final class TimeLineTest {
    private static final long NONE = AV_NOPTS_VALUE;

    /** Frame length in ticks of 1/1000 s. */
    private static final long FRAME = 40;

    @TempDir Path folder;

    @BeforeAll
    static void load() {
        Ffmpeg.load();
    }

    /** A packet's presentation and decoding time. */
    private record Times(long pts, long dts) {}

    private static TimeLine line(boolean stored, boolean jumps, int depth, int bits) {
        return new TimeLine(new TimeLine.Stream(1000, FRAME, bits, stored, jumps, depth));
    }

    /** Frames I P B B P B B ... from a time on; decoding is two frames ahead. */
    private static List<Times> part(long start, int frames) {
        List<Times> times = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            int shown = i == 0 ? 0 : i % 3 == 1 ? Math.min(i + 2, frames - 1) : i - 1;
            times.add(new Times(start + (shown + 2) * FRAME, start + i * FRAME));
        }
        return times;
    }

    private static List<Times> through(TimeLine line, List<Times> in) {
        List<Times> out = new ArrayList<>();
        AVPacket packet = av_packet_alloc();
        try (line) {
            for (Times times : in) {
                packet.pts(times.pts());
                packet.dts(times.dts());
                packet.duration(FRAME);
                if (line.place(packet)) {
                    out.add(new Times(packet.pts(), packet.dts()));
                }
                take(line, out);
            }
            line.end();
            take(line, out);
        } finally {
            av_packet_free(packet);
        }
        return out;
    }

    private static void take(TimeLine line, List<Times> out) {
        for (TimeLine.Placed next = line.poll(); next != null; next = line.poll()) {
            out.add(new Times(next.packet().pts(), next.packet().dts()));
            av_packet_free(next.packet());
        }
    }

    private static List<Times> joined(List<List<Times>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }

    /** Presentation times, in their order. */
    private static long[] shown(List<Times> times) {
        return times.stream().mapToLong(Times::pts).sorted().toArray();
    }

    private static long[] evenly(int frames) {
        return LongStream.range(0, frames).map(i -> (i + 2) * FRAME).toArray();
    }

    @ParameterizedTest
    @CsvSource({"0", "500", "4800", "-90000", "40000", "91844000", "8640"})
    void partsFollowEachOtherWithoutGapOrOverlap(long start) {
        TimeLine line = line(true, true, 2, 33);

        List<Times> out =
                through(line, joined(List.of(part(7200, 91), part(start, 61), part(start, 31))));

        assertThat(shown(out)).isEqualTo(through7200(183));
        assertThat(line.joinCount()).isEqualTo(2);
        assertThat(line.joins().get(0).at()).isEqualTo(7200 + 93 * FRAME);
    }

    private static long[] through7200(int frames) {
        return LongStream.of(evenly(frames)).map(t -> t + 7200).toArray();
    }

    /** Without stored decoding times the codec's depth of reordering decides. */
    @Test
    void presentationTimesAloneTellAJumpBack() {
        List<Times> in = new ArrayList<>();
        joined(List.of(part(0, 91), part(0, 61)))
                .forEach(times -> in.add(new Times(times.pts(), times.pts())));
        TimeLine line = line(false, false, 16, 64);

        assertThat(shown(through(line, in))).isEqualTo(evenly(152));
        assertThat(line.joinCount()).isEqualTo(1);
    }

    /** Whole recordings come out as they went in, whatever their reordering and gaps. */
    @Test
    void trustworthyTimesStayAsTheyAre() {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            List<Long> shown = new ArrayList<>();
            long time = random.nextInt(5) == 0 ? -2000 : 0;
            for (int i = 0; i < 120; i++) {
                time += 1 + random.nextInt(80) + (random.nextInt(20) == 0 ? 300_000 : 0);
                shown.add(time);
            }
            // Up to 16 frames before those that are shown before them, as H.264 allows.
            List<Times> in = new ArrayList<>();
            int depth = random.nextInt(17);
            List<Long> rest = new ArrayList<>(shown);
            for (int i = 0; i < 120; i++) {
                boolean late = i - shown.indexOf(rest.get(0)) >= 16 - depth / 2;
                int ahead = late ? 0 : Math.min(rest.size() - 1, random.nextInt(depth + 1));
                long pts = rest.remove(ahead);
                in.add(new Times(pts, Math.min(pts, i < depth ? shown.get(0) - depth + i : pts)));
            }
            List<Times> monotone = new ArrayList<>();
            long dts = Long.MIN_VALUE + 1;
            for (int i = in.size() - 1; i >= 0; i--) {
                dts = i == in.size() - 1 ? in.get(i).pts() : Math.min(dts - 1, in.get(i).pts());
                monotone.add(0, new Times(in.get(i).pts(), dts));
            }
            for (boolean stored : new boolean[] {false, true}) {
                TimeLine line = line(stored, false, 16, 64);
                List<Times> given =
                        stored ? monotone : in.stream().map(t -> new Times(t.pts(), NONE)).toList();

                assertThat(through(line, given)).as("round %d", round).isEqualTo(given);
                assertThat(line.joinCount()).isZero();
            }
        }
    }

    @Test
    void anOverflowOfTheClockIsNoJump() {
        long range = 1L << 33;
        List<Times> in = new ArrayList<>();
        for (Times times : part(range - 1000, 91)) {
            in.add(new Times(times.pts() % range, times.dts() % range));
        }
        TimeLine line = line(true, true, 2, 33);

        List<Times> out = through(line, in);

        assertThat(line.joinCount()).isZero();
        assertThat(shown(out)).isEqualTo(shown(part(range - 1000, 91)));
    }

    @Test
    void jitterOfFramesIsNoJump() {
        List<Times> in = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 300; i++) {
            long t = i * FRAME + random.nextInt(61) - 30;
            in.add(new Times(t, t));
        }
        for (boolean stored : new boolean[] {false, true}) {
            TimeLine line = line(stored, true, 0, 33);
            assertThat(through(line, in)).isEqualTo(in);
            assertThat(line.joinCount()).isZero();
        }
    }

    /** Files of a kind behind each other, as {@code cat} joins them. */
    private Path concatenated(String name, String arguments, List<String> offsets)
            throws IOException, InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < offsets.size(); i++) {
            Path part =
                    ProgramVideos.encode(
                            "part" + i + "." + name.replaceAll(".*[.]", ""),
                            arguments + " -output_ts_offset " + offsets.get(i),
                            folder);
            all.write(Files.readAllBytes(part));
        }
        return Files.write(folder.resolve(name), all.toByteArray());
    }

    /**
     * Every second of two or three recordings of four seconds is there, at its time on one line,
     * and decoding by groups gives what decoding everything gives.
     */
    @ParameterizedTest
    @CsvSource({
        "h264.ts, -c:v libx264 -bf 2 -g 25, 0 0 0",
        "hour_back.ts, -c:v libx264 -bf 2 -g 25, 7200 3600 7200",
        "ahead.ts, -c:v libx264 -bf 3 -g 20, 0 91844 0",
        "open.ts, -c:v libx264 -x264-params open-gop=1:keyint=20:bframes=3, 0 0 0",
        "wrap.ts, -c:v libx264 -bf 2 -g 25, 95440 95440 60",
        "mpeg2.ts, -c:v mpeg2video -bf 2 -g 12, 0 0 0",
        "disc.vob, -c:v mpeg2video -bf 2 -g 12, 0 0 0",
        "h264.mkv, -c:v libx264 -bf 2 -g 25, 0 0",
        "vp8.webm, -c:v libvpx -cpu-used 8 -g 25, 0 0",
        "fragments.mp4, -c:v libx264 -bf 2 -g 25 -movflags frag_keyframe+empty_moov, 0 0 0",
    })
    void joinedRecordingsAreOneVideo(String name, String arguments, String offsets)
            throws Exception {
        Path video =
                concatenated(name, arguments + " -pix_fmt yuv420p", List.of(offsets.split(" ")));
        List<Sampling> samplings =
                List.of(
                        Sampling.rate(Rational.ONE, Sampling.Rule.FIRST),
                        Sampling.rate(new Rational(7, 3), Sampling.Rule.NEAREST),
                        Sampling.times(
                                List.of(new Rational(3, 1), new Rational(6, 1)),
                                Sampling.Rule.FIRST),
                        Sampling.every(9).between(new Rational(2, 1), new Rational(7, 1)));
        List<List<FrameRecord>> results = new ArrayList<>();
        for (int i = 0; i < samplings.size(); i++) {
            Sampling sampling = samplings.get(i);
            List<FrameRecord> full =
                    ExtractionTest.fullDecode(video, folder.resolve("full" + i), sampling);
            results.add(full);
            ExtractionTest.ByGroups groups =
                    ExtractionTest.byGroups(video, folder.resolve("groups" + i), sampling, 2);
            if (groups.refusal().isEmpty()) {
                assertThat(groups.frames()).isEqualTo(full);
            } else {
                // Such a video is decoded as a whole; Matroska's and fMP4's need not be.
                assertThat(name)
                        .doesNotEndWith(".mkv")
                        .doesNotEndWith(".webm")
                        .doesNotEndWith(".mp4");
            }
        }

        int seconds = 4 * offsets.split(" ").length;
        assertThat(results.get(0))
                .extracting(r -> Math.round(r.timeSeconds()))
                .containsExactlyElementsOf(LongStream.range(0, seconds).boxed().toList());
        assertThat(results.get(0))
                .allSatisfy(
                        r ->
                                assertThat(r.timeSeconds() - Math.floor(r.timeSeconds()))
                                        .isLessThan(0.13));
        assertThat(results.get(1)).hasSizeBetween(seconds * 7 / 3, seconds * 7 / 3 + 1);
        assertThat(results.get(2))
                .extracting(r -> Math.round(r.timeSeconds()))
                .containsExactly(3L, 6L);
        assertThat(results.get(3)).hasSizeBetween(13, 15);
    }

    @Test
    void joinsAreToldAndAreNoDamage() throws Exception {
        concatenatedIn("h264.ts", "-c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p");
        ExtractionRequest request =
                TestRequest.of(folder.resolve("in"), folder.resolve("o")).build();

        VideoOutcome outcome =
                new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.COMPLETE);
        assertThat(outcome.frames()).isEqualTo(12);
        assertThat(outcome.joins()).isEqualTo(2);
        var joins = Json.read(folder.resolve("o/h264/video.json")).path("joins");
        assertThat(joins.path("count").asInt()).isEqualTo(2);
        assertThat(joins.path("at").get(1).path("time_s").asDouble()).isEqualTo(8.0);
        assertThat(joins.path("at").get(1).path("jump_s").asDouble()).isEqualTo(-4.0);
    }

    private Path concatenatedIn(String name, String arguments) throws Exception {
        Path in = Files.createDirectories(folder.resolve("in"));
        return Files.move(concatenated(name, arguments, List.of("0", "0", "0")), in.resolve(name));
    }

    /** Readers of these containers end with the first file; that must be said. */
    @ParameterizedTest
    @CsvSource({"mp4, libx264", "flv, libx264", "asf, wmv2", "mkv, libx264"})
    void aFurtherFileThatIsNotReadIsDamage(String container, String codec) throws Exception {
        concatenatedIn("v." + container, "-pix_fmt yuv420p -c:v " + codec);
        ExtractionRequest request =
                TestRequest.of(folder.resolve("in"), folder.resolve("o")).build();

        VideoOutcome outcome =
                new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);

        assertThat(outcome.frames()).isEqualTo(container.equals("mkv") ? 8 : 4);
        assertThat(outcome.cause()).contains("another", "follows at byte");
    }

    /** A pause of the recording is no join, where the container's clock is to be trusted. */
    @ParameterizedTest
    @CsvSource({"mp4", "mkv", "flv"})
    void aPauseStays(String container) throws Exception {
        Path video =
                ProgramVideos.encode(
                        "v." + container,
                        "-vf setpts=PTS+gte(N\\,50)*300/TB -fps_mode passthrough -c:v libx264"
                                + " -bf 3 -pix_fmt yuv420p",
                        folder);

        List<FrameRecord> frames =
                ExtractionTest.fullDecode(
                        video,
                        folder.resolve("full"),
                        Sampling.rate(Rational.ONE, Sampling.Rule.FIRST));

        assertThat(frames)
                .extracting(r -> Math.round(r.timeSeconds()))
                .containsExactly(0L, 1L, 302L, 303L);
    }
}
