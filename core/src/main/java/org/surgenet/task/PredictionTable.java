package org.surgenet.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;

/**
 * Predictions of frames that some program made, as CSV, with or without their targets. What {@code
 * evaluate} writes as {@code predictions.csv} is one. Columns {@code p_NAME} have the probability
 * of each class; which others there are is the task's. With targets a column {@code video} says
 * whose frame it is; without, {@code path}, or {@code video} and {@code time_s}, find the frame in
 * a data set.
 */
public final class PredictionTable {
    private static final Logger LOG = LoggerFactory.getLogger(PredictionTable.class);
    private static final String PROBABILITY = "p_";

    /** The format of data sets made of predictions. */
    private static final String FORMAT = "csv";

    private static final String VIDEO = "video";
    private static final String PATH = "path";
    private static final String TIME = "time_s";

    private final CsvTable table;
    private final boolean timed;

    private PredictionTable(CsvTable table) {
        this.table = table;
        timed = table.has(TIME) && table.rows().stream().anyMatch(row -> !row.get(TIME).isEmpty());
    }

    /**
     * Reads a file.
     *
     * @return empty if {@code path} is a folder
     * @throws UserException if it is no CSV file
     */
    public static Optional<PredictionTable> of(Path path) {
        return Files.isDirectory(path)
                ? Optional.empty()
                : Optional.of(new PredictionTable(CsvTable.read(path)));
    }

    /** The file. */
    public Path file() {
        return table.file();
    }

    /** See {@link CsvTable#separatorHint}. */
    public String separatorHint() {
        return table.separatorHint();
    }

    /** Whether it has a column. */
    public boolean has(String column) {
        return table.has(column);
    }

    /** The lines in order. */
    public List<CsvTable.Row> rows() {
        return table.rows();
    }

    /** The classes whose probabilities it has. */
    public List<String> names() {
        return table.header().stream()
                .filter(c -> c.startsWith(PROBABILITY))
                .map(c -> c.substring(PROBABILITY.length()))
                .toList();
    }

    /**
     * Requires a column.
     *
     * @throws UserException if it is not there
     */
    public void require(String column) {
        if (!table.has(column)) {
            throw new UserException(
                    table.file()
                            + ": has no column '"
                            + column
                            + "'; its header is "
                            + String.join(",", table.header())
                            + table.separatorHint());
        }
    }

    /**
     * A data set of what the lines say of their own frames, those of a video in order of time:
     * scores of segments and boundaries depend on it, and files may be sorted otherwise.
     *
     * @throws UserException if there are none
     */
    public <S extends Sample> Dataset<S> dataset(
            String name, List<String> classes, List<S> samples, List<String> notes) {
        if (samples.isEmpty()) {
            throw new UserException(table.file() + ": has no predictions, only a header line");
        }
        Map<String, Integer> videos = new HashMap<>();
        samples.forEach(s -> videos.putIfAbsent(s.video(), videos.size()));
        List<S> sorted = new ArrayList<>(samples);
        sorted.sort(
                Comparator.comparing((S s) -> videos.get(s.video()))
                        .thenComparingDouble(Sample::timeSeconds));
        return new Dataset<>(name, FORMAT, classes, sorted, Map.of(), "", notes);
    }

    /** A line's frame by name. */
    public static String frame(CsvTable.Row row, int number) {
        return row.get(PATH, video(row) + " frame " + number);
    }

    /**
     * A line's video.
     *
     * @throws UserException if it is empty
     */
    public static String video(CsvTable.Row row) {
        return filled(row, VIDEO);
    }

    /**
     * A field that must not be empty.
     *
     * @throws UserException if it is
     */
    public static String filled(CsvTable.Row row, String column) {
        String text = row.get(column);
        if (text.isEmpty()) {
            throw row.error(column, "is empty");
        }
        return text;
    }

