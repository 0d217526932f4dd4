package org.surgenet.task.phase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Folders;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;

/**
 * The frames of a data set of phases. They are in {@code frames/} below the data, or wherever the
 * user says, with presentation times as {@code extract-frames} leaves them (any list of frames with
 * times does), or with numbers in their names.
 */
final class PhaseFrames {
    /** Where the frames are. */
    static final Setting<Path> FRAMES =
            Setting.of(
                    "frames",
                    Path.class,
                    "FRAMES",
                    null,
                    "Frames of the videos, for phases: a folder, frames.csv or curated.csv"
                            + " (default: frames/ below {data}).");

    /** The rate of frames whose names are numbers. */
    static final Setting<Double> FRAMES_FPS =
            Setting.of(
                    "frames-fps",
                    Double.class,
                    "X",
                    null,
                    "Frames per second of frames that another program extracted, a folder per"
                            + " video with names that end in a number; the time is (number - first"
                            + " number) / X s (default: times are read from frames.csv).");

    /** The number of the frame at a video's beginning. */
    static final Setting<Integer> FIRST_FRAME =
            Setting.of(
                    "first-frame",
                    Integer.class,
                    "N",
                    null,
                    "With {frames-fps}, number of the frame at a video's beginning (default: the"
                            + " lowest number, where that is 0 or 1 in all videos).");

    /** All of them. */
    static final List<Setting<?>> SETTINGS = List.of(FRAMES, FRAMES_FPS, FIRST_FRAME);

    private final Path source;
    private final FrameNumbers numbers;

    /**
     * @param root folder of the data
     * @param values of {@link #SETTINGS}
     */
    PhaseFrames(Path root, SettingValues values) {
        Path given = values.get(FRAMES);
        source = given != null ? given : root.resolve("frames");
        Double perSecond = values.get(FRAMES_FPS);
        if (perSecond != null && !(perSecond > 0 && perSecond < Double.POSITIVE_INFINITY)) {
            throw new SettingException(FRAMES_FPS.key(), perSecond, "must be positive");
        }
        if (perSecond == null && values.has(FIRST_FRAME)) {
            throw new SettingException(
                    FIRST_FRAME.key(), values.get(FIRST_FRAME), "needs frames-fps too");
        }
        numbers = perSecond == null ? null : new FrameNumbers(perSecond, values.get(FIRST_FRAME));
    }

    /**
     * Frames with their labels.
     *
     * @param samples frames that have one, by patient and time
     * @param videos what is labelled of each video of the frames
     * @param notes what was left out and how times were made
     */
    record Labelled(List<PhaseSample> samples, Map<String, Coverage> videos, List<String> notes) {}

    /**
     * Gives the frames their labels.
     *
     * @param labels by video
     * @param patient of a video
     * @throws UserException if there are no frames, or none has a time or a label
     */
    Labelled label(
            Map<String, ? extends TimedPhases> labels,
            UnaryOperator<String> patient,
            Progress progress) {
        List<String> notes = new ArrayList<>();
        List<PhaseSample> samples = new ArrayList<>();
        Map<String, Coverage> videos = new TreeMap<>();
        Set<Path> seen = new HashSet<>();
        Path base = Files.isDirectory(source) ? source : source.toAbsolutePath().getParent();
        for (Frame frame : frames(labels.keySet(), notes, progress)) {
            requireTime(frame);
            if (!seen.add(frame.path())) {
                throw new UserException(source + ": names " + frame.path() + " twice");
            }
            OptionalInt phase =
                    videos.computeIfAbsent(frame.video(), v -> new Coverage(labels.get(v)))
                            .at(frame.timeSeconds());
            if (phase.isPresent()) {
                samples.add(
                        new PhaseSample(
                                name(base, frame.path()),
                                frame.path(),
                                patient.apply(frame.video()),
                                frame.video(),
                                frame.timeSeconds(),
                                phase.getAsInt()));
            }
        }
        samples.sort(
                Comparator.comparing(PhaseSample::patient)
                        .thenComparing(PhaseSample::timeSeconds)
                        .thenComparing(PhaseSample::name));
        note(labels.keySet(), videos, notes);
        return new Labelled(samples, videos, notes);
    }

    /**
     * Refuses frames of which none has a label.
     *
     * @param place of the labels
     */
    void requireSamples(Labelled labelled, Set<String> videosWithLabels, Path place) {
        if (labelled.samples.isEmpty()) {
            throw new UserException(
                    source
                            + ": none of its videos ("
                            + String.join(", ", labelled.videos.keySet())
                            + ") has labels in "
                            + place
                            + " ("
                            + String.join(", ", videosWithLabels)
                            + "); names must agree");
        }
    }

    private List<Frame> frames(Set<String> labelled, List<String> notes, Progress progress) {
        if (!Files.exists(source)) {
            throw new UserException(
                    source
                            + ": there are no frames here; make them with extract-frames, or name"
                            + " their folder as frames");
        }
        List<Frame> frames = FrameLists.read(source, progress);
        return numbers == null ? frames : numbers.timed(source, frames, labelled, notes);
    }

    private static void requireTime(Frame frame) {
        if (Double.isNaN(frame.timeSeconds())) {
            throw new UserException(
                    frame.path()
                            + ": its time in the video is unknown, so that no label can be"
                            + " given to it; frames need the frames.csv that extract-frames"
                            + " writes, or frames-fps if their names end in numbers");
        }
    }

    private static String name(Path base, Path image) {
        Path from = base.toAbsolutePath().normalize();
        Path to = image.toAbsolutePath().normalize();
        return to.startsWith(from) ? Folders.nameBelow(from, to) : to.toString().replace('\\', '/');
    }

    private static void note(
            Set<String> labelled, Map<String, Coverage> videos, List<String> notes) {
        videos.forEach(
                (video, coverage) -> {
                    String missing = coverage.missing();
                    if (!missing.isEmpty()) {
                        notes.add(video + ": " + missing);
                    }
                });
        List<String> without =
                labelled.stream().filter(v -> !videos.containsKey(v)).sorted().toList();
        for (String video : without) {
            videos.forEach(
                    (other, coverage) -> {
                        if (!coverage.hasLabels() && other.equalsIgnoreCase(video)) {
                            throw new UserException(
                                    "the labels are of "
                                            + video
                                            + ", the frames of "
                                            + other
                                            + ": names must agree in capitals, too");
                        }
                    });
        }
        if (!without.isEmpty()) {
            notes.add("no frames of " + String.join(", ", without) + ", which have labels");
        }
    }
}
