package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.sampling.Sampling;

/**
 * Frames look as the ffmpeg program in the presets' jar shows them, scaled down and as they are: on
 * every real video at hand, and on made ones that are interlaced, of 10 bits, of either range and
 * so on. Made ones also give by groups what they give decoded in full.
 */
final class FfmpegPicturesTest {
    /**
     * Mean of the absolute differences of all samples, of 255, with the same scaler; damaged videos
     * conceal their errors in their own way.
     */
    private static final double LIMIT = 0.5;

    @TempDir Path folder;

    private void looksAlike(Path video, String size) throws Exception {
        Path output = folder.resolve("out");
        ExtractionRequest request =
                TestRequest.of(video, output)
                        .picture(TestRequest.picture(size, ImageFormat.PNG, 95))
                        .overwrite(true)
                        .build();
        VideoOutcome outcome =
                new Extraction(request, Progress.NONE, Cancellation.NEVER).run().get(0);
        Assumptions.assumeTrue(outcome.frames() > 0, "no frames of " + video.getFileName());
        Path its = output.resolve(outcome.input().folder());
        List<FrameRecord> records = FramesCsv.read(its.resolve(FramesCsv.FILE_NAME));
        int width = records.get(0).width();
        int height = records.get(0).height();
        int stream;
        Rational timeBase;
        try (VideoFile file = VideoFile.open(video, Duration.ofSeconds(60), Cancellation.NEVER)) {
            stream = file.stream().index();
            timeBase = file.timeBase();
        }
        Map<Double, Integer> indices = new TreeMap<>();
        byte[] theirs = ffmpeg(video, stream, width, height, timeBase, indices);

        double worst = 0;
        for (FrameRecord record : records) {
            Integer index =
                    indices.entrySet().stream()
                            .filter(e -> Math.abs(e.getKey() - record.timeSeconds()) < 2e-6)
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElse(null);
            assertThat(index).as("ffmpeg's frame at %s", record.timeSeconds()).isNotNull();
            BufferedImage image = ImageIO.read(its.resolve(record.path()).toFile());
            worst = Math.max(worst, difference(image, theirs, 3 * width * height * index));
        }
        System.out.printf(
                Locale.ROOT, "%s %s: at worst %.2f of 255%n", video.getFileName(), size, worst);
        assertThat(worst).isLessThanOrEqualTo(LIMIT);
    }

    private static double difference(BufferedImage image, byte[] rgb, int at) {
        long sum = 0;
        int i = at;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int pixel = image.getRGB(x, y);
                for (int shift = 16; shift >= 0; shift -= 8) {
                    sum += Math.abs((pixel >> shift & 0xff) - (rgb[i++] & 0xff));
                }
            }
        }
        return (double) sum / (i - at);
    }

    /** All frames that ffmpeg decodes, upright and scaled, with their places by time. */
    private byte[] ffmpeg(
            Path video,
            int stream,
            int width,
            int height,
            Rational timeBase,
            Map<Double, Integer> indices)
            throws IOException, InterruptedException {
        Path raw = folder.resolve("theirs.rgb");
        Path times = folder.resolve("theirs.txt");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Loader.load(org.bytedeco.ffmpeg.ffmpeg.class),
                                "-y",
                                "-nostdin",
                                "-v",
                                "quiet",
                                "-i",
                                video.toString()));
        String scale =
                "scale="
                        + width
                        + ":"
                        + height
                        + ":flags=area+accurate_rnd+full_chroma_int,format=rgb24";
        for (String format : List.of("rawvideo", "framecrc")) {
            command.addAll(List.of("-map", "0:" + stream, "-vf", scale));
            command.addAll(List.of("-fps_mode", "passthrough", "-enc_time_base", "filter"));
            command.addAll(List.of("-f", format));
            command.add((format.equals("rawvideo") ? raw : times).toString());
        }
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        int index = 0;
        for (String line : Files.readAllLines(times)) {
            if (!line.startsWith("#")) {
                long ticks = Long.parseLong(line.split(", *", -1)[2]);
                indices.put(timeBase.times(new Rational(ticks, 1)).toDouble(), index++);
            }
        }
        return Files.readAllBytes(raw);
    }

    @TestFactory
    Stream<DynamicTest> realVideos() {
        return SharedFiles.videos().stream()
                .map(
                        video ->
                                DynamicTest.dynamicTest(
                                        video.getFileName().toString(),
                                        () -> looksAlike(video, "short:96")));
    }

    @TestFactory
    Stream<DynamicTest> madeVideos() {
        return ProgramVideos.KINDS.keySet().stream()
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () -> {
                                            Path video = ProgramVideos.make(name, folder);
                                            looksAlike(video, "source");
                                            looksAlike(video, "short:96");
                                            groupsGiveAll(video);
                                        }));
    }

    /** Recordings that begin and end amid a group. */
    @TestFactory
    Stream<DynamicTest> cutVideos() {
        return Stream.of("open_groups.ts", "open_groups_hevc.ts")
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () -> {
                                            Path video = ProgramVideos.make(name, folder);
                                            byte[] bytes = Files.readAllBytes(video);
                                            int from = (int) (0.3 * bytes.length / 188) * 188;
                                            Files.write(
                                                    video,
                                                    Arrays.copyOfRange(
                                                            bytes, from, bytes.length - 5 * 188));
                                            groupsGiveAll(video);
                                        }));
    }

    private void groupsGiveAll(Path video) throws Exception {
        int number = 0;
        for (Sampling sampling :
                List.of(
                        Sampling.rate(Rational.ONE, Sampling.Rule.NEAREST),
                        Sampling.rate(new Rational(31, 7), Sampling.Rule.FIRST),
                        Sampling.every(3),
                        Sampling.every(7).between(new Rational(3, 2), null),
                        Sampling.keyframes())) {
            Path full = folder.resolve("full" + number);
            Path groups = folder.resolve("groups" + number);
            number++;
            ExtractionTest.ByGroups byGroups = ExtractionTest.byGroups(video, groups, sampling, 2);
            if (byGroups.refusal().isPresent()) {
                System.out.println(
                        video.getFileName()
                                + " "
                                + sampling.fingerprint()
                                + ": "
                                + byGroups.refusal().get().reason());
                continue;
            }
            assertThat(byGroups.frames())
                    .as(sampling.fingerprint())
                    .isEqualTo(ExtractionTest.fullDecode(video, full, sampling))
                    .isNotEmpty();
        }
    }
}
