package org.surgenet.task.phase;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.OwnSplits;
import org.surgenet.dataset.SplitName;

/**
 * Data sets of phases with a label file per video that numbers its labels. Frames find their label
 * by their time, see {@link PhaseFrames}.
 */
final class PhaseReader implements DatasetReader<PhaseSample> {
    /** How many label numbers a second has. */
    static final Setting<Double> LABEL_FPS =
            Setting.of(
                    "label-fps",
                    Double.class,
                    "X",
                    null,
                    "Label numbers per second of the phase files (default: the format's; 25 for"
                            + " cholec80, 1 for autolaparo, 25 or 50 for heichole; phase-csv needs"
                            + " it for the column frame). Some copies of Cholec80 have one label a"
                            + " second: 1.");

    /** The label number of a video's first moment. */
    static final Setting<Integer> FIRST_LABEL =
            Setting.of(
                    "first-label",
                    Integer.class,
                    "N",
                    null,
                    "Label number of the first moment of the videos, for phase files that begin"
                            + " later or count otherwise (default: the format's; 0 for cholec80,"
                            + " heichole and phase-csv, 1 for autolaparo).");

    /** The number of the first phase. */
    static final Setting<Integer> FIRST_PHASE =
            Setting.of(
                    "first-phase",
                    Integer.class,
                    "N",
                    null,
                    "Number of the first phase in phase files that number them (default: the"
                            + " format's; 0 for cholec80 and heichole, 1 for autolaparo).");

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

