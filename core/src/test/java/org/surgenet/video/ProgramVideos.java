package org.surgenet.video;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** Videos that only an installed ffmpeg program with x264 and x265 can make. */
public final class ProgramVideos {
    private static final String SOURCE = "-f lavfi -i testsrc2=size=320x240:rate=25:duration=4 ";
    private static final String QUIET_265 = "log-level=none";

    /** What is special about a file: its name with the arguments that make it. */
    static final Map<String, String> KINDS = new LinkedHashMap<>();

    static {
        String h264 = SOURCE + "-c:v libx264 -pix_fmt yuv420p ";
        String hevc = SOURCE + "-c:v libx265 -pix_fmt yuv420p -x265-params " + QUIET_265;
        KINDS.put("open_groups.mp4", h264 + "-x264-params open-gop=1:keyint=20:bframes=3");
        KINDS.put("open_groups_hevc.mkv", hevc + ":open-gop=1:keyint=20:bframes=4");
        KINDS.put("open_groups.ts", h264 + "-x264-params open-gop=1:keyint=20:bframes=3");
        KINDS.put("open_groups_hevc.ts", hevc + ":open-gop=1:keyint=20:bframes=4");
        KINDS.put("pyramid.mkv", h264 + "-g 50 -bf 5 -b_strategy 2 -x264-params b-pyramid=normal");
        KINDS.put("one_reference.mp4", h264 + "-preset veryfast -bf 3 -g 60 -sc_threshold 0");
        KINDS.put("one_reference.ts", h264 + "-preset veryfast -bf 3 -g 60 -sc_threshold 0");
        KINDS.put("without_times.h264", h264 + "-bf 2 -f h264");
        KINDS.put("without_times.hevc", hevc + " -f hevc");
        KINDS.put("without_times.avi", SOURCE + "-c:v mpeg4 -bf 2");
        KINDS.put("program_stream.mpg", SOURCE + "-c:v mpeg2video -bf 2 -g 15");
        KINDS.put(
                "interlaced.mp4",
                SOURCE
                        + "-vf tinterlace=interleave_top -c:v libx264 -pix_fmt yuv420p"
                        + " -flags +ildct+ilme -x264-params tff=1");
        KINDS.put(
                "interlaced.ts",
                SOURCE
                        + "-vf tinterlace=interleave_top -c:v mpeg2video -b:v 2M"
                        + " -flags +ildct+ilme");
        KINDS.put("full_range.mp4", SOURCE + "-c:v libx264 -pix_fmt yuvj420p -color_range pc");
        KINDS.put(
                "bt709.mp4",
                h264 + "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv");
        KINDS.put("ten_bits.mp4", hevc.replace("yuv420p", "yuv420p10le"));
        KINDS.put("ten_bits_422.mkv", SOURCE + "-c:v libx264 -pix_fmt yuv422p10le");
        KINDS.put("full_chroma.mkv", SOURCE + "-c:v libx264 -pix_fmt yuv444p");
        KINDS.put(
                "variable_rate.mp4",
                SOURCE + "-vf setpts=N/25/TB+floor(N/7)*0.11/TB -fps_mode vfr -c:v libx264");
        KINDS.put(
                "negative_start.mp4",
                h264 + "-g 20 -output_ts_offset -0.5 -avoid_negative_ts disabled");
        KINDS.put("wide_pixels.mp4", h264 + "-vf setsar=16/11");
        KINDS.put(
                "hidden_frames.webm",
                SOURCE + "-c:v libvpx-vp9 -lag-in-frames 20 -g 40 -cpu-used 8 -deadline realtime");
        KINDS.put(
                "hidden_frames_vp8.webm",
                SOURCE + "-c:v libvpx -auto-alt-ref 1 -lag-in-frames 20 -g 40 -cpu-used 4");
        KINDS.put("mjpeg.avi", SOURCE + "-c:v mjpeg -q:v 3");
    }

    private ProgramVideos() {}

    /** Makes one of {@link #KINDS}; the test is skipped where the program cannot. */
    public static Path make(String name, Path folder) throws IOException, InterruptedException {
        return make(name, KINDS.get(name), folder);
    }

    /** Makes a file of the test picture with the arguments; the test is skipped as above. */
    public static Path encode(String name, String arguments, Path folder)
            throws IOException, InterruptedException {
        return make(name, SOURCE + arguments, folder);
    }

    private static Path make(String name, String arguments, Path folder)
            throws IOException, InterruptedException {
        Path file = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("ffmpeg", "-y", "-nostdin", "-v", "error"));
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-threads", "2", file.toString()));
        Path log = folder.resolve(name + ".log");
        int code;
        try {
            code =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start()
                            .waitFor();
        } catch (IOException e) {
            Assumptions.abort("no ffmpeg program is installed, which would make " + name);
            return file;
        }
        Assumptions.assumeTrue(
                code == 0, () -> "the installed ffmpeg cannot make " + name + ": " + read(log));
        return file;
    }

    private static String read(Path log) {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
