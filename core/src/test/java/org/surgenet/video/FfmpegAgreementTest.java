package org.surgenet.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.Rational;
import org.surgenet.frames.FrameRecord;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.sampling.Sampling;

/**
 * The nearest rule chooses the frames that the ffmpeg program chooses, checked against the program
 * in the presets' jar, on every real video at hand and on made ones.
 */
final class FfmpegAgreementTest {
    @TempDir Path folder;

    /** What a frame is known by: when it is shown, in the filter's ticks, and what it shows. */
    private record Shown(long ticks, String checksum) {}

    /** The frames that ffmpeg decodes, and of these the ones that its fps filter puts out. */
    private record Run(List<Shown> decoded, List<String> chosen) {}

    private Run ffmpeg(Path video, int stream, String fps)
            throws IOException, InterruptedException {
        String program = Loader.load(org.bytedeco.ffmpeg.ffmpeg.class);
        Path decoded = folder.resolve("decoded.txt");
        Path chosen = folder.resolve("chosen.txt");
        List<String> command = new ArrayList<>(List.of(program, "-y", "-nostdin", "-v", "quiet"));
        command.addAll(List.of("-noautorotate", "-i", video.toString(), "-filter_complex"));
        Files.deleteIfExists(decoded);
        Files.deleteIfExists(chosen);
        command.add("[0:" + stream + "]split[a][b];[b]fps=" + fps + "[c]");
        for (String output : List.of("[a]", "[c]")) {
            command.addAll(List.of("-map", output, "-fps_mode", "passthrough"));
            command.addAll(List.of("-enc_time_base", "filter", "-f", "framecrc"));
            command.add((output.equals("[a]") ? decoded : chosen).toString());
        }
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        List<String> checksums = new ArrayList<>();
        lines(chosen).forEach(fields -> checksums.add(fields[5]));
        List<Shown> all = new ArrayList<>();
        lines(decoded).forEach(fields -> all.add(new Shown(Long.parseLong(fields[2]), fields[5])));
        return new Run(all, withoutRepeats(checksums));
    }

    /** Stream, decoding time, time, duration, size, checksum of each frame. */
    private static List<String[]> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(", *", -1))
                .toList();
    }

    /** The filter repeats frames to fill gaps; we take a frame once. */
    private static List<String> withoutRepeats(List<String> checksums) {
        List<String> result = new ArrayList<>();
        for (String checksum : checksums) {
            if (result.isEmpty() || !result.get(result.size() - 1).equals(checksum)) {
                result.add(checksum);
            }
        }
        return result;
    }

    private void agrees(Path video, String fps, Path output) throws Exception {
        int stream;
        Rational timeBase;
        try (VideoFile file =
                VideoFile.open(
                        video,
                        java.time.Duration.ofSeconds(60),
                        org.surgenet.common.Cancellation.NEVER)) {
            stream = file.stream().index();
            timeBase = file.timeBase();
        } catch (IOException e) {
            Assumptions.abort(video.getFileName() + " " + e.getMessage());
            return;
        }
        Run run = ffmpeg(video, stream, fps);
        Assumptions.assumeFalse(run.decoded().isEmpty(), "ffmpeg decodes nothing of " + video);
        Sampling sampling = Sampling.rate(Rational.parse(fps, "fps"), Sampling.Rule.NEAREST);

        ExtractionTest.ByGroups groups = ExtractionTest.byGroups(video, output, sampling, 1);
        List<FrameRecord> ours =
                groups.refusal().isEmpty()
                        ? groups.frames()
                        : ExtractionTest.fullDecode(video, output, sampling);

        Map<Double, String> byTime = new TreeMap<>();
        run.decoded()
                .forEach(
                        shown ->
                                byTime.put(
                                        timeBase.times(new Rational(shown.ticks(), 1)).toDouble(),
                                        shown.checksum()));
        List<String> checksums = new ArrayList<>();
        for (FrameRecord record : ours) {
            String checksum =
                    byTime.entrySet().stream()
                            .filter(e -> Math.abs(e.getKey() - record.timeSeconds()) < 2e-6)
                            .map(Map.Entry::getValue)
                            .findFirst()
                            .orElse("no frame of ffmpeg's at " + record.timeSeconds());
            checksums.add(checksum);
        }
        assertThat(withoutRepeats(checksums)).isEqualTo(run.chosen());
    }

    private Stream<DynamicTest> tests(List<Path> videos) {
        return videos.stream()
                .flatMap(
                        video ->
                                Stream.of("1", "7/3")
                                        .map(
                                                fps ->
                                                        DynamicTest.dynamicTest(
                                                                video.getFileName() + " at " + fps,
                                                                () ->
                                                                        agrees(
                                                                                video,
                                                                                fps,
                                                                                folder.resolve(
                                                                                        video
                                                                                                        .getFileName()
                                                                                                + fps
                                                                                                        .replace(
                                                                                                                '/',
                                                                                                                '_'))))));
    }

    @TestFactory
    Stream<DynamicTest> realVideos() {
        return tests(SharedFiles.videos());
    }

    @TestFactory
    Stream<DynamicTest> madeVideos() throws IOException {
        List<Path> videos = new ArrayList<>();
        for (String[] kind :
                new String[][] {
                    {"mp4", "libopenh264", "25", "30", "0"},
                    {"mpegts", "mpeg2video", "25", "12", "2"},
                    {"matroska", "mpeg4", "30000/1001", "12", "2"},
                    {"avi", "mpeg4", "25", "12", "2"},
                    {"mpeg", "mpeg1video", "25", "12", "2"},
                }) {
            videos.add(
                    TestVideos.write(
                            folder.resolve(kind[1] + "." + kind[0]),
                            90,
                            TestVideos.settings(
                                    kind[0],
                                    kind[1],
                                    kind[2],
                                    Integer.parseInt(kind[3]),
                                    Integer.parseInt(kind[4]))));
        }
        return tests(videos);
    }

    /** Open groups, packets without times, variable rate, negative start and the like. */
    @TestFactory
    Stream<DynamicTest> videosOfTheInstalledProgram() {
        return ProgramVideos.KINDS.keySet().stream()
                .map(
                        name ->
                                DynamicTest.dynamicTest(
                                        name,
                                        () -> {
                                            Path video = ProgramVideos.make(name, folder);
                                            agrees(video, "1", folder.resolve(name + "-1"));
                                            agrees(video, "7/3", folder.resolve(name + "-2"));
                                        }));
    }
}
