package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.decode.FuzzReference;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Sampling;

/** Files that recorders, converters and accidents make, each with its stated outcome. */
final class OddFilesTest {
    private static final PictureRequest AS_IT_IS =
            TestRequest.picture("source", ImageFormat.PNG, 95);

    @TempDir Path folder;
    private Path in;

    @BeforeEach
    void in() throws IOException {
        in = Files.createDirectories(folder.resolve("in"));
    }

    private Path make(String name, String arguments) throws IOException, InterruptedException {
        Path made = ProgramVideos.encode(name, arguments, folder);
        return Files.move(made, in.resolve(name));
    }

    private VideoOutcome extract(Sampling sampling) throws IOException {
        return extract(sampling, Cancellation.NEVER);
    }

    private VideoOutcome extract(Sampling sampling, Cancellation poll) throws IOException {
        ExtractionRequest request =
                TestRequest.of(in, folder.resolve("out"))
                        .sampling(sampling)
                        .picture(AS_IT_IS)
                        .overwrite(true)
                        .build();
        return new Extraction(request, Progress.NONE, poll).run().get(0);
    }

    private List<FrameRecord> frames() throws IOException {
        try (Stream<Path> lists = Files.walk(folder.resolve("out"))) {
            return FramesCsv.read(
                    lists.filter(f -> f.endsWith(FramesCsv.FILE_NAME)).findFirst().orElseThrow());
        }
    }

