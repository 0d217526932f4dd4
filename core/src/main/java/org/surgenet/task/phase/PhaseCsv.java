package org.surgenet.task.phase;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;

/**
 * Phases in tables of one's own: {@code phases.csv}, or a file per video in {@code phases/}, named
 * as the video if it has no column {@code video}. The header decides:
 *
 * <ul>
 *   <li>{@code video,start,end,phase}: intervals, each from its start to before its end. They may
 *       not overlap.
 *   <li>{@code video,time,phase}: a label at each time, which holds until the next one is due: the
 *       most frequent distance of two labels in the video, and a tenth more for rounded times.
 *   <li>{@code video,frame,phase}: as before, by frame number at {@code label-fps}.
 * </ul>
 *
 * <p>Times are seconds or HH:MM:SS.mmm from the video's beginning. What lies in a gap has no label.
 * A column {@code patient} says whose the video is; without it every video is a patient. For the
 * phases see {@link PhaseNames}.
 */
final class PhaseCsv implements DatasetReader<PhaseSample> {
    private static final String NAME = "phase-csv";
    private static final String TABLE = "phases.csv";
    private static final String FOLDER = "phases";
    private static final double MILLIS = 1000;

    /** Labels that are so many times as long as the frames have another unit. */
    private static final double OTHER_UNIT = 100;

    /** Labels that go on for so many times the frames' length may be in another unit. */
    private static final double LONG = 5;

    private static final double SLACK = 60;

