package org.surgenet.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.surgenet.common.Rational;
import org.surgenet.video.naming.PublishedFrames;
import org.surgenet.video.naming.VideoOrder;
import org.surgenet.video.sampling.Sampling;
import org.surgenet.video.sampling.TimesFile;
import picocli.CommandLine.Option;

/** Which frames of a video are taken. */
final class SamplingOptions {
    /** Choices that a name stands for. */
    enum Named {
        surgenet,
        cholec80
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
            description = "Take every Nth frame instead of sampling at --fps.")
    Long every;

    @Option(
            names = "--keyframes",
            description = "Take the key frames instead of sampling at --fps: by far the fastest.")
    boolean keyframes;

    @Option(
            names = "--times",
            paramLabel = "FILE",
            description =
                    "Take the frames at the times in this text file instead, one on each line:"
                        + " seconds or H:MM:SS, comments behind #; the same for every video. Times"
                        + " that have no frame (after the end, before the first frame or --start)"
                        + " are counted and named.")
    Path times;

    @Option(
            names = "--scene-change",
            paramLabel = "THRESHOLD",
            description =
                    "Take the first frame and the first one after each cut instead. A cut is where"
                            + " the score against the frame before is THRESHOLD or more; 27 is"
                            + " usual, less finds more. The score is that of PySceneDetect's"
                            + " ContentDetector with its default weights: the mean absolute"
                            + " difference of hue (0 to 179), saturation and value (0 to 255), on"
                            + " frames reduced to 256 pixels; but hue is taken as a circle, since"
                            + " red, as tissue is, lies on its seam. Scores are in video.json."
                            + " Every frame up to --end is decoded, one decoder for each video."
                            + " With --start, the first frame from there on is the first one.")
    Double sceneChange;

    @Option(
            names = "--min-scene",
            paramLabel = "TIME",
            description =
                    "With --scene-change, pass over cuts that come sooner than this after the frame"
                            + " taken last: seconds or H:MM:SS, 0 unless given. PySceneDetect has"
                            + " 0.6. How many were passed over is in video.json.")
    String minScene;

    @Option(
            names = "--sampling",
            paramLabel = "surgenet|cholec80",
            description =
                    "cholec80: take the frame at each whole second, or the first one after it:"
                        + " frame 25k at 25 frames a second, as papers on Cholec80 and AutoLaparo"
                        + " do and one label a second means it; --fps 1 takes the frame in the"
                        + " middle between two of them, as ffmpeg does. surgenet: take and name"
                        + " frames as SurgeNet's create_SurgeNetXL.py does: one in N frames, where"
                        + " N is the frame rate without its fraction, so that 29.97 gives 1.034"
                        + " frames a second and drifts by two minutes in an hour; named"
                        + " VIDEO_frame_N_SampleI.jpg in folders Batch0, Batch1, ... of 10,000,"
                        + " where I counts on through the videos of a procedure, in the order that"
                        + " --order gives. A frames.csv for each procedure.")
    Named sampling;

    @Option(
            names = "--order",
            paramLabel = "name|list|FILE",
            converter = PathText.class,
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
            names = "--skip-static",
            description =
                    "Leave out frames that show no change against the frame kept last: a frozen"
                            + " picture, a camera that looks at nothing. Luma is compared, averaged"
                            + " over blocks so that the longer side has 64: a frame is static if no"
                            + " block differs by more than 4 of 255 and the mean by 0.5. Numbers in"
                            + " names count the frames left out as well. How many were is told for"
                            + " each video, in video.json and in run.json.")
    boolean skipStatic;

    @Option(
            names = "--start",
            paramLabel = "TIME",
            description = "Start at this time: seconds or H:MM:SS.")
    String start;

    @Option(
            names = "--end",
            paramLabel = "TIME",
            description = "End before this time: seconds or H:MM:SS.")
    String end;

