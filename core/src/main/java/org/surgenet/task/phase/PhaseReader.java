package org.surgenet.task.phase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
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

    /** How many label numbers a second has. */
    static final Setting<Double> LABEL_FPS =
            Setting.of(
                    "label-fps",
                    Double.class,
                    "X",
                    null,
                    "Label numbers per second of the phase files (default: the format's; 25 for"
                            + " cholec80, 1 for autolaparo). Some copies of Cholec80 have one label"
                            + " a second: 1.");

    /** The label number of a video's first moment. */
    static final Setting<Integer> FIRST_LABEL =
            Setting.of(
                    "first-label",
                    Integer.class,
                    "N",
                    null,
                    "Label number of the first moment of the videos, for phase files that begin"
                            + " later or count otherwise (default: the format's; 0 for cholec80, 1"
                            + " for autolaparo).");

    /** The number of the first phase. */
    static final Setting<Integer> FIRST_PHASE =
            Setting.of(
                    "first-phase",
                    Integer.class,
                    "N",
                    null,
                    "Number of the first phase in phase files that number them (default: the"
                            + " format's; 0 for cholec80, 1 for autolaparo).");

    /** Usual rates of labels. */
    private static final double[] RATES = {1, 2, 5, 10, 25, 30, 50, 60};

    /** How near a rate must be to be taken for a usual one, as the log of their ratio. */
    private static final double NEAR = 0.25;

    /**
     * Labels cover their video: if more than this part of its frames come after the last one, the
     * rate is not the one assumed.
     */
    private static final double AFTER = 0.1;

    /** Labels that go on for so many times the frames' length have another rate. */
    private static final double LONG = 5;

    /** Seconds that labels may go on after the frames, whatever their length. */
    private static final double SLACK = 60;

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
                    0);

    /**
     * AutoLaparo, task 1: {@code labels/label_NN.txt}, a label a second from 1 on, phases 1 .. 7.
     * Split: the publishers'.
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
                    1);

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

    /** The number of a video's first label. */
    private final int firstLabel;

    private PhaseReader(
            String format,
            String labelFolder,
            String labelFile,
            List<String> classes,
            int firstNumber,
            double labelsPerSecond,
            int[] lastOfPart,
            String splitSource,
            int firstLabel) {
        this.format = format;
        this.labelFolder = labelFolder;
        this.labelFile = Pattern.compile(labelFile);
        this.classes = classes;
        this.firstNumber = firstNumber;
        this.labelsPerSecond = labelsPerSecond;
        this.lastOfPart = lastOfPart;
        this.splitSource = splitSource;
        this.firstLabel = firstLabel;
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
        return List.of(FRAMES, LABEL_FPS, FIRST_LABEL, FIRST_PHASE);
    }

    @Override
    public Dataset<PhaseSample> read(Path root, SettingValues values, Progress progress) {
        Path frames = values.get(FRAMES);
        Folders.require(root, "a folder with " + labelFolder + "/ and frames/");
        Numbering numbering = numbering(values);
        Map<String, PhaseLabels> labels = labels(root.resolve(labelFolder), numbering);
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
        Map<String, Coverage> videos = new TreeMap<>();
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
            Coverage coverage =
                    videos.computeIfAbsent(
                            frame.video(), video -> new Coverage(labels.get(video), numbering));
            OptionalInt phase = coverage.at(frame.timeSeconds());
            if (phase.isPresent()) {
                samples.add(
                        new PhaseSample(
                                name(base, frame.path()),
                                frame.path(),
                                frame.video(),
                                frame.video(),
                                frame.timeSeconds(),
                                phase.getAsInt()));
            }
        }
        if (!values.has(LABEL_FPS)) {
            videos.forEach((video, coverage) -> requireRate(root, video, coverage, numbering));
        }
        if (samples.isEmpty()) {
            throw new UserException(
                    source
                            + ": none of its videos ("
                            + String.join(", ", videos.keySet())
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
        Set<String> labelled = new HashSet<>();
        samples.forEach(sample -> labelled.add(sample.video()));
        Map<String, SplitName> split = OwnSplits.byNumber(labelled, numbers());
        return new Dataset<>(
                format,
                format,
                classes,
                samples,
                split,
                split.isEmpty() ? "" : splitSource,
                notes(labels, videos));
    }

    /**
     * What label numbers mean.
     *
     * @param perSecond how many there are in a second
     * @param firstLabel the one of a video's first moment
     * @param givenLabel whether that was said, so that files may begin later
     * @param firstPhase the number of the first phase
     * @param givenPhase whether that was said, so that it need not occur
     */
    private record Numbering(
            double perSecond,
            long firstLabel,
            boolean givenLabel,
            int firstPhase,
            boolean givenPhase) {
        /** The number of the label at a time. */
        long at(double seconds) {
            return firstLabel + (long) Math.floor(seconds * perSecond + 1e-6);
        }

        /** The time of a label, seconds. */
        double seconds(long number) {
            return (number - firstLabel) / perSecond;
        }
    }

    private Numbering numbering(SettingValues values) {
        Double rate = values.get(LABEL_FPS);
        if (rate != null && !(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
            throw new SettingException(LABEL_FPS.key(), rate, "must be positive");
        }
        Integer label = values.get(FIRST_LABEL);
        Integer phase = values.get(FIRST_PHASE);
        return new Numbering(
                rate == null ? labelsPerSecond : rate,
                label == null ? firstLabel : label,
                label != null,
                phase == null ? firstNumber : phase,
                phase != null);
    }

    /** Which frames of a video have labels. */
    private static final class Coverage {
        private final PhaseLabels labels;
        private final Numbering numbering;
        private int frames;
        private int before;
        private int after;
        private int inGaps;
        private double lastTime;

        /**
         * @param labels null if there are none
         */
        Coverage(PhaseLabels labels, Numbering numbering) {
            this.labels = labels;
            this.numbering = numbering;
        }

        OptionalInt at(double seconds) {
            frames++;
            lastTime = Math.max(lastTime, seconds);
            if (labels == null) {
                return OptionalInt.empty();
            }
            long number = numbering.at(seconds);
            OptionalInt phase = labels.at(number);
            if (phase.isEmpty()) {
                before += number < labels.first() ? 1 : 0;
                after += number >= labels.end() ? 1 : 0;
                inGaps += number >= labels.first() && number < labels.end() ? 1 : 0;
            }
            return phase;
        }

        /** Where the labels end, seconds. */
        double end() {
            return numbering.seconds(labels.end());
        }

        /** What has no label, in words; empty if everything has one. */
        String missing() {
            if (labels == null) {
                return Words.counted(frames, "frame") + " without a label left out";
            }
            List<String> parts = new ArrayList<>();
            part(parts, before, "before the first label");
            part(parts, inGaps, "in gaps of the labels");
            part(parts, after, "after the last label");
            return parts.isEmpty()
                    ? ""
                    : Words.counted(before + inGaps + after, "frame")
                            + " without a label left out ("
                            + String.join(", ", parts)
                            + ")";
        }

        private static void part(List<String> parts, int count, String where) {
            if (count > 0) {
                parts.add(count + " " + where);
            }
        }
    }

    /** Refuses labels whose rate cannot be the one assumed, going by where they end. */
    private void requireRate(Path root, String video, Coverage coverage, Numbering numbering) {
        if (coverage.labels == null || coverage.lastTime <= 0) {
            return;
        }
        double end = coverage.end();
        boolean tooShort = coverage.after > AFTER * coverage.frames;
        boolean tooLong = end > LONG * coverage.lastTime && end > coverage.lastTime + SLACK;
        if (tooShort || tooLong) {
            double rate = numbering.perSecond();
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: with %s labels a second, as %s has, the labels of %s end at %.1f"
                                    + " s, but its frames go on to %.1f s%s; give --label-fps N,"
                                    + " the labels' own rate: %s if they cover the video, %s if"
                                    + " they really end there",
                            root.resolve(labelFolder),
                            number(rate),
                            format,
                            video,
                            end,
                            coverage.lastTime,
                            tooLong ? " only" : "",
                            number(other(rate, rate * end / coverage.lastTime)),
                            number(rate)));
        }
    }

    /** A rate that may be meant instead: not the one assumed. */
    private static double other(double assumed, double covering) {
        double likely = likely(covering);
        return likely != assumed ? likely : assumed == 1 ? 25 : 1;
    }

    /** A rate that people use, where one is near: labels rarely end with the last frame. */
    private static double likely(double rate) {
        return Arrays.stream(RATES)
                .filter(r -> Math.abs(Math.log(r / rate)) < NEAR)
                .boxed()
                .min(Comparator.comparingDouble(r -> Math.abs(Math.log(r / rate))))
                .orElse(Math.rint(10 * rate) / 10);
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private Map<String, PhaseLabels> labels(Path folder, Numbering numbering) {
        Folders.require(folder, format + "'s label files");
        Map<String, PhaseLabels> labels = new TreeMap<>();
        OptionalInt lowest = OptionalInt.empty();
        for (Path file : Folders.list(folder)) {
            Matcher matcher = labelFile.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                PhaseLabels read = PhaseLabels.read(file, classes, numbering.firstPhase());
                requireFirst(file, read, numbering);
                labels.put(matcher.group(1), read);
                lowest = IntStream.concat(lowest.stream(), read.lowestPhase().stream()).min();
            }
        }
        if (labels.isEmpty()) {
            throw new UserException(
                    folder + ": has no label files named like " + labelFile.pattern());
        }
        if (lowest.isPresent()
                && lowest.getAsInt() > numbering.firstPhase()
                && !numbering.givenPhase()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: no file has the phase %d (%s), which %s begins with; if phases"
                                    + " are numbered from %d here, give --first-phase %d, or"
                                    + " --first-phase %d if that phase does not occur",
                            folder,
                            numbering.firstPhase(),
                            classes.get(0),
                            format,
                            lowest.getAsInt(),
                            lowest.getAsInt(),
                            numbering.firstPhase()));
        }
        return labels;
    }

    private void requireFirst(Path file, PhaseLabels labels, Numbering numbering) {
        if (labels.first() != numbering.firstLabel() && !numbering.givenLabel()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: the first label has the number %d; %s's files begin with %d."
                                    + " Give --first-label N, the number of the video's first"
                                    + " moment: %d if there are no labels before %d",
                            file,
                            labels.firstLine(),
                            labels.first(),
                            format,
                            firstLabel,
                            firstLabel,
                            labels.first()));
        }
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
            Map<String, PhaseLabels> labels, Map<String, Coverage> videos) {
        List<String> notes = new ArrayList<>();
        videos.forEach(
                (video, coverage) -> {
                    String missing = coverage.missing();
                    if (!missing.isEmpty()) {
                        notes.add(video + ": " + missing);
                    }
                });
        List<String> without =
                labels.keySet().stream().filter(v -> !videos.containsKey(v)).toList();
        if (!without.isEmpty()) {
            notes.add("no frames of " + String.join(", ", without) + ", which have labels");
        }
        return notes;
    }
}