    private enum Kind {
        INTERVALS,
        TIMES,
        FRAMES
    }

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return NAME
                + ": phases.csv (video,start,end,phase; or video,time,phase; or video,frame,phase;"
                + " perhaps patient), or such a file per video in phases/; times in seconds or"
                + " HH:MM:SS.mmm; perhaps classes.csv (value,name)";
    }

    @Override
    public List<Setting<?>> settings() {
        return Stream.concat(
                        PhaseFrames.SETTINGS.stream(),
                        Stream.of(PhaseReader.LABEL_FPS, PhaseReader.FIRST_LABEL))
                .toList();
    }

    /** A row with the names of its columns, and its video. */
    private record Line(CsvTable.Row row, Kind kind, Map<String, String> columns, String video) {
        String column(String name) {
            return columns.get(name);
        }
    }

    @Override
    public Dataset<PhaseSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "a folder with " + TABLE + " or " + FOLDER + "/");
        Path place = Files.exists(root.resolve(TABLE)) ? root.resolve(TABLE) : root.resolve(FOLDER);
        List<Line> lines = lines(place);
        PhaseNames names =
                PhaseNames.of(
                        root.resolve("classes.csv"),
                        lines.stream()
                                .map(line -> line.row.get(line.column("phase")))
                                .collect(Collectors.toSet()),
                        place);
        Map<String, TimedPhases> labels = labels(lines, names, values);
        Map<String, String> patients = patients(lines);
        PhaseFrames frames = new PhaseFrames(root, values);
        PhaseFrames.Labelled labelled =
                frames.label(labels, video -> patients.getOrDefault(video, video), progress);
        frames.requireSamples(labelled, labels.keySet(), place);
        List<String> notes = new ArrayList<>(labelled.notes());
        labelled.videos().forEach((video, coverage) -> noteLength(video, coverage, notes));
        Path folder = root.toAbsolutePath().normalize().getFileName();
        return new Dataset<>(
                folder == null ? NAME : folder.toString(),
                NAME,
                names.names(),
                labelled.samples(),
                Map.of(),
                "",
                notes);
    }

    private static List<Line> lines(Path place) {
        List<Line> lines = new ArrayList<>();
        if (Files.isRegularFile(place)) {
            read(place, "", lines);
        } else {
            Folders.require(place, "tables of phases, or " + TABLE + " beside it");
            for (Path file : Folders.list(place)) {
                if (file.getFileName().toString().endsWith(".csv")) {
                    read(file, Folders.stem(file), lines);
                }
            }
        }
        if (lines.isEmpty()) {
            throw new UserException(place + ": has no labels");
        }
        return lines;
    }

    private static void read(Path file, String video, List<Line> lines) {
        CsvTable table = CsvTable.read(file, PhaseLabels.separator(file));
        Map<String, String> columns = new HashMap<>();
        table.header().forEach(name -> columns.put(name.toLowerCase(Locale.ROOT), name));
        Kind kind = kind(file, columns, table);
        require(file, columns, table, "phase");
        if (video.isEmpty()) {
            require(file, columns, table, "video");
        }
        for (CsvTable.Row row : table.rows()) {
            String of = columns.containsKey("video") ? row.get(columns.get("video")) : video;
            if (of.isEmpty()) {
                throw row.error(columns.get("video"), "is empty");
            }
            if (row.get(columns.get("phase")).isEmpty()) {
                throw row.error(
                        columns.get("phase"), "is empty; leave out rows of times without a phase");
            }
            lines.add(new Line(row, kind, columns, of));
        }
    }

    private static Kind kind(Path file, Map<String, String> columns, CsvTable table) {
        boolean intervals = columns.containsKey("start") || columns.containsKey("end");
        boolean times = columns.containsKey("time");
        boolean frames = columns.containsKey("frame");
        if (intervals && !times && !frames) {
            require(file, columns, table, "start");
            require(file, columns, table, "end");
            return Kind.INTERVALS;
        }
        if (!intervals && times != frames) {
            return times ? Kind.TIMES : Kind.FRAMES;
        }
        throw new UserException(
                file
                        + ":1: needs either the columns start and end, or time, or frame; its"
                        + " header is "
                        + String.join(",", table.header())
                        + table.separatorHint());
    }

    private static void require(
            Path file, Map<String, String> columns, CsvTable table, String name) {
        if (!columns.containsKey(name)) {
            throw new UserException(
                    file
                            + ":1: has no column '"
                            + name
                            + "'; its header is "
                            + String.join(",", table.header())
                            + table.separatorHint());
        }
    }

    private static Map<String, TimedPhases> labels(
            List<Line> lines, PhaseNames names, SettingValues values) {
        Map<String, IntervalPhases> intervals = new TreeMap<>();
        Map<String, PhaseLabels> numbers = new TreeMap<>();
        Map<String, TimedPhases> labels = new TreeMap<>();
        Map<String, Line> first = new HashMap<>();
        double rate = rate(lines, values);
        for (Line line : lines) {
            Line before = first.putIfAbsent(line.video, line);
            if (before != null && !before.row.file().equals(line.row.file())) {
                throw new UserException(
                        line.row.file()
                                + ":"
                                + line.row.line()
                                + ": video '"
                                + line.video
                                + "' is in "
                                + before.row.file()
                                + " too");
            }
            int phase = names.index(line.row, line.column("phase"));
            if (line.kind == Kind.INTERVALS) {
                add(line, phase, intervals.computeIfAbsent(line.video, v -> new IntervalPhases()));
            } else {
                add(line, phase, numbers.computeIfAbsent(line.video, v -> new PhaseLabels()));
            }
        }
        intervals.forEach(
                (video, its) -> {
                    if (!its.isEmpty()) {
                        labels.put(video, its);
                    }
                });
        numbers.forEach(
                (video, its) -> {
                    boolean times = first.get(video).kind == Kind.TIMES;
                    if (!times) {
                        requireFirst(first.get(video), its, values);
                    }
                    Integer given = values.get(PhaseReader.FIRST_LABEL);
                    labels.put(
                            video,
                            times
                                    ? new Points(its, MILLIS, 0, its.step() / 10 + 1)
                                    : new Points(its, rate, given == null ? 0 : given, 0));
                });
        return labels;
    }

    private static void add(Line line, int phase, IntervalPhases intervals) {
        IntervalPhases.Interval interval =
                new IntervalPhases.Interval(
                        ClockTime.seconds(line.row, line.column("start")),
                        ClockTime.seconds(line.row, line.column("end")),
                        phase,
                        line.row.file() + ":" + line.row.line());
        intervals.add(interval);
    }

    private static void add(Line line, int phase, PhaseLabels labels) {
        String column = line.column(line.kind == Kind.TIMES ? "time" : "frame");
        long number =
                line.kind == Kind.TIMES
                        ? Math.round(MILLIS * ClockTime.seconds(line.row, column))
                        : line.row.integer(column);
        labels.add(line.row, column, number, phase);
    }

    /** Label numbers per second; NaN where no table has numbers. */
    private static double rate(List<Line> lines, SettingValues values) {
        Double given = values.get(PhaseReader.LABEL_FPS);
        boolean needed = lines.stream().anyMatch(line -> line.kind == Kind.FRAMES);
        String key = PhaseReader.LABEL_FPS.key();
        if (given != null && !(given > 0 && given < Double.POSITIVE_INFINITY)) {
            throw new SettingException(key, given, "must be positive");
        }
        if (!needed && given != null) {
            throw new SettingException(
                    key, given, "is for a column frame; these labels have times");
        }
        if (needed && given == null) {
            throw new UserException(
                    lines.get(0).row.file()
                            + ":1: labels by frame number need label-fps, how many numbers a"
                            + " second has");
        }
        return needed ? given : Double.NaN;
    }

    private static void requireFirst(Line line, PhaseLabels labels, SettingValues values) {
        if (labels.first() != 0 && !values.has(PhaseReader.FIRST_LABEL)) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: the first label of %s has the number %d, not 0. Give"
                                    + " first-label, the number of the videos' first moment: 0"
                                    + " if there are no labels before %d",
                            line.row.file(),
                            labels.firstLine(),
                            line.video,
                            labels.first(),
                            labels.first()));
        }
    }

    /** Whose each video is. */
    private static Map<String, String> patients(List<Line> lines) {
        Map<String, String> patients = new HashMap<>();
        for (Line line : lines) {
            String column = line.column("patient");
            if (column == null) {
                continue;
            }
            String patient = line.row.get(column);
            if (patient.isEmpty()) {
                throw line.row.error(column, "is empty");
            }
            String before = patients.putIfAbsent(line.video, patient);
            if (before != null && !before.equals(patient)) {
                throw line.row.error(
                        column, "differs from " + before + " on an earlier line of " + line.video);
            }
        }
        return patients;
    }

    /**
     * Tells of labels that outlast their frames.
     *
     * @throws UserException if they do so by far: their times are not seconds then
     */
    private static void noteLength(String video, Coverage coverage, List<String> notes) {
        if (coverage.hasLabels()
                && coverage.lastTime() > 0
                && coverage.end() > OTHER_UNIT * coverage.lastTime()
                && coverage.end() > coverage.lastTime() + SLACK) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: its labels go on to %.1f s, its frames only to %.1f s; times must"
                                    + " be in seconds, not in milliseconds or frames (for frame"
                                    + " numbers name the column frame and give label-fps)",
                            video,
                            coverage.end(),
                            coverage.lastTime()));
        }
        if (coverage.hasLabels()
                && coverage.end() > LONG * coverage.lastTime()
                && coverage.end() > coverage.lastTime() + SLACK) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "%s: its labels go on to %.1f s, its frames only to %.1f s; times must"
                                    + " be in seconds",
                            video,
                            coverage.end(),
                            coverage.lastTime()));
        }
    }

    /**
     * Labels at times or frame numbers.
     *
     * @param perSecond numbers per second
     * @param first the number of the first moment
     * @param slack numbers for which a label holds beyond its step
     */
    private record Points(PhaseLabels labels, double perSecond, long first, long slack)
            implements TimedPhases {
        @Override
        public OptionalInt at(double seconds) {
            long number = first + (long) Math.floor(seconds * perSecond + 1e-6);
            OptionalInt phase = labels.at(number, slack);
            return phase.isPresent() && phase.getAsInt() == PhaseNames.UNLABELLED
                    ? OptionalInt.empty()
                    : phase;
        }

        @Override
        public double start() {
            return (labels.first() - first - 1e-6) / perSecond;
        }

        @Override
        public double end() {
            return (labels.end() + slack - first - 1e-6) / perSecond;
        }
    }
}
