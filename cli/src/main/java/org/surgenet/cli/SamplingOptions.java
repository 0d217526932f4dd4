package org.surgenet.cli;

import java.nio.file.Path;
import org.surgenet.common.UserException;
import org.surgenet.video.PublishedFrames;
import org.surgenet.video.Rational;
import org.surgenet.video.Sampling;
import org.surgenet.video.TimesFile;
import org.surgenet.video.VideoOrder;
import picocli.CommandLine.Option;

/** Which frames of a video are taken. */
final class SamplingOptions {
    /** Choices that a name stands for. */
    enum Named {
        surgenet
    }

    @Option(
            names = "--fps",
            paramLabel = "RATE",
            defaultValue = "1",
            description =
                    "Frames a second of presentation time, such as 1, 29.97 or 1/2 (default:"
                            + " ${DEFAULT-VALUE}).")
    String fps;

    @Option(
            names = "--every",
            paramLabel = "N",
            description = "Take one in N frames instead of --fps frames a second.")
    Long every;

    @Option(names = "--keyframes", description = "Take the key frames instead: by far the fastest.")
    boolean keyframes;

    @Option(
            names = "--times",
            paramLabel = "FILE",
            description =
                    "Take the frames at the times in this text file instead, one on each line:"
                            + " seconds or H:MM:SS; the same for every video.")
    Path times;

    @Option(
            names = "--sampling",
            paramLabel = "surgenet",
            description =
                    "Take and name frames as SurgeNet's create_SurgeNetXL.py does instead: one in N"
                        + " frames, where N is the frame rate without its fraction, so that 29.97"
                        + " gives 1.034 frames a second and drifts by two minutes in an hour; named"
                        + " VIDEO_frame_N_SampleI.jpg in folders Batch0, Batch1, ... of 10,000,"
                        + " where I counts on through the videos of a procedure, in the order that"
                        + " --order gives. A frames.csv for each procedure.")
    Named sampling;

    @Option(
            names = "--order",
            paramLabel = "name|list|FILE",
            description =
                    "With --sampling=surgenet, the order of a procedure's videos, which the script"
                            + " took from the file system: by file name; as in a text file with a"
                            + " PROCEDURE/VIDEO on each line; or list, which needs none, since the"
                            + " names in --frame-list tell where each video's count begins.")
    String order;

    @Option(
            names = "--frame-list",
            paramLabel = "FILE",
            description =
                    "With --sampling=surgenet, keep only the frames whose names are on the lines of"
                            + " this file, such as SurgeNet's frames_list.txt.")
    Path frameList;

    @Option(
            names = "--rule",
            paramLabel = "nearest|first",
            defaultValue = "nearest",
            description =
                    "Which frame stands for a time: nearest, as ffmpeg's fps filter does it; or the"
                            + " first one at or after it (default: ${DEFAULT-VALUE}).")
    Sampling.Rule rule;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "Leave out what comes before this time: seconds or H:MM:SS.")
    String start;

    @Option(
            names = "--end",
            paramLabel = "TIME",
            description = "Leave out what comes from this time on: seconds or H:MM:SS.")
    String end;

    boolean surgenet() {
        return sampling == Named.surgenet;
    }

    /**
     * @throws UserException if options exclude each other or miss another one
     */
    void check() {
        int given = keyframes ? 1 : 0;
        for (Object choice : new Object[] {every, times, sampling}) {
            given += choice == null ? 0 : 1;
        }
        if (given > 1) {
            throw new UserException(
                    "--keyframes, --every, --times and --sampling exclude each other; give one");
        }
        if (!surgenet() && (order != null || frameList != null)) {
            throw new UserException("--order and --frame-list need --sampling=surgenet");
        }
        if (surgenet() && order == null) {
            throw new UserException(
                    "--sampling=surgenet: the frames' names depend on the order of the videos; give"
                            + " --order=name, --order=FILE or, with --frame-list, --order=list");
        }
        if (surgenet() && order.equals("list") && frameList == null) {
            throw new UserException("--order=list needs --frame-list");
        }
        if (surgenet() && (start != null || end != null)) {
            throw new UserException(
                    "--sampling=surgenet counts a video's frames from first to last; --start and"
                            + " --end cannot be given with it");
        }
    }

    Sampling sampling() {
        if (surgenet()) {
            return Sampling.surgenet();
        }
        Sampling choice;
        if (keyframes) {
            choice = Sampling.keyframes();
        } else if (every != null) {
            choice = Sampling.every(every);
        } else if (times != null) {
            choice = Sampling.times(TimesFile.read(times), rule);
        } else {
            choice = Sampling.rate(Rational.parse(fps, "--fps"), rule);
        }
        return choice.between(
                start == null ? null : Rational.parseTime(start, "--start"),
                end == null ? null : Rational.parseTime(end, "--end"));
    }

    /** The list of frames to keep, or null for all. */
    PublishedFrames published() {
        return frameList == null ? null : PublishedFrames.read(frameList);
    }

    VideoOrder order() {
        return VideoOrder.parse(order);
    }
}
