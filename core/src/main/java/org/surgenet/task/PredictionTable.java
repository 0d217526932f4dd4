package org.surgenet.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private static final String PROBABILITY = "p_";

    private final CsvTable table;

    private PredictionTable(CsvTable table) {
        this.table = table;
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
                            + String.join(",", table.header()));
        }
    }

    /** A data set of what the lines say of their own frames. */
    public <S extends Sample> Dataset<S> dataset(
            String name, List<String> classes, List<S> samples) {
        if (samples.isEmpty()) {
            throw new UserException(table.file() + ": has no predictions, only a header line");
        }
        return new Dataset<>(name, "csv", classes, samples, Map.of(), "", List.of());
    }

    /** A line's frame by name. */
    public static String frame(CsvTable.Row row, int number) {
        return row.get("path", row.get("video") + " frame " + number);
    }

    /** A line's time in seconds, or its number where times are not given. */
    public static double time(CsvTable.Row row, int number) {
        return row.get("time_s", "").isEmpty() ? number : row.number("time_s");
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
     * The probabilities of a line, by class; 0 for a class that has no column.
     *
     * @param all whether each class must have a column
     */
    public double[] probabilities(CsvTable.Row row, List<String> classes, boolean all) {
        double[] values = new double[classes.size()];
        for (int c = 0; c < values.length; c++) {
            String column = PROBABILITY + classes.get(c);
            if (table.has(column)) {
                values[c] = fraction(row, column);
            } else if (all) {
                throw new UserException(table.file() + ": has no column " + column);
            }
        }
        return values;
    }

    /**
     * The lines of samples, in their order.
     *
     * @throws UserException if samples have no line or a frame has two
     */
    public List<CsvTable.Row> of(List<? extends Sample> samples) {
        boolean byPath = table.has("path");
        if (!byPath) {
            require("video");
        }
        Map<String, CsvTable.Row> rows = new HashMap<>();
        int number = 0;
        for (CsvTable.Row row : table.rows()) {
            String key = byPath ? row.get("path") : key(row.get("video"), time(row, number));
            if (rows.putIfAbsent(key, row) != null) {
                throw row.error(byPath ? "path" : "video", "has this frame in an earlier line");
            }
            number++;
        }
        List<CsvTable.Row> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Sample sample : samples) {
            CsvTable.Row row =
                    rows.get(byPath ? sample.name() : key(sample.video(), sample.timeSeconds()));
            if (row == null) {
                missing.add(sample.name());
            } else {
                found.add(row);
            }
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

    /** Times to the millisecond, as they are written. */
    private static String key(String video, double time) {
        return video + "\n" + Math.round(1000 * time);
    }
}