    /**
     * All 100 frames of four seconds, at the times k / 25, of this size as stored, no word of
     * damage, and of groups the same as of a full decode.
     */
    @ParameterizedTest
    @CsvSource({
        "wrap.ts, -c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p -output_ts_offset 95440, 320x240",
        "late.mkv, -c:v libx264 -g 25 -bf 2 -pix_fmt yuv420p -output_ts_offset 95443.6, 320x240",
        "late.nut, -c:v libx264 -g 25 -bf 2 -pix_fmt yuv420p -output_ts_offset 95443.6, 320x240",
        "missing.avi, -c:v mpeg4 -bf 2, 320x240",
        "missing.asf, -c:v mpeg2video -b:v 4M -g 38, 320x240",
        "missing.h264, -c:v libx264 -bf 2 -pix_fmt yuv420p, 320x240",
        "bare.mjpeg, -c:v mjpeg -q:v 4 -pix_fmt yuvj420p, 320x240",
        "fragmented.mp4, -c:v libx264 -g 25 -pix_fmt yuv420p -movflags"
                + " frag_keyframe+empty_moov+default_base_moof, 320x240",
        "no_cues.mkv, -c:v libx264 -g 25 -pix_fmt yuv420p -f matroska -live 1, 320x240",
        "wide_pixels.mp4, -c:v libx264 -pix_fmt yuv420p -vf setsar=2, 320x240",
        "hdr.mkv, -c:v libx265 -x265-params log-level=none -pix_fmt yuv420p10le -color_primaries"
                + " bt2020 -color_trc smpte2084 -colorspace bt2020nc, 320x240",
        "full_range.mov, -c:v libx264 -pix_fmt yuvj420p -color_range pc, 320x240",
        "alpha.mov, -c:v qtrle -pix_fmt argb, 320x240",
        "alpha.mkv, -c:v ffv1 -pix_fmt yuva420p, 320x240",
        "odd.mkv, -c:v libx264 -pix_fmt yuv444p -vf scale=319:239, 319x239",
        "odd_chroma.mkv, -c:v ffv1 -pix_fmt yuv420p -vf scale=319:239, 319x239",
        "two.mkv, -map 0:v -map 0:v -s:v:0 320x240 -s:v:1 160x120 -c:v libx264 -pix_fmt yuv420p,"
                + " 320x240",
        "negative.ts, -c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p -output_ts_offset -0.5"
                + " -avoid_negative_ts disabled, 320x240",
        "negative.flv, -c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p -output_ts_offset -1"
                + " -avoid_negative_ts disabled, 320x240",
        // Film of 24 pictures on 30 frames a second, a rate that MPEG-2 has.
        "'telecine.mkv', '-vf fps=24,telecine -c:v mpeg2video -b:v 4M -flags +ildct+ilme',"
                + " 320x240",
    })
    void allFramesCome(String name, String arguments, String size) throws Exception {
        make(name, arguments);
        int count = name.startsWith("telecine") ? 120 : 100;

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.cause()).isEmpty();
        assertThat(outcome.joins()).isZero();
        List<FrameRecord> frames = frames();
        assertThat(frames).hasSize(count);
        for (int i = 0; i < count; i++) {
            FrameRecord frame = frames.get(i);
            assertThat(frame.width() + "x" + frame.height()).isEqualTo(size);
            // Matroska tells milliseconds; the times that are missing, FFmpeg guesses.
            double off = name.startsWith("missing") ? 0.041 : 0.0011;
            assertThat(frame.timeSeconds() - i * 4.0 / count).isBetween(-off, off);
        }
        sameByGroups(in.resolve(name), Sampling.every(7));
    }

    private void sameByGroups(Path video, Sampling sampling) throws IOException {
        ExtractionTest.ByGroups groups =
                ExtractionTest.byGroups(video, folder.resolve("groups"), sampling, 2);
        if (groups.refusal().isEmpty()) {
            assertThat(groups.frames())
                    .isEqualTo(ExtractionTest.fullDecode(video, folder.resolve("full"), sampling));
        }
    }

    /**
     * Decoders that work at once do not disturb each other's grain, which is never the same twice.
     */
    @Test
    void filmGrainIsThatOfTheStream() throws Exception {
        make(
                "grain.mkv",
                "-c:v libsvtav1 -preset 10 -g 11 -svtav1-params lp=1:film-grain=8 -pix_fmt"
                        + " yuv420p");
        List<byte[]> alone = pictures(1);

        assertThat(alone).hasSize(100);
        List<byte[]> together = pictures(4);
        for (int i = 0; i < alone.size(); i++) {
            assertThat(together.get(i)).as("frame " + i).isEqualTo(alone.get(i));
        }
    }

    /** What cannot be decoded before the first key frame is lost, but not in silence. */
    @Test
    void aBeginningInsideAGroupIsSaid() throws Exception {
        Path whole =
                ProgramVideos.encode(
                        "whole.ts", "-c:v libx264 -g 50 -bf 2 -pix_fmt yuv420p", folder);
        byte[] bytes = Files.readAllBytes(whole);
        int cut = bytes.length / 8 / 188 * 188;
        Files.write(in.resolve("v.ts"), Arrays.copyOfRange(bytes, cut, bytes.length));

        VideoOutcome outcome =
                extract(Sampling.rate(Rational.parse("5", "fps"), Sampling.Rule.FIRST));

        assertThat(outcome.cause())
                .matches(
                        "begins inside a group of pictures: \\d+ pictures before its first key"
                                + " frame at \\d\\.\\d+ s cannot be decoded");
        assertThat(outcome.selfCheck().differed()).isFalse();
        assertThat(frames()).hasSizeBetween(8, 19);
    }

    /**
     * A recording behind one of another kind is not read, but not passed over in silence either.
     */
    @ParameterizedTest
    @CsvSource({"first.ts, mp4, mov", "first.mkv, mp4, mov", "first.ts, mkv, matroska"})
    void whatFollowsInAnotherContainerIsSaid(String name, String other, String kind)
            throws Exception {
        String h264 = "-c:v libx264 -g 25 -pix_fmt yuv420p";
        Path first = ProgramVideos.encode(name, h264, folder);
        Path second = ProgramVideos.encode("second." + other, h264, folder);
        Path both = in.resolve("v" + name.substring(name.indexOf('.')));
        Files.copy(first, both);
        Files.write(both, Files.readAllBytes(second), StandardOpenOption.APPEND);

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.cause())
                .contains("another " + kind + " file follows at byte " + Files.size(first));
        assertThat(frames()).hasSize(100);
    }

    private List<byte[]> pictures(int jobs) throws IOException {
        Path output = folder.resolve("jobs" + jobs);
        ExtractionRequest request =
                TestRequest.of(in, output)
                        .sampling(Sampling.every(1))
                        .picture(AS_IT_IS)
                        .selfCheck(0)
                        .jobs(jobs)
                        .build();
        VideoOutcome outcome =
                new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);
        assertThat(outcome.cause()).isEmpty();
        List<byte[]> pictures = new ArrayList<>();
        try (Stream<Path> files = Files.walk(output)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".png")).sorted().toList()) {
                pictures.add(Files.readAllBytes(file));
            }
        }
        return pictures;
    }

    /** Where an edit list begins amid a group, time zero is the first frame that is shown. */
    @Test
    void editListsAreFollowed() throws Exception {
        Path whole =
                ProgramVideos.encode(
                        "whole.mp4", "-c:v libx264 -g 50 -bf 2 -pix_fmt yuv420p", folder);
        ffmpeg("-ss", "1.4", "-i", whole.toString(), "-c", "copy", in.resolve("v.mp4").toString());

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.cause()).isEmpty();
        assertThat(outcome.joins()).isZero();
        assertThat(frames()).hasSize(65);
        assertThat(frames().get(0).timeSeconds()).isLessThan(0.041);
    }

    /** Of an edit list with two entries, the parts that it names, one behind the other. */
    @Test
    void editListsOfSeveralPartsAreFollowed() throws Exception {
        Path video = make("v.mp4", "-c:v libx264 -g 10 -bf 0 -pix_fmt yuv420p");
        extract(Sampling.every(1));
        List<FrameRecord> whole = frames();
        Files.write(video, withEdits(Files.readAllBytes(video), 0, 2));

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.cause()).isEmpty();
        List<FrameRecord> parts = frames();
        assertThat(parts).hasSize(50);
        for (int i = 0; i < 50; i++) {
            FrameRecord shown = whole.get(i < 25 ? i : i + 25);
            assertThat(parts.get(i).sha256()).isEqualTo(shown.sha256());
            assertThat(parts.get(i).timeSeconds()).isBetween(i / 25.0 - 1e-3, i / 25.0 + 1e-3);
        }
        sameByGroups(video, Sampling.every(7));
    }

    /**
     * Edits that begin and end amid groups with B-pictures: what must be decoded besides is not
     * shown, and does not make a join of the next edit. Forwards, backwards, split, repeated.
     */
    @Test
    void editsAmidGroupsShowWhatTheyNameAlone() throws Exception {
        Path video = make("v.mp4", "-c:v libx264 -g 50 -bf 2 -pix_fmt yuv420p");
        extract(Sampling.every(1));
        List<FrameRecord> whole = frames();
        byte[] plain = Files.readAllBytes(video);
        double[][] edits = {{0.4, 2.52}, {2.4, 0.4}, {0.6, 1.6}, {0.2, 0.2, 0.2}, {1.2, 2, 0.48}};
        for (double[] starts : edits) {
            Files.write(video, withEdits(plain.clone(), starts));

            VideoOutcome outcome = extract(Sampling.every(1));

            assertThat(outcome.cause()).isEmpty();
            List<FrameRecord> parts = frames();
            assertThat(parts).as("%s", Arrays.toString(starts)).hasSize(25 * starts.length);
            for (int i = 0; i < parts.size(); i++) {
                int shown = (int) Math.round(25 * starts[i / 25]) + i % 25;
                assertThat(parts.get(i).sha256()).isEqualTo(whole.get(shown).sha256());
                // FFmpeg's reader gives the first frames of an edit times that are off by up to two
                // frames.
                assertThat(parts.get(i).timeSeconds()).isCloseTo(i / 25.0, within(0.082));
            }
            sameByGroups(video, Sampling.every(7));
        }
    }

    /**
     * Makes the edit list of an MP4 whose index is at its end name one second from each of these.
     */
    private static byte[] withEdits(byte[] mp4, double... seconds) {
        String text = new String(mp4, StandardCharsets.ISO_8859_1);
        ByteBuffer old = ByteBuffer.wrap(mp4);
        int movieScale = old.getInt(text.indexOf("mvhd") + 4 + 12);
        int mediaScale = old.getInt(text.indexOf("mdhd") + 4 + 12);
        int list = text.indexOf("elst") - 4;
        int end = list + old.getInt(list);
        // Where the encoder's own edit begins: at the first picture that is shown.
        int first = old.getInt(list + 20);
        int more = 16 + 12 * seconds.length - (end - list);
        for (String box : List.of("moov", "trak", "edts")) {
            int at = text.indexOf(box) - 4;
            old.putInt(at, old.getInt(at) + more);
        }
        ByteBuffer made = ByteBuffer.allocate(mp4.length + more);
        made.put(mp4, 0, list).putInt(16 + 12 * seconds.length).put(mp4, list + 4, 4).putInt(0);
        made.putInt(seconds.length);
        for (double second : seconds) {
            int at = first + (int) Math.round(second * mediaScale);
            made.putInt(movieScale).putInt(at).putInt(1 << 16);
        }
        return made.put(mp4, end, mp4.length - end).array();
    }

    /**
     * DivX's packed streams put a B-picture into the packet of the picture behind it: the frames
     * are those that FFmpeg decodes, at even distances, two fewer than were encoded.
     */
    @Test
    void packedStreamsGiveWhatDecodes() throws Exception {
        Path video = make("packed.avi", "-c:v libxvid -bf 2 -g 25");

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.cause()).isEmpty();
        List<FrameRecord> frames = frames();
        try (FuzzReference decoded = new FuzzReference(video, Sampling.every(1), 0)) {
            assertThat(frames).hasSameSizeAs(decoded.frames).hasSizeGreaterThan(95);
        }
        for (int i = 1; i < frames.size(); i++) {
            assertThat(frames.get(i).timeSeconds() - frames.get(i - 1).timeSeconds())
                    .isBetween(0.0399, 0.0401);
        }
    }

    /**
     * Matroska has no times below zero: frames that lack one come before the first that has one, at
     * the distance of frames, as a player shows them, and are counted.
     */
    @Test
    void framesWithoutATimeAreCounted() throws Exception {
        make(
                "v.mkv",
                "-c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p -output_ts_offset -0.5"
                        + " -avoid_negative_ts disabled");

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.cause()).isEmpty();
        List<FrameRecord> frames = frames();
        assertThat(frames).hasSize(100);
        for (int i = 1; i < 100; i++) {
            assertThat(frames.get(i).timeSeconds() - frames.get(i - 1).timeSeconds())
                    .isBetween(0.0389, 0.0411);
        }
        assertThat(Json.read(folder.resolve("out/v/video.json")).path("times_estimated").asInt())
                .isEqualTo(13);
    }

    /**
     * A colour comes out as it went in, whatever matrix, range and depth the video has; wide gamut
     * and HDR keep their code values, nothing is mapped; alpha is left out.
     */
    @ParameterizedTest
    @CsvSource({
        "full.mov, bt709, pc, yuvj420p, libx264 -qp 0 -color_range pc -colorspace bt709",
        "sd.mp4, bt601, tv, yuv420p, libx264 -qp 0 -color_range tv -colorspace smpte170m",
        "hd.mp4, bt709, tv, yuv420p, libx264 -qp 0 -color_range tv -colorspace bt709",
        "hdr.mkv, bt2020, tv, yuv420p10le, libx265 -x265-params log-level=none:qp=4 -color_range tv"
                + " -colorspace bt2020nc -color_primaries bt2020 -color_trc smpte2084",
        "alpha.mov, bt709, pc, argb, qtrle",
        "alpha.mkv, bt601, tv, yuva444p, ffv1 -colorspace smpte170m",
    })
    void coloursComeOutAsTheyWentIn(
            String name, String matrix, String range, String pixels, String codec)
            throws Exception {
        String filters =
                "drawbox=0:0:320:240:0x3070B0@1:fill,scale=out_range=%s:out_color_matrix=%s,format=%s";
        String alpha = name.startsWith("alpha") ? ",lut=a=128" : "";
        make(name, "-vf " + filters.formatted(range, matrix, pixels) + alpha + " -c:v " + codec);

        assertThat(extract(Sampling.every(50)).cause()).isEmpty();

        String stem = name.replaceAll("\\..*", "");
        Path picture = folder.resolve("out/" + stem + "/" + stem + "_000001.png");
        int rgb = javax.imageio.ImageIO.read(picture.toFile()).getRGB(100, 100);
        assertThat(rgb >> 16 & 0xff).isBetween(0x30 - 3, 0x30 + 3);
        assertThat(rgb >> 8 & 0xff).isBetween(0x70 - 3, 0x70 + 3);
        assertThat(rgb & 0xff).isBetween(0xb0 - 4, 0xb0 + 4);
    }

    private static void ffmpeg(String... arguments) throws IOException, InterruptedException {
        List<String> command =
                Stream.concat(
                                Stream.of("ffmpeg", "-y", "-nostdin", "-v", "error"),
                                Arrays.stream(arguments))
                        .toList();
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            Assumptions.assumeTrue(code == 0, () -> "ffmpeg cannot do " + command);
        } catch (IOException e) {
            Assumptions.abort("no ffmpeg program is installed");
        }
    }

    /** A cover is no video: beside one it is passed over, alone the file has none. */
    @Test
    void coverPicturesAreNoVideo() throws Exception {
        Path cover = folder.resolve("c.png");
        ffmpeg("-f", "lavfi", "-i", "color=red:size=800x800", "-frames:v", "1", cover.toString());
        Path video = ProgramVideos.encode("v.mp4", "-c:v libx264 -pix_fmt yuv420p", folder);
        ffmpeg(
                "-i",
                video.toString(),
                "-i",
                cover.toString(),
                "-map",
                "1",
                "-map",
                "0",
                "-c",
                "copy",
                "-disposition:v:0",
                "attached_pic",
                in.resolve("v.mp4").toString());
        assertThat(extract(Sampling.every(10)).frames()).isEqualTo(10);
        assertThat(frames().get(0).width()).isEqualTo(320);

        ffmpeg(
                "-f",
                "lavfi",
                "-i",
                "sine=duration=1",
                "-i",
                cover.toString(),
                "-map",
                "0",
                "-map",
                "1",
                "-c:v",
                "copy",
                "-disposition:v:0",
                "attached_pic",
                in.resolve("v.mp4").toString());
        VideoOutcome alone = extract(Sampling.every(10));
        assertThat(alone.state()).isEqualTo(VideoOutcome.State.FAILED);
        assertThat(alone.cause()).contains("no video stream");
    }

    /** A white corner goes where the matrix of the track says. */
    @ParameterizedTest
    @CsvSource({
        "upright, 1 0 0 1, 0 0, 320x240",
        "quarter, 0 1 -1 0, 1 0, 240x320",
        "half, -1 0 0 -1, 1 1, 320x240",
        "mirror, -1 0 0 1, 1 0, 320x240",
        "flip, 1 0 0 -1, 0 1, 320x240",
        "transpose, 0 1 1 0, 0 0, 240x320",
    })
    void picturesAreTurnedAndMirrored(String name, String matrix, String corner, String size)
            throws Exception {
        Path video =
                make(
                        "v.mp4",
                        "-vf drawbox=0:0:320:240:black:fill,drawbox=0:0:80:60:white:fill -c:v"
                                + " libx264 -pix_fmt yuv420p");
        byte[] bytes = Files.readAllBytes(video);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("tkhd");
        String[] values = matrix.split(" ");
        for (int i = 0; i < 4; i++) {
            int at = header + 4 + 40 + 4 * (i < 2 ? i : i + 1);
            ByteBuffer.wrap(bytes).putInt(at, Integer.parseInt(values[i]) << 16);
        }
        Files.write(video, bytes);

        assertThat(extract(Sampling.every(50)).cause()).isEmpty();

        java.awt.image.BufferedImage image =
                javax.imageio.ImageIO.read(folder.resolve("out/v/v_000000.png").toFile());
        assertThat(image.getWidth() + "x" + image.getHeight()).as(name).isEqualTo(size);
        for (int x = 0; x < 2; x++) {
            for (int y = 0; y < 2; y++) {
                int green =
                        image.getRGB(
                                                x == 0 ? 20 : image.getWidth() - 20,
                                                y == 0 ? 20 : image.getHeight() - 20)
                                        >> 8
                                & 0xff;
                assertThat(green > 128).as(name).isEqualTo(corner.equals(x + " " + y));
            }
        }
    }

    /** Size, chroma and parameter sets may change between recordings; each frame is as it is. */
    @Test
    void everyFrameComesWhereTheFormatChanges() throws Exception {
        String[] kinds = {
            "-c:v libx264 -pix_fmt yuv420p -bf 2",
            "-c:v libx264 -pix_fmt yuv420p -bf 0 -refs 1 -profile:v baseline -output_ts_offset 4",
            "-c:v libx264 -pix_fmt yuv420p -s 160x120 -output_ts_offset 8",
            "-c:v libx264 -pix_fmt yuv444p -output_ts_offset 12",
        };
        try (var all = Files.newOutputStream(in.resolve("v.ts"))) {
            for (int i = 0; i < kinds.length; i++) {
                all.write(Files.readAllBytes(ProgramVideos.encode(i + ".ts", kinds[i], folder)));
            }
        }

        VideoOutcome outcome = extract(Sampling.every(1));

        // A transport stream whose counters are out of step may have lost packets.
        assertThat(outcome.cause()).contains("cut off or damaged");
        assertThat(outcome.joins()).isZero();
        List<FrameRecord> frames = frames();
        assertThat(frames).hasSize(400);
        for (int i = 0; i < 400; i++) {
            assertThat(frames.get(i).width()).isEqualTo(i / 100 == 2 ? 160 : 320);
        }
        assertThat(outcome.sizes()).isEqualTo(2);
        JsonNode sizes = Json.read(folder.resolve("out/v/video.json")).path("sizes");
        assertThat(sizes).hasSize(2);
        assertThat(sizes.get(0).toString())
                .isEqualTo("{\"width\":320,\"height\":240,\"frames\":300,\"from_s\":0.0}");
        assertThat(sizes.get(1).path("width").asInt()).isEqualTo(160);
        assertThat(sizes.get(1).path("frames").asInt()).isEqualTo(100);
        assertThat(sizes.get(1).path("from_s").asDouble()).isEqualTo(frames.get(200).timeSeconds());
        assertThat(extract(Sampling.every(1)).sizes()).as("of an earlier run").isEqualTo(2);
        sameByGroups(in.resolve("v.ts"), Sampling.every(23));
    }

    /** What was cut off is said, what is before is that of the whole file. */
    @ParameterizedTest
    @ValueSource(strings = {"v.ts", "v.mkv", "v.avi", "v.mpg", "v.flv", "v.mp4"})
    void filesCutInTheMiddleOfAUnitSaySo(String name) throws Exception {
        Path video =
                make(
                        name,
                        name.endsWith("mpg")
                                ? "-c:v mpeg2video -bf 2"
                                : name.endsWith("avi")
                                        ? "-c:v mpeg4"
                                        : "-c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p"
                                                + (name.endsWith("mp4")
                                                        ? " -movflags +faststart"
                                                        : ""));
        extract(Sampling.every(5));
        List<FrameRecord> whole = frames();
        byte[] bytes = Files.readAllBytes(video);
        Files.write(video, Arrays.copyOf(bytes, (int) (bytes.length * 0.617)));

        VideoOutcome outcome = extract(Sampling.every(5));

        assertThat(outcome.frames()).isBetween(5L, 17L);
        if (!name.endsWith("mpg") && !name.endsWith("flv")) {
            assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
            assertThat(outcome.cause()).isNotEmpty();
        }
        List<FrameRecord> cut = frames();
        // The last one or two may be what the decoder makes up for what is missing.
        for (int i = 0; i < cut.size() - 2; i++) {
            assertThat(cut.get(i)).isEqualTo(whole.get(i));
        }
    }

    /** Less is missing than the length in the header may differ from that of the pictures. */
    @ParameterizedTest
    @CsvSource({
        "v.mkv, -c:v libx264 -g 25 -pix_fmt yuv420p",
        "v.webm, -c:v libvpx -g 25",
        "v.avi, -c:v mpeg4 -g 25",
    })
    void filesCutNearTheirEndSaySo(String name, String arguments) throws Exception {
        Path video = make(name, arguments);
        byte[] bytes = Files.readAllBytes(video);
        assertThat(extract(Sampling.every(5)).cause()).isEmpty();
        Files.write(video, Arrays.copyOf(bytes, bytes.length * 9 / 10));

        VideoOutcome outcome = extract(Sampling.every(5));

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(outcome.cause())
                .endsWith(
                        "its header says "
                                + bytes.length
                                + " bytes, "
                                + bytes.length * 9 / 10
                                + " are there");
    }

    /** The decoder passes over errors in motion JPEG, but the extraction does not. */
    @Test
    void errorsInMotionJpegAreSaid() throws Exception {
        Path video = make("v.mkv", "-c:v mjpeg -q:v 4 -pix_fmt yuvj420p");
        try (RandomAccessFile file = new RandomAccessFile(video.toFile(), "rw")) {
            file.seek(file.length() / 2);
            file.write(new byte[60]);
        }

        VideoOutcome outcome = extract(Sampling.every(1));

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(outcome.cause()).contains("decoding after");
        // The picture with the error is left out.
        assertThat(outcome.frames()).isEqualTo(99);
    }

    /**
     * FFV1's decoder fills a slice whose checksum is wrong with the picture before, which in a
     * group alone is another one or none, and only logs it.
     */
    @Test
    void whatTheDecoderOnlyLogsIsSaidAndDecodedInFull() throws Exception {
        Path video =
                make(
                        "v.avi",
                        "-an -c:v ffv1 -level 3 -slices 4 -slicecrc 1 -g 10 -pix_fmt yuv420p");
        byte[] bytes = Files.readAllBytes(video);
        // In the middle of the 51st frame, the first of a group.
        int at = indexOf(bytes, "movi", 0);
        for (int i = 0; i <= 50; i++) {
            at = indexOf(bytes, "00dc", at + 1);
        }
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
        bytes[at + 8 + length / 2] ^= 1;
        Files.write(video, bytes);

        VideoOutcome outcome = extract(Sampling.every(5));

        assertThat(outcome.frames()).isEqualTo(20);
        JsonNode about = Json.read(folder.resolve("out/v/video.json"));
        assertThat(about.path("decoded").asText()).isEqualTo("every frame");
        assertThat(about.path("decoder_errors").path("count").asLong()).isEqualTo(1);
        assertThat(about.path("decoder_errors").path("first").asText()).startsWith("slice CRC");
        Sampling sampling = Sampling.every(5);
        assertThat(ExtractionTest.byGroups(video, folder.resolve("groups"), sampling, 2).refusal())
                .hasValueSatisfying(full -> assertThat(full.reason()).contains("the decoder logs"));
    }

    private static int indexOf(byte[] bytes, String word, int from) {
        return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(word, from);
    }

    /** Frames around the join are shown in another order than that of their times. */
    @Test
    void partsJoinedInsideAGroupAreDecodedInFull() throws Exception {
        Path video =
                make(
                        "v.flv",
                        "-an -c:v libx264 -preset fast -bf 3 -g 50 -sc_threshold 0 -pix_fmt"
                                + " yuv420p");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(video));
        int number = 0;
        for (int at = 13; at < bytes.capacity(); ) {
            int size = bytes.getInt(at) & 0xffffff;
            int time = bytes.getInt(at + 4) >>> 8 | (bytes.get(at + 7) & 0xff) << 24;
            if (bytes.get(at) == 9 && number++ > 30) {
                // The clock starts again an hour before.
                int other = time + 7_200_000 - 3_600_000;
                bytes.put(at + 4, (byte) (other >> 16)).put(at + 5, (byte) (other >> 8));
                bytes.put(at + 6, (byte) other).put(at + 7, (byte) (other >> 24));
            } else if (bytes.get(at) == 9) {
                int other = time + 7_200_000;
                bytes.put(at + 4, (byte) (other >> 16)).put(at + 5, (byte) (other >> 8));
                bytes.put(at + 6, (byte) other).put(at + 7, (byte) (other >> 24));
            }
            at += size + 15;
        }
        Files.write(video, bytes.array());

        VideoOutcome outcome = extract(Sampling.every(3));

        assertThat(outcome.joins()).isEqualTo(1);
        assertThat(outcome.frames()).isEqualTo(34);
        assertThat(Json.read(folder.resolve("out/v/video.json")).path("decoded").asText())
                .isEqualTo("every frame");
    }

    @Test
    void mp4WithoutItsIndexFailsWithTheCause() throws Exception {
        Path video = make("v.mp4", "-c:v libx264 -pix_fmt yuv420p");
        byte[] bytes = Files.readAllBytes(video);
        int index = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("moov") - 4;
        Files.write(video, Arrays.copyOf(bytes, index));

        VideoOutcome outcome = extract(Sampling.every(5));

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.FAILED);
        assertThat(outcome.cause()).contains("index");
    }

    /** Flipped bits are told, or the frames by groups are those of decoding everything. */
    @ParameterizedTest
    @ValueSource(strings = {"v.ts", "v.mkv", "v.mp4", "v.mpg", "v.avi"})
    void flippedBitsNeverMakeGroupsDifferFromAFullDecode(String name) throws Exception {
        String codec =
                name.endsWith("mpg")
                        ? "mpeg2video -bf 2"
                        : name.endsWith("avi") ? "mpeg4 -bf 2" : "libx264 -bf 2 -pix_fmt yuv420p";
        Path video = make(name, "-g 20 -c:v " + codec);
        byte[] good = Files.readAllBytes(video);
        for (int seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            byte[] bad = good.clone();
            for (int i = 0; i <= seed; i++) {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(video, bad);
            try {
                sameByGroups(video, Sampling.every(9));
            } catch (IOException e) {
                assertThat(extract(Sampling.every(9)).cause()).isNotEmpty();
            }
        }
    }

    /** A recording that goes on while it is read gives what is there, and is not called whole. */
    @Test
    void aFileThatGrowsIsSaid() throws Exception {
        Path video = make("v.ts", "-c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p");
        byte[] bytes = Files.readAllBytes(video);
        Files.write(video, Arrays.copyOf(bytes, bytes.length / 2 / 188 * 188));
        ExtractionRequest request =
                TestRequest.of(in, folder.resolve("out")).sampling(Sampling.every(5)).build();
        int[] polls = {0};

        VideoOutcome outcome =
                new Extraction(
                                request,
                                Progress.NONE,
                                () -> {
                                    if (++polls[0] == 20) {
                                        append(video, bytes);
                                    }
                                    return false;
                                })
                        .run()
                        .get(0);

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.DAMAGED);
        assertThat(outcome.cause()).startsWith("the file changed while it was read");
        assertThat(outcome.cause()).contains("with overwrite set");
        assertThat(outcome.frames()).isPositive();
    }

    private static void append(Path video, byte[] whole) {
        try (RandomAccessFile file = new RandomAccessFile(video.toFile(), "rw")) {
            int length = (int) file.length();
            file.seek(length);
            file.write(whole, length, whole.length - length);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Open files stay as many as there were, however many videos there are. */
    @Test
    void descriptorsStayFlatOverManyVideos() throws Exception {
        Path self = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.exists(self), "no /proc to count open files in");
        Path one =
                TestVideos.write(
                        folder.resolve("one.avi"),
                        3,
                        TestVideos.settings("avi", "mjpeg", "1", 1, 0));
        int videos = Integer.getInteger("surgenet.videos", 300);
        for (int i = 0; i < videos; i++) {
            Files.createLink(in.resolve("v" + i + ".avi"), one);
        }
        int[] most = new int[2];
        int[] polls = {0};
        ExtractionRequest request =
                TestRequest.of(in, folder.resolve("out")).sampling(Sampling.every(1)).build();

        List<VideoOutcome> outcomes =
                new Extraction(
                                request,
                                Progress.NONE,
                                () -> {
                                    int half = ++polls[0] < videos ? 0 : 1;
                                    most[half] = Math.max(most[half], self.toFile().list().length);
                                    return false;
                                })
                        .run();

        assertThat(outcomes).hasSize(videos);
        assertThat(outcomes).allMatch(o -> o.frames() == 3 && !o.failed());
        assertThat(most[1]).isLessThan(most[0] + 20);
    }

    /** Some decoders mark no key frames, which is no lack of the video. */
    @Test
    void decodersWithoutKeyFramesSaySo() throws Exception {
        make("v.mkv", "-c:v svq1");

        VideoOutcome outcome = extract(Sampling.keyframes());

        assertThat(outcome.state()).isEqualTo(VideoOutcome.State.NO_FRAME);
        assertThat(outcome.cause()).contains("the decoder of svq1 calls no frame a key frame");
    }

    /** What is read ahead of --end is no length; the groups compared are told. */
    @Test
    void theLengthReadEndsAtTheEndThatIsAskedFor() throws Exception {
        make("v.mp4", "-c:v libx264 -bf 2 -g 25 -pix_fmt yuv420p");

        VideoOutcome outcome =
                extract(Sampling.every(1).between(null, Rational.parse("0.04", "end")));

        assertThat(outcome.frames()).isEqualTo(1);
        assertThat(outcome.seconds()).isEqualTo(0.04);
        assertThat(outcome.selfCheck().groups()).isEqualTo(1);
    }

    /** A sampling that takes nothing may have been told to end too early. */
    @Test
    void noFrameBeforeTheEndNamesTheEnd() throws Exception {
        make("v.mp4", "-c:v libx264 -g 25 -pix_fmt yuv420p");
        Sampling rare = Sampling.rate(new Rational(1, 10), Sampling.Rule.NEAREST);

        VideoOutcome outcome = extract(rare.between(null, new Rational(2, 1)));

        assertThat(outcome.cause())
                .isEqualTo(
                        "no frame: none is taken at fps 1/10 before end 2.000 s (the video has"
                                + " 4.000 s)");
    }

    @Test
    void framesOfOneSizeNeedNoList() throws Exception {
        make("v.mp4", "-c:v libx264 -g 25 -pix_fmt yuv420p");

        VideoOutcome outcome = extract(Sampling.every(9));

        assertThat(outcome.sizes()).isEqualTo(1);
        assertThat(Json.read(folder.resolve("out/v/video.json")).has("sizes")).isFalse();
    }
}
