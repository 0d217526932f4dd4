package org.surgenet.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * Reads and writes {@code scores.csv}: {@code model,task,dataset,unit,metric,class,value,n}, and
 * {@code timing} where a model's predictions rest on more than one frame ({@link Timing}). A
 * missing value is an empty field; {@code nan} and R's {@code NA} in any case are read as missing,
 * too.
 */
public final class ScoresCsv {
    public static final String FILE_NAME = "scores.csv";

    private static final List<String> HEADER =
            List.of("model", "task", "dataset", "unit", "metric", "class", "value", "n");

    /** The unit's place in {@link ScoreRow#subject}. */
    private static final int UNIT = 3;

    /** Sums of squares of such values are still finite. */
    private static final double LARGEST = 1e100;

    private ScoresCsv() {}

    /**
     * Writes a table atomically, in the order given.
     *
     * @throws IOException if writing fails
     */
    public static void write(Path file, List<ScoreRow> rows) throws IOException {
        boolean timed = rows.stream().anyMatch(row -> row.timing().isPresent());
        List<String> header = new ArrayList<>(HEADER);
        if (timed) {
            header.add(Timing.COLUMN);
        }
        List<List<String>> lines = new ArrayList<>(rows.size());
        for (ScoreRow row : rows) {
            List<String> line = new ArrayList<>();
            line.addAll(
                    List.of(
                            row.model(),
                            row.task(),
                            row.dataset(),
                            row.unit(),
                            row.metric(),
                            row.label(),
                            Double.isNaN(row.value()) ? "" : Double.toString(row.value()),
                            Long.toString(row.n())));
            if (timed) {
                line.add(row.timing().map(Timing::label).orElse(""));
            }
            lines.add(line);
        }
        CsvTable.write(file, header, lines);
    }

    /**
     * Reads a table.
     *
     * @throws UserException if it cannot be read, a column is missing, a name is empty, a value is
     *     neither a finite number nor missing or not between 0 and 1 for a metric that is, or two
     *     lines score the same thing; the message names file and line
     */
    public static List<ScoreRow> read(Path file) {
        List<ScoreRow> rows = new ArrayList<>();
        // A file has few names in many lines: each is kept once.
        Map<String, String> names = new HashMap<>();
        Map<List<String>, Set<String>> units = new HashMap<>();
        CsvTable.scan(
                file,
                line -> {
                    ScoreRow row = row(line, names);
                    List<String> subject = new ArrayList<>(row.subject());
                    String unit = subject.remove(UNIT);
                    if (!units.computeIfAbsent(subject, key -> new HashSet<>()).add(unit)) {
                        throw twice(file, line.line(), row);
                    }
                    rows.add(row);
                },
                HEADER.toArray(String[]::new));
        return Collections.unmodifiableList(rows);
    }

    private static ScoreRow row(CsvTable.Row line, Map<String, String> names) {
        for (String column : HEADER.subList(0, 5)) {
            if (line.get(column).isEmpty()) {
                throw line.error(column, "is empty");
            }
        }
        UnaryOperator<String> once = name -> names.computeIfAbsent(name, key -> key);
        return new ScoreRow(
                once.apply(line.get("model")),
                once.apply(line.get("task")),
                once.apply(line.get("dataset")),
                once.apply(line.get("unit")),
                once.apply(line.get("metric")),
                once.apply(line.get("class", ScoreRow.ALL)),
                value(line),
                count(line),
                timing(line));
    }

    private static Optional<Timing> timing(CsvTable.Row line) {
        String text = line.get(Timing.COLUMN, "");
        Optional<Timing> timing = Timing.of(text);
        if (timing.isEmpty() && !text.isEmpty()) {
            throw line.error(Timing.COLUMN, "is neither online nor offline");
        }
        return timing;
    }

    private static long count(CsvTable.Row line) {
        long n = line.get("n").isEmpty() ? 1 : line.integer("n");
        if (n < 0) {
            throw line.error("n", "is negative");
        }
        return n;
    }

    private static UserException twice(Path file, long number, ScoreRow row) {
        long[] first = {0};
        CsvTable.scan(
                file,
                line -> {
                    if (first[0] == 0
                            && row(line, new HashMap<>()).subject().equals(row.subject())) {
                        first[0] = line.line();
                    }
                });
        return new UserException(
                String.format(
                        Locale.ROOT,
                        "%s:%d: scores the same thing as line %d (model %s, unit %s, metric %s,"
                                + " class %s); remove one of them, or put the scores of another"
                                + " run of the model into another file",
                        file,
                        number,
                        first[0],
                        row.model(),
                        row.unit(),
                        row.metric(),
                        row.label()));
    }

    private static double value(CsvTable.Row line) {
        String text = line.get("value");
        if (text.isEmpty() || text.equalsIgnoreCase("nan") || text.equalsIgnoreCase("na")) {
            return Double.NaN;
        }
        double value = line.number("value");
        if (Double.isInfinite(value)) {
            throw line.error("value", "is not finite");
        }
        if (Math.abs(value) > LARGEST) {
            throw line.error("value", "is too large to be a score");
        }
        return value;
    }
}