    /**
     * A line's time in seconds, or its number where the file has no times.
     *
     * @throws UserException if it is no finite number, or missing where other lines have one
     */
    public double time(CsvTable.Row row, int number) {
        if (!timed) {
            return number;
        }
        filled(row, TIME);
        double time = row.number(TIME);
        if (!Double.isFinite(time)) {
            throw row.error(TIME, "is not a time in seconds");
        }
        return time;
    }

    /** A value from 0 to 1. */
    public static double fraction(CsvTable.Row row, String column) {
        double value = row.number(column);
        if (!(value >= 0 && value <= 1)) {
            throw row.error(column, "is not between 0 and 1");
        }
        return value;
    }

    /** The index of a class given by name. */
    public static int index(CsvTable.Row row, String column, List<String> classes) {
        int index = classes.indexOf(row.get(column));
        if (index < 0) {
            throw row.error(column, "is none of the classes " + String.join(", ", classes));
        }
        return index;
    }

    /**
     * The probabilities of a line, by class.
     *
     * @throws UserException if a class has no column
     */
    public double[] probabilities(CsvTable.Row row, List<String> classes) {
        double[] values = new double[classes.size()];
        for (int c = 0; c < values.length; c++) {
            String column = PROBABILITY + classes.get(c);
            if (!table.has(column)) {
                throw new UserException(table.file() + ": has no column " + column);
            }
            values[c] = fraction(row, column);
        }
        return values;
    }

    /** Warns of columns with the probability of something that is no class. */
    public void warnOfUnknown(List<String> classes) {
        List<String> unknown = names().stream().filter(name -> !classes.contains(name)).toList();
        if (!unknown.isEmpty()) {
            LOG.warn(
                    "{}: the columns p_ of {} are of no class of the data and are not read",
                    table.file(),
                    String.join(", ", unknown));
        }
    }

    /**
     * The lines of samples, in their order.
     *
     * @param dataset of the samples; either that of {@link #dataset} or one with its own times
     * @throws UserException if samples have no line, a frame has two, or the file does not say of
     *     which frame of the data a line is
     */
    public List<CsvTable.Row> of(Dataset<?> dataset, List<? extends Sample> samples) {
        boolean byPath = table.has(PATH);
        if (!byPath) {
            require(VIDEO);
            if (!timed && !dataset.format().equals(FORMAT)) {
                throw new UserException(
                        table.file()
                                + ": has neither a column path nor times in time_s, by which to"
                                + " find its frames in the data");
            }
        }
        Map<String, CsvTable.Row> rows = new HashMap<>();
        int number = 0;
        for (CsvTable.Row row : table.rows()) {
            String key = byPath ? filled(row, PATH) : key(video(row), millis(time(row, number)));
            if (rows.putIfAbsent(key, row) != null) {
                throw row.error(byPath ? PATH : VIDEO, "has this frame in an earlier line");
            }
            number++;
        }
        List<CsvTable.Row> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Sample sample : samples) {
            Optional<CsvTable.Row> row =
                    keys(sample, byPath).map(rows::get).filter(Objects::nonNull).findFirst();
            row.ifPresentOrElse(found::add, () -> missing.add(sample.name()));
        }
        if (!missing.isEmpty()) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: has no prediction for %d of %d frames, the first being %s",
                            table.file(),
                            missing.size(),
                            samples.size(),
                            missing.get(0)));
        }
        return found;
    }

    /** A time may be rounded up where the other was cut off: one millisecond is no frame. */
    private static Stream<String> keys(Sample sample, boolean byPath) {
        if (byPath) {
            return Stream.of(sample.name());
        }
        long time = millis(sample.timeSeconds());
        return Stream.of(time, time - 1, time + 1).map(t -> key(sample.video(), t));
    }

    private static long millis(double seconds) {
        return Math.round(1000 * seconds);
    }

    /** Times to the millisecond, as they are written. */
    private static String key(String video, long millis) {
        return video + "\n" + millis;
    }
}
