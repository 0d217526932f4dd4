package org.surgenet.task.cvs;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.DatasetReader;
import org.surgenet.dataset.Folders;
import org.surgenet.dataset.SplitName;

/**
 * Criteria in a table of one's own: {@code cvs.csv} with the columns {@code image} (a path below
 * the folder), {@code video} or {@code patient} or both, and for each criterion either {@code c1},
 * {@code c2}, {@code c3} (0, 1, or the raters' mean) or a column for each rater ({@code c1_anna},
 * {@code c1_ben}, ...), of which some may be empty in a line. {@code time} (seconds) and {@code
 * split} (train, val, test or none; the same for all images of a patient) are optional. Names of
 * columns may be in capitals.
 */
final class CvsCsv implements DatasetReader<CvsSample> {
    private static final String NAME = "cvs-csv";
    private static final String TABLE = "cvs.csv";
    private static final String NONE = "none";

    @Override
    public String format() {
        return NAME;
    }

    @Override
    public String layout() {
        return NAME
                + ": "
                + TABLE
                + " (image,video,c1,c2,c3; or a column for each rater, c1_anna,c1_ben,...; perhaps"
                + " patient, time, split)";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(Votes.TARGETS);
    }

    @Override
    public Dataset<CvsSample> read(Path root, SettingValues values, Progress progress) {
        Folders.require(root, "a folder with " + TABLE + " and its images");
        CsvTable table = CsvTable.read(root.resolve(TABLE));
        Columns columns = Columns.of(table);
        Reading reading = new Reading(root, columns);
        try (Progress.Task task =
                progress.start("reading " + root, "images", table.rows().size())) {
            for (CsvTable.Row row : table.rows()) {
                reading.add(row);
                task.step(1, "");
            }
        }
        return reading.dataset(values);
    }

    /** A field between 0 and 1. */
    static double fraction(CsvTable.Row row, String column) {
        if (row.get(column).matches("(?i)yes|no|true|false|y|n")) {
            throw row.error(column, "must be a number: 1 for achieved, 0 for not achieved");
        }
        double value = row.number(column);
        if (!(value >= 0 && value <= 1)) {
            throw row.error(column, "is not between 0 and 1");
        }
        return value;
    }

    /**
     * The names of the columns as they are written.
     *
     * @param named by their plain names
     * @param criteria columns of each criterion
     */
    private record Columns(Map<String, String> named, List<List<String>> criteria) {
        static Columns of(CsvTable table) {
            Map<String, String> named = new HashMap<>();
            table.header().forEach(name -> named.put(name.toLowerCase(Locale.ROOT), name));
            List<List<String>> criteria = new ArrayList<>();
            for (String criterion : Endoscapes.CRITERIA) {
                criteria.add(columns(table, named, criterion.toLowerCase(Locale.ROOT)));
            }
            if (!named.containsKey("image")
                    || !named.containsKey("video") && !named.containsKey("patient")) {
                throw missing(table, "image, and video or patient");
            }
            return new Columns(named, criteria);
        }

        private static List<String> columns(
                CsvTable table, Map<String, String> named, String criterion) {
            List<String> raters =
                    table.header().stream()
                            .filter(
                                    name ->
                                            name.toLowerCase(Locale.ROOT)
                                                    .startsWith(criterion + "_"))
                            .toList();
            if (named.containsKey(criterion) && !raters.isEmpty()) {
                throw new UserException(
                        table.file()
                                + ":1: has "
                                + criterion
                                + " and raters' columns ("
                                + String.join(", ", raters)
                                + "); keep one of both");
            }
            if (!named.containsKey(criterion) && raters.isEmpty()) {
                throw missing(table, criterion + " or " + criterion + "_RATER");
            }
            return raters.isEmpty() ? List.of(named.get(criterion)) : raters;
        }

        private static UserException missing(CsvTable table, String what) {
            return new UserException(
                    table.file()
                            + ":1: needs the columns "
                            + what
                            + "; its header is "
                            + String.join(",", table.header())
                            + table.separatorHint());
        }

