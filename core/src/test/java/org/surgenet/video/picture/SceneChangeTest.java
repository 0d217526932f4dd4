package org.surgenet.video.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgproc.Imgproc;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.Extraction;
import org.surgenet.video.ExtractionRequest;
import org.surgenet.video.ExtractionTest;
import org.surgenet.video.TestRequest;
import org.surgenet.video.TestVideos;
import org.surgenet.video.container.VideoWriter;
import org.surgenet.video.sampling.Sampling;

/** The first frame after each cut, on videos whose cuts are known. */
final class SceneChangeTest {
    /** Numbers of the frames that begin a scene. */
    private static final List<Integer> SCENES = List.of(0, 17, 40, 41, 90);

    private static final int FRAMES = 110;
    private static final int FPS = 10;

    @TempDir Path folder;

    /** Scenes of one colour each with a block that moves, at ten frames a second. */
    private Path video(String container, String codec) throws IOException {
        Path file = folder.resolve("in/v." + (container.equals("matroska") ? "mkv" : container));
        byte[][] colours = {
            {90, 30, 20}, {30, 110, 60}, {(byte) 200, 60, 50}, {20, 20, 90}, {90, 30, 20}
        };
        VideoWriter.Settings settings = TestVideos.settings(container, codec, "" + FPS, 30, 0);
        try (VideoWriter writer =
                VideoWriter.of(file, TestVideos.WIDTH, TestVideos.HEIGHT, settings)) {
            int scene = -1;
            for (int i = 0; i < FRAMES; i++) {
                scene += SCENES.contains(i) ? 1 : 0;
                writer.write(picture(colours[scene], i));
            }
            writer.finish();
        }
        return file;
    }

    private static byte[] picture(byte[] colour, int number) {
        byte[] pixels = new byte[3 * TestVideos.WIDTH * TestVideos.HEIGHT];
        for (int p = 0; p < pixels.length; p++) {
            int x = p / 3 % TestVideos.WIDTH;
            boolean block = (x + 2 * number) % TestVideos.WIDTH < 12;
            pixels[p] = block ? (byte) 180 : colour[p % 3];
        }
        return pixels;
    }

    private static Sampling scenes(double threshold, String shortest) {
        return Sampling.scenes(
                new Sampling.Scenes(threshold, Rational.parseTime(shortest, "shortest")));
    }

    private ExtractionRequest request(Sampling sampling, String output) {
        return TestRequest.of(folder.resolve("in"), folder.resolve(output))
                .sampling(sampling)
                .build();
    }

    private List<Double> times(Sampling sampling, String output) throws IOException {
        ExtractionRequest request = request(sampling, output);
        new Extraction(request, Progress.NONE, Cancellation.NEVER).run();
        return FramesCsv.read(folder.resolve(output + "/v/frames.csv")).stream()
                .map(FrameRecord::timeSeconds)
                .toList();
    }

    private static List<Double> seconds(Integer... frames) {
        return List.of(frames).stream().map(n -> n / (double) FPS).toList();
    }

    @ParameterizedTest
    @CsvSource({"mp4,libopenh264", "matroska,mpeg4", "avi,mjpeg"})
    void theFirstFrameOfEachSceneIsTakenAndScored(String container, String codec)
            throws IOException {
        video(container, codec);

        assertThat(times(scenes(10, "0"), "out")).isEqualTo(seconds(0, 17, 40, 41, 90));
        JsonNode scenes = Json.read(folder.resolve("out/v/video.json")).path("scenes");
        assertThat(scenes.path("threshold").asDouble()).isEqualTo(10);
        assertThat(scenes.path("at")).hasSize(5);
        assertThat(scenes.path("at").get(0).path("score").isNull()).isTrue();
        for (int i = 1; i < 5; i++) {
            JsonNode cut = scenes.path("at").get(i);
            assertThat(cut.path("time_s").asDouble()).isEqualTo(SCENES.get(i) / (double) FPS);
            assertThat(cut.path("score").asDouble()).isGreaterThanOrEqualTo(10);
        }
        assertThat(times(scenes(200, "0"), "none")).isEqualTo(seconds(0));
    }

    @Test
    void shortScenesArePassedOverAndCounted() throws IOException {
        video("mp4", "libopenh264");

        // Frame 41 begins the fourth scene a tenth of a second after the third.
        assertThat(times(scenes(10, "0.1"), "long")).isEqualTo(seconds(0, 17, 40, 41, 90));
        assertThat(times(scenes(10, "0.11"), "out")).isEqualTo(seconds(0, 17, 40, 90));
        JsonNode scenes = Json.read(folder.resolve("out/v/video.json")).path("scenes");
        assertThat(scenes.path("cuts_passed_over").asInt()).isEqualTo(1);
        assertThat(scenes.path("min_scene_s").asDouble()).isEqualTo(0.11);
    }

