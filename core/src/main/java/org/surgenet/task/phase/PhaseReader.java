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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.OwnSplits;
import org.surgenet.dataset.SplitName;
import org.surgenet.frames.Frame;
import org.surgenet.frames.FrameLists;

/**
 * Data sets of phases: a label file per video, and frames with their presentation time, by which
 * they find their label. Frames are in {@code frames/} below the data, or wherever the user says,
 * as {@code extract-frames} leaves them (any list of frames with times does).
 */
final class PhaseReader implements DatasetReader<PhaseSample> {
    /** Where the frames are. */
    static final Setting<Path> FRAMES =
            Setting.of(
                    "frames",
                    Path.class,
                    "FRAMES",
                    null,
                    "Frames of the videos, for phases: a folder, frames.csv or curated.csv"
                            + " (default: frames/ below --data).");

    /**
     * Cholec80: {@code phase_annotations/videoNN-phase.txt}, a label for each frame at 25 a second,
     * phases by name (or 0 .. 6). Split: videos 1-32, 33-40, 41-80, as many papers do.
     */
    private static final PhaseReader CHOLEC80 =
            new PhaseReader(
                    "cholec80",
                    "phase_annotations",
                    "(.+)-phase\\.txt",
                    List.of(
                            "Preparation",
                            "CalotTriangleDissection",
                            "ClippingCutting",
                            "GallbladderDissection",
                            "GallbladderPackaging",
                            "CleaningCoagulation",
                            "GallbladderRetraction"),
                    0,
                    25,
                    new int[] {32, 40, 80},
                    "the usual split of Cholec80: videos 1-32, 33-40, 41-80",
                    false);

    /**
     * AutoLaparo, task 1: {@code labels/label_NN.txt}, a label a second, phases 1 .. 7. The first
     * label is the video's first second, whether the file counts from 0 or from 1. Split: the
     * publishers'.
     */
    private static final PhaseReader AUTOLAPARO =
            new PhaseReader(
                    "autolaparo",
                    "labels",
                    "label_(.+)\\.txt",
                    List.of(
                            "Preparation",
                            "Dividing Ligament and Peritoneum",
                            "Dividing Uterine Vessels and Ligament",
                            "Transecting the Vagina",
                            "Specimen Removal",
                            "Suturing",
                            "Washing"),
                    1,
                    1,
                    new int[] {10, 14, 21},
                    "AutoLaparo's own split: videos 1-10, 11-14, 15-21",
                    true);

    /** All formats of phases. */
    static final List<DatasetReader<PhaseSample>> ALL = List.of(CHOLEC80, AUTOLAPARO);

    private final String format;
    private final String labelFolder;
    private final Pattern labelFile;
    private final List<String> classes;
    private final int firstNumber;
    private final double labelsPerSecond;
    private final int[] lastOfPart;
    private final String splitSource;

    /** Whether the first label is that of the first second, whatever its number. */
    private final boolean countsFromFirst;

    private PhaseReader(
            String format,
            String labelFolder,
            String labelFile,
            List<String> classes,
            int firstNumber,
            double labelsPerSecond,
            int[] lastOfPart,
            String splitSource,
            boolean countsFromFirst) {
        this.format = format;
        this.labelFolder = labelFolder;
        this.labelFile = Pattern.compile(labelFile);
        this.classes = classes;
        this.firstNumber = firstNumber;
        this.labelsPerSecond = labelsPerSecond;
        this.lastOfPart = lastOfPart;
        this.splitSource = splitSource;
        this.countsFromFirst = countsFromFirst;
    }

    @Override
    public String format() {
        return format;
    }

    @Override
    public String layout() {
        return format + ": " + labelFolder + "/ with a file per video";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(FRAMES);
    }