    /** Seconds by which frames may lie behind their labels, on average. */
    private static final double FAR_BEHIND = 0.1;

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
                    List.of(),
                    0,
                    video -> 25,
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
                    List.of(),
                    1,
                    video -> 1,
                    new int[] {10, 14, 21},
                    "AutoLaparo's own split: videos 1-10, 11-14, 15-21",
                    1);

    /** Videos of HeiChole with 50 frames a second; the others have 25. */
    private static final Set<String> HEICHOLE_50 = Set.of("16", "17", "18", "19", "20", "23", "24");

    /**
     * HeiChole (EndoVis 2019): {@code Annotations/Phase/Hei-CholeN_Annotation_Phase.csv}, {@code
     * frame,phase} without a header, a line for each frame from 0 on at the video's own rate (25 a
     * second, 50 in videos 16-20, 23 and 24), phases 0 .. 6 as in Cholec80. The nine test videos
     * were not published, so there is no split of its own.
     */
    private static final PhaseReader HEICHOLE =
            new PhaseReader(
                    "heichole",
                    "Annotations/Phase",
                    "(.+)_Annotation_Phase\\.csv",
                    CHOLEC80.classes,
                    List.of("Frame", "Phase"),
                    0,
                    video -> HEICHOLE_50.contains(video.replaceAll("\\D", "")) ? 50 : 25,
                    new int[0],
                    "",
                    0);

    /** All formats of phases. */
    static final List<DatasetReader<PhaseSample>> ALL =
            List.of(CHOLEC80, AUTOLAPARO, HEICHOLE, new MultiBypass140(), new PhaseCsv());

    private final String format;
    private final String labelFolder;
    private final Pattern labelFile;
    private final List<String> classes;

    /** The columns of files without a header; empty for files that have one. */
    private final List<String> columns;

    private final int firstNumber;
    private final ToDoubleFunction<String> rates;
    private final int[] lastOfPart;
    private final String splitSource;

    /** The number of a video's first label. */
    private final int firstLabel;

    private PhaseReader(
            String format,
            String labelFolder,
            String labelFile,
            List<String> classes,
            List<String> columns,
            int firstNumber,
            ToDoubleFunction<String> rates,
            int[] lastOfPart,
            String splitSource,
            int firstLabel) {
        this.format = format;
        this.labelFolder = labelFolder;
        this.labelFile = Pattern.compile(labelFile);
        this.classes = classes;
        this.columns = columns;
        this.firstNumber = firstNumber;
        this.rates = rates;
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
        return format
                + ": "
                + labelFolder
                + "/ with a file per video, "
                + labelFile.pattern().replace("(.+)", "VIDEO").replace("\\", "");
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.concat(
                        PhaseFrames.SETTINGS.stream(),
                        Stream.of(LABEL_FPS, FIRST_LABEL, FIRST_PHASE))
                .toList();
    }

    @Override
    public Dataset<PhaseSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "a folder with " + labelFolder + "/ and frames/");
        Numbering numbering = numbering(values);
        Path folder = root.resolve(labelFolder);
        Map<String, PhaseLabels> labels = labels(folder, numbering);
        Map<String, TimedPhases> timed = new TreeMap<>();
        labels.forEach(
                (video, its) -> timed.put(video, new Numbered(its, numbering.of(video, rates))));
        PhaseFrames frames = new PhaseFrames(root, values);
        PhaseFrames.Labelled labelled = frames.label(timed, video -> video, progress);
        if (!values.has(LABEL_FPS)) {
            labelled.videos()
                    .forEach(
                            (video, coverage) ->
                                    requireRate(
                                            folder,
                                            video,
                                            coverage,
                                            numbering.of(video, rates).perSecond()));
        }
        frames.requireSamples(labelled, labels.keySet(), folder);
        List<String> notes = new ArrayList<>(labelled.notes());
        betweenLabels(labelled, numbering).ifPresent(notes::add);
        Set<String> videos = new HashSet<>();
        labelled.samples().forEach(sample -> videos.add(sample.video()));
        Map<String, SplitName> split =
                lastOfPart.length == 0 ? Map.of() : OwnSplits.byNumber(videos, numbers());
        return new Dataset<>(
                format,
                format,
                classes,
                labelled.samples(),
                split,
                split.isEmpty() ? "" : splitSource,
                notes);
    }

    /**
     * Says that frames do not show what was labelled: with one label a second it is that of the
     * frame at the whole second.
     */
    private Optional<String> betweenLabels(PhaseFrames.Labelled labelled, Numbering numbering) {
        double behind = 0;
        long count = 0;
        for (Map.Entry<String, Coverage> video : labelled.videos().entrySet()) {
            if (numbering.of(video.getKey(), rates).perSecond() == 1) {
                behind += video.getValue().behindSeconds();
                count += video.getValue().frames();
            }
        }
        return count > 0 && behind / count > FAR_BEHIND
                ? Optional.of(
                        String.format(
                                Locale.ROOT,
                                "the labels are those of the frames at whole seconds (frame 25k at"
                                        + " 25 frames a second); these frames lie %.2f s behind"
                                        + " them on average. extract-frames with the"
                                        + " sampling cholec80 takes the labelled frames",
                                behind / count))
                : Optional.empty();
    }

    /**
     * What label numbers mean.
     *
     * @param perSecond how many there are in a second; null for the format's rate
     * @param firstLabel the one of a video's first moment
     * @param givenLabel whether that was said, so that files may begin later
     * @param firstPhase the number of the first phase
     * @param givenPhase whether that was said, so that it need not occur
     */
    private record Numbering(
            Double perSecond,
            long firstLabel,
            boolean givenLabel,
            int firstPhase,
            boolean givenPhase) {
        /** The same with the rate of a video. */
        Numbering of(String video, ToDoubleFunction<String> rates) {
            return perSecond != null
                    ? this
                    : new Numbering(
                            rates.applyAsDouble(video),
                            firstLabel,
                            givenLabel,
                            firstPhase,
                            givenPhase);
        }
    }

    /** Labels by number, at the times of these numbers. */
    private record Numbered(PhaseLabels labels, Numbering numbering) implements TimedPhases {
        @Override
        public OptionalInt at(double seconds) {
            return labels.at(number(seconds));
        }

        private long number(double seconds) {
            return numbering.firstLabel + (long) Math.floor(seconds * numbering.perSecond + 1e-6);
        }

        private double seconds(long number) {
            // As number() rounds, so that both agree about a frame at the edge.
            return (number - numbering.firstLabel - 1e-6) / numbering.perSecond;
        }

        @Override
        public double start() {
            return seconds(labels.first());
        }

        @Override
        public double end() {
            return seconds(labels.end());
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
                rate,
                label == null ? firstLabel : label,
                label != null,
                phase == null ? firstNumber : phase,
                phase != null);
    }

    /** Refuses labels whose rate cannot be the one assumed, going by where they end. */
    private void requireRate(Path folder, String video, Coverage coverage, double rate) {
        if (!coverage.hasLabels() || coverage.lastTime() <= 0) {
            return;
        }
        double end = coverage.end();
        boolean tooShort = coverage.after() > AFTER * coverage.frames();
        boolean tooLong = end > LONG * coverage.lastTime() && end > coverage.lastTime() + SLACK;
        if (tooShort || tooLong) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: with %s labels a second, as %s has, the labels of %s end at %.1f"
                                    + " s, but its frames go on to %.1f s%s; give label-fps,"
                                    + " the labels' own rate: %s if they cover the video, %s if"
                                    + " they really end there",
                            folder,
                            number(rate),
                            format,
                            video,
                            end,
                            coverage.lastTime(),
                            tooLong ? " only" : "",
                            number(other(rate, rate * end / coverage.lastTime())),
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

    /** A number without needless decimals. */
    static String number(double value) {
        return value == Math.rint(value)
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    private Map<String, PhaseLabels> labels(Path folder, Numbering numbering) {
        Folders.require(folder, format + "'s label files");
        Map<String, PhaseLabels> labels = new TreeMap<>();
        for (Path file : Folders.list(folder)) {
            Matcher matcher = labelFile.matcher(file.getFileName().toString());
            if (matcher.matches()) {
                PhaseLabels read = PhaseLabels.read(file, columns, classes, numbering.firstPhase());
                requireFirst(file, read, numbering);
                requireFirstPhase(file, read, numbering);
                labels.put(matcher.group(1), read);
            }
        }
        if (labels.isEmpty()) {
            throw new UserException(
                    folder + ": has no label files named like " + labelFile.pattern());
        }
        return labels;
    }

    /** A file whose numbers begin later may be numbered otherwise than the format's are. */
    private void requireFirstPhase(Path file, PhaseLabels labels, Numbering numbering) {
        OptionalInt lowest = labels.lowestPhase();
        if (lowest.isPresent()
                && lowest.getAsInt() > numbering.firstPhase()
                && !numbering.givenPhase()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: does not have the phase %d (%s), which %s begins with; if its"
                                    + " phases are numbered from %d, give first-phase %d (all"
                                    + " files must agree), or first-phase %d if that phase does"
                                    + " not occur in it",
                            file,
                            numbering.firstPhase(),
                            classes.get(0),
                            format,
                            lowest.getAsInt(),
                            lowest.getAsInt(),
                            numbering.firstPhase()));
        }
    }

    private void requireFirst(Path file, PhaseLabels labels, Numbering numbering) {
        if (labels.first() != numbering.firstLabel() && !numbering.givenLabel()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: the first label has the number %d; %s's files begin with %d."
                                    + " Give first-label, the number of the video's first"
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
}