    @Test
    void theFirstFrameBehindTheStartIsTheFirst() throws IOException {
        video("mp4", "libopenh264");
        Sampling part =
                scenes(10, "0").between(Rational.parse("2", "start"), Rational.parse("9", "end"));

        assertThat(times(part, "out")).isEqualTo(seconds(20, 40, 41));
    }

    @Test
    void aRunThatWasCutOffEndsWithTheSameFilesAndScores() throws IOException {
        video("mp4", "libopenh264");
        times(scenes(10, "0"), "whole");
        ExtractionRequest request = request(scenes(10, "0"), "cut");
        int[] asked = new int[1];
        Cancellation stop = () -> asked[0]++ > 60;

        try {
            new Extraction(request, Progress.NONE, stop).run();
        } catch (InterruptedRunException e) {
            assertThat(Files.exists(folder.resolve("cut/v/frames.journal"))).isTrue();
        }
        assertThat(folder.resolve("cut/v/frames.csv")).doesNotExist();
        times(scenes(10, "0"), "cut");

        assertThat(ExtractionTest.hashes(folder.resolve("cut")))
                .isEqualTo(ExtractionTest.hashes(folder.resolve("whole")));
    }

    /** OpenCV's own conversion and means, with hue as a circle. */
    @Test
    void scoresAreThoseOfOpencvsChannels() {
        Loader.load(org.bytedeco.opencv.opencv_java.class);
        Random random = new Random(7);
        byte[] a = new byte[3 * 64 * 64];
        byte[] b = new byte[a.length];
        random.nextBytes(a);
        random.nextBytes(b);
        // Greys, primaries and extremes too.
        for (int i = 0; i < 300; i++) {
            a[i] = (byte) (i / 3);
            b[i] = (byte) (i % 2 == 0 ? 255 : 0);
        }
        byte[] hsvA = opencvHsv(a);
        byte[] hsvB = opencvHsv(b);
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            int d = Math.abs((hsvA[i] & 0xff) - (hsvB[i] & 0xff));
            sum += i % 3 == 0 ? Math.min(d, 180 - d) : d;
        }

        ContentChange.hsv(a);
        ContentChange.hsv(b);

        assertThat(a).isEqualTo(hsvA);
        assertThat(b).isEqualTo(hsvB);
        assertThat(ContentChange.difference(a, b)).isCloseTo(sum / a.length, within(1e-9));
    }

    private static byte[] opencvHsv(byte[] rgb) {
        Mat source = new Mat(64, 64, CvType.CV_8UC3);
        Mat target = new Mat();
        try {
            source.put(0, 0, rgb);
            Imgproc.cvtColor(source, target, Imgproc.COLOR_RGB2HSV);
            byte[] hsv = new byte[rgb.length];
            target.get(0, 0, hsv);
            return hsv;
        } finally {
            source.release();
            target.release();
        }
    }

    /** On frames as large as the reduced ones, the score is that of the pictures as written. */
    @Test
    void theScoreOfADecodedCutIsThatOfItsPictures() throws IOException {
        Path file = folder.resolve("in/v.mkv");
        VideoWriter.Settings lossless =
                new VideoWriter.Settings(
                        "matroska", "ffv1", Rational.parse("10", "fps"), 10, 300_000, 0, Map.of());
        byte[] dark = {60, 60, 60};
        byte[] bright = {(byte) 160, (byte) 160, (byte) 160};
        try (VideoWriter writer =
                VideoWriter.of(file, TestVideos.WIDTH, TestVideos.HEIGHT, lossless)) {
            for (int i = 0; i < 4; i++) {
                writer.write(flat(i < 2 ? dark : bright));
            }
            writer.finish();
        }
        List<Double> scores = new ArrayList<>();

        times(scenes(1, "0"), "out");

        JsonNode at = Json.read(folder.resolve("out/v/video.json")).path("scenes").path("at");
        at.forEach(cut -> scores.add(cut.path("score").asDouble()));
        // Greys have neither hue nor saturation: a third of the difference of 100.
        assertThat(scores).hasSize(2);
        assertThat(scores.get(1)).isCloseTo(100 / 3.0, within(0.7));
    }

    private static byte[] flat(byte[] colour) {
        byte[] pixels = new byte[3 * TestVideos.WIDTH * TestVideos.HEIGHT];
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = colour[p % 3];
        }
        return pixels;
    }
}