    @Override
    public Dataset<PhaseSample> read(Path root, SettingValues values, Progress progress) {
        Path frames = values.get(FRAMES);
        Folders.require(root, "a folder with " + labelFolder + "/ and frames/");
        Map<String, PhaseLabels> labels = labels(root.resolve(labelFolder));
        Path source = frames != null ? frames : root.resolve("frames");
        if (!Files.exists(source)) {
            throw new UserException(
                    source
                            + ": there are no frames here; make them with 'surgenet extract-frames"
                            + " VIDEOS --output "
                            + source
                            + "' or name them with --frames");
        }
        List<PhaseSample> samples = new ArrayList<>();
        Map<String, Integer> unlabelled = new TreeMap<>();
        Set<String> videos = new HashSet<>();
        Set<Path> seen = new HashSet<>();
        Path base = Files.isDirectory(source) ? source : source.toAbsolutePath().getParent();
        for (Frame frame : FrameLists.read(source, progress)) {
            if (Double.isNaN(frame.timeSeconds())) {
                throw new UserException(
                        frame.path()
                                + ": its time in the video is unknown, so that no label can be"
                                + " given to it; frames need the frames.csv that extract-frames"
                                + " writes");
            }
            if (!seen.add(frame.path())) {
                throw new UserException(source + ": names " + frame.path() + " twice");
            }
            PhaseLabels phases = labels.get(frame.video());
            OptionalInt phase =
                    phases == null ? OptionalInt.empty() : at(phases, frame.timeSeconds());
            if (phase.isEmpty()) {
                unlabelled.merge(frame.video(), 1, Integer::sum);
                continue;
            }
            videos.add(frame.video());
            samples.add(
                    new PhaseSample(
                            name(base, frame.path()),
                            frame.path(),
                            frame.video(),
                            frame.video(),
                            frame.timeSeconds(),
                            phase.getAsInt()));
        }
        if (samples.isEmpty()) {
            throw new UserException(
                    source
                            + ": none of its videos ("
                            + String.join(", ", unlabelled.keySet())
                            + ") has labels in "
                            + root.resolve(labelFolder)
                            + " ("
                            + String.join(", ", labels.keySet())
                            + "); names must agree");
        }
        samples.sort(
                Comparator.comparing(PhaseSample::patient)
                        .thenComparing(PhaseSample::timeSeconds)
                        .thenComparing(PhaseSample::name));
        Map<String, SplitName> split = OwnSplits.byNumber(videos, numbers());
        return new Dataset<>(
                format,
                format,
                classes,
                samples,
                split,
                split.isEmpty() ? "" : splitSource,
                notes(labels, videos, unlabelled));
    }

    private OptionalInt at(PhaseLabels phases, double seconds) {
        long offset = countsFromFirst ? phases.first() : 0;
        return phases.at(offset + Math.round(Math.floor(seconds * labelsPerSecond + 1e-6)));
    }

    private Map<String, PhaseLabels> labels(Path folder) {
        Folders.require(folder, format + "'s label files");
        Map<String, PhaseLabels> labels = new TreeMap<>();
        for (Path file : Folders.list(folder)) {
            Matcher matcher = labelFile.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                labels.put(matcher.group(1), PhaseLabels.read(file, classes, firstNumber));
            }
        }
        if (labels.isEmpty()) {
            throw new UserException(
                    folder + ": has no label files named like " + labelFile.pattern());
        }
        return labels;
    }

    private Map<SplitName, List<Integer>> numbers() {
        Map<SplitName, List<Integer>> numbers = new TreeMap<>();
        int from = 1;
        for (SplitName part : SplitName.values()) {
            List<Integer> list = new ArrayList<>();
            for (int n = from; n <= lastOfPart[part.ordinal()]; n++) {
                list.add(n);
            }
            numbers.put(part, list);
            from = lastOfPart[part.ordinal()] + 1;
        }
        return numbers;
    }

    private static String name(Path base, Path image) {
        Path from = base.toAbsolutePath().normalize();
        Path to = image.toAbsolutePath().normalize();
        return to.startsWith(from) ? Folders.nameBelow(from, to) : to.toString().replace('\\', '/');
    }

    private static List<String> notes(
            Map<String, PhaseLabels> labels, Set<String> videos, Map<String, Integer> unlabelled) {
        List<String> notes = new ArrayList<>();
        unlabelled.forEach(
                (video, count) ->
                        notes.add(
                                video
                                        + ": "
                                        + Words.counted(count, "frame")
                                        + " without a label left out"));
        List<String> without = labels.keySet().stream().filter(v -> !videos.contains(v)).toList();
        if (!without.isEmpty()) {
            notes.add("no frames of " + String.join(", ", without) + ", which have labels");
        }
        return notes;
    }
}