        /** The field's text; empty if there is no such column. */
        String get(CsvTable.Row row, String name) {
            return named.containsKey(name) ? row.get(named.get(name)) : "";
        }
    }

    private static final class Reading {
        private final Path root;
        private final Columns columns;
        private final List<CvsSample> samples = new ArrayList<>();
        private final Map<String, Long> lineOf = new HashMap<>();
        private final Map<String, String> partOf = new LinkedHashMap<>();
        private int silent;

        Reading(Path root, Columns columns) {
            this.root = root;
            this.columns = columns;
        }

        void add(CsvTable.Row row) {
            Path image = Folders.inside(root, row, columns.named.get("image"));
            String name = Folders.nameBelow(root, image);
            Long before = lineOf.putIfAbsent(name, row.line());
            if (before != null) {
                throw row.error(columns.named.get("image"), "is on line " + before + " too");
            }
            if (!Files.isRegularFile(image)) {
                throw row.error(columns.named.get("image"), "is not a file in " + root);
            }
            String video = columns.get(row, "video");
            String patient = columns.get(row, "patient");
            if (video.isEmpty() && patient.isEmpty()) {
                throw row.error(columns.named.get("image"), "is of no video and no patient");
            }
            patient = patient.isEmpty() ? video : patient;
            part(row, patient);
            String time = columns.get(row, "time");
            samples.add(
                    new CvsSample(
                            name,
                            image,
                            patient,
                            video.isEmpty() ? patient : video,
                            time.isEmpty() ? Double.NaN : row.number(columns.named.get("time")),
                            columns.criteria.stream().map(of -> vote(row, of)).toList()));
        }

        private void part(CsvTable.Row row, String patient) {
            if (!columns.named.containsKey("split")) {
                return;
            }
            String column = columns.named.get("split");
            String part = row.get(column).toLowerCase(Locale.ROOT);
            if (!part.equals(NONE) && SplitName.of(part).isEmpty()) {
                throw row.error(column, "is none of train, val, test, none");
            }
            String before = partOf.putIfAbsent(patient, part);
            if (before != null && !before.equals(part)) {
                throw row.error(
                        column,
                        "but patient '"
                                + patient
                                + "' is in "
                                + before
                                + " on an earlier line; every patient must be on one side only");
            }
        }

        /** The mean of the raters who gave a vote. */
        private double vote(CsvTable.Row row, List<String> raters) {
            List<String> given =
                    raters.stream().filter(column -> !row.get(column).isEmpty()).toList();
            if (given.isEmpty()) {
                throw row.error(raters.get(0), "is empty; each criterion needs a vote");
            }
            silent += raters.size() - given.size();
            OptionalDouble mean =
                    given.stream().mapToDouble(column -> fraction(row, column)).average();
            return mean.orElseThrow();
        }

        Dataset<CvsSample> dataset(SettingValues values) {
            if (samples.isEmpty()) {
                throw new UserException(root.resolve(TABLE) + ": has a header but no images");
            }
            samples.sort(
                    Comparator.comparing(CvsSample::patient)
                            .thenComparing(CvsSample::timeSeconds)
                            .thenComparing(CvsSample::name));
            List<String> notes = new ArrayList<>();
            if (silent > 0) {
                notes.add(
                        Words.counted(silent, "empty vote")
                                + ": the mean is that of the other raters");
            }
            Map<String, SplitName> split = new LinkedHashMap<>();
            partOf.forEach(
                    (patient, part) -> {
                        Optional<SplitName> name = SplitName.of(part);
                        name.ifPresent(its -> split.put(patient, its));
                    });
            Path folder = root.toAbsolutePath().normalize().getFileName();
            return new Dataset<>(
                    folder == null ? NAME : folder.toString(),
                    NAME,
                    Endoscapes.CRITERIA,
                    Votes.targets(samples, values, notes),
                    split,
                    split.isEmpty() ? "" : "the column split of " + root.resolve(TABLE),
                    notes);
        }
    }
}