    /**
     * Finds options that exclude each other, or that miss another one.
     *
     * @param typed whether an option, by its name, is on the command line
     * @return what is wrong; empty if nothing is
     */
    Optional<String> contradiction(Predicate<String> typed) {
        List<String> choices = choices();
        // These two always have a value; that of a file may be the one of an earlier run's.
        if (typed.test("--fps")) {
            choices.add("--fps");
        }
        if (choices.size() > 1) {
            return Optional.of(
                    String.join(", ", choices)
                            + ": each chooses the frames by itself; give one of them");
        }
        if (sceneChange != null && typed.test("--rule")) {
            return Optional.of("--rule has no meaning with --scene-change");
        }
        if (sampling == Named.cholec80 && typed.test("--rule")) {
            return Optional.of("--rule has no meaning with --sampling=cholec80");
        }
        if (sceneChange != null && !(sceneChange > 0 && sceneChange <= 255)) {
            return Optional.of("--scene-change " + sceneChange + ": must be above 0, up to 255");
        }
        if (sceneChange == null && minScene != null) {
            return Optional.of("--min-scene needs --scene-change");
        }
        return surgenet() ? contradictionOfSurgenet() : otherOrder();
    }

    /** The first option whose value cannot be meant; files are not read. */
    Optional<String> wrongValue() {
        Optional<String> value =
                OptionValues.firstWrong(
                        OptionValues.read(
                                "--fps",
                                fps,
                                () -> Sampling.rate(Rational.parse(fps, "--fps"), rule)),
                        OptionValues.read("--every", every, () -> Sampling.every(every)),
                        OptionValues.read(
                                "--min-scene",
                                minScene,
                                () -> Rational.parseTime(minScene, "--min-scene")),
                        OptionValues.read("--start", start, this::startTime),
                        OptionValues.read("--end", end, this::endTime));
        return value.isPresent() || start == null || end == null
                ? value
                : OptionValues.check(
                        "--start",
                        start,
                        startTime().compareTo(endTime()) < 0,
                        "before --end " + end);
    }

    private Rational startTime() {
        return start == null ? null : Rational.parseTime(start, "--start");
    }

    private Rational endTime() {
        return end == null ? null : Rational.parseTime(end, "--end");
    }

    private List<String> choices() {
        List<String> choices = new ArrayList<>();
        if (sceneChange != null) {
            choices.add("--scene-change");
        }
        if (keyframes) {
            choices.add("--keyframes");
        }
        if (every != null) {
            choices.add("--every");
        }
        if (times != null) {
            choices.add("--times");
        }
        if (sampling != null) {
            choices.add("--sampling");
        }
        return choices;
    }

    private Optional<String> otherOrder() {
        return order == null && frameList == null
                ? Optional.empty()
                : Optional.of("--order and --frame-list need --sampling=surgenet");
    }

    private Optional<String> contradictionOfSurgenet() {
        if (skipStatic) {
            return Optional.of("--skip-static cannot be given with --sampling=surgenet");
        }
        if (order == null) {
            return Optional.of(
                    "--sampling=surgenet: the frames' names depend on the order of the videos; give"
                            + " --order=name, --order=FILE or, with --frame-list, --order=list");
        }
        if (order.equals("list") && frameList == null) {
            return Optional.of("--sampling=surgenet: --order=list needs --frame-list");
        }
        if (start != null || end != null) {
            return Optional.of(
                    "--sampling=surgenet counts a video's frames from first to last; --start and"
                            + " --end cannot be given with it");
        }
        return Optional.empty();
    }

    boolean surgenet() {
        return sampling == Named.surgenet;
    }

    Sampling sampling() {
        if (surgenet()) {
            return Sampling.surgenet();
        }
        Sampling choice;
        if (sceneChange != null) {
            Rational shortest =
                    minScene == null ? Rational.ZERO : Rational.parseTime(minScene, "--min-scene");
            choice = Sampling.scenes(new Sampling.Scenes(sceneChange, shortest));
        } else if (keyframes) {
            choice = Sampling.keyframes();
        } else if (every != null) {
            choice = Sampling.every(every);
        } else if (times != null) {
            choice = Sampling.times(TimesFile.read(times), rule);
        } else if (sampling == Named.cholec80) {
            choice = Sampling.rate(Rational.ONE, Sampling.Rule.FIRST);
        } else {
            choice = Sampling.rate(Rational.parse(fps, "--fps"), rule);
        }
        return choice.between(startTime(), endTime());
    }

    /** The list of frames to keep, or null for all. */
    PublishedFrames published() {
        return frameList == null ? null : PublishedFrames.read(frameList);
    }

    VideoOrder order() {
        return VideoOrder.parse(order);
    }
}
