package org.surgenet.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * Reads and writes {@code scores.csv}: {@code model,task,dataset,unit,metric,class,value,n}. A
 * missing value is an empty field; {@code nan} in any case is read as missing, too.
 */
public final class ScoresCsv {
    public static final String FILE_NAME = "scores.csv";

    private static final List<String> HEADER =
            List.of("model", "task", "dataset", "unit", "metric", "class", "value", "n");

    private ScoresCsv() {}

    /**
     * Writes a table atomically, in the order given.
     *
     * @throws IOException if writing fails
     */
    public static void write(Path file, List<ScoreRow> rows) throws IOException {
        List<List<String>> lines = new ArrayList<>(rows.size());
        for (ScoreRow row : rows) {
            lines.add(
                    List.of(
                            row.model(),
                            row.task(),
                            row.dataset(),
                            row.unit(),
                            row.metric(),
                            row.label(),
                            Double.isNaN(row.value()) ? "" : Double.toString(row.value()),
                            Long.toString(row.n())));
        }
        CsvTable.write(file, HEADER, lines);
    }

    /**
     * Reads a table.
     *
     * @throws UserException if it cannot be read, a column is missing, a name is empty, a value is
     *     neither a finite number nor missing, or two lines score the same thing; the message names
     *     file and line
     */
    public static List<ScoreRow> read(Path file) {
        List<ScoreRow> rows = new ArrayList<>();
        Map<List<String>, Long> seen = new HashMap<>();
        for (CsvTable.Row line : CsvTable.read(file, HEADER.toArray(String[]::new)).rows()) {
            for (String column : HEADER.subList(0, 5)) {
                if (line.get(column).isEmpty()) {
                    throw line.error(column, "is empty");
                }
            }
            ScoreRow row =
                    new ScoreRow(
                            line.get("model"),
                            line.get("task"),
                            line.get("dataset"),
                            line.get("unit"),
                            line.get("metric"),
                            line.get("class", ScoreRow.ALL),
                            value(line),
                            line.get("n").isEmpty() ? 1 : line.integer("n"));
            Long first =
                    seen.putIfAbsent(
                            List.of(
                                    row.model(),
                                    row.task(),
                                    row.dataset(),
                                    row.unit(),
                                    row.metric(),
                                    row.label()),
                            line.line());
            if (first != null) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s:%d: scores the same thing as line %d (model %s, unit %s,"
                                        + " metric %s, class %s); remove one of them, or put the"
                                        + " scores of another run of the model into another file",
                                file,
                                line.line(),
                                first,
                                row.model(),
                                row.unit(),
                                row.metric(),
                                row.label()));
            }
            rows.add(row);
        }
        return List.copyOf(rows);
    }

    private static double value(CsvTable.Row line) {
        String text = line.get("value");
        if (text.isEmpty() || text.equalsIgnoreCase("nan")) {
            return Double.NaN;
        }
        double value = line.number("value");
        if (Double.isInfinite(value)) {
            throw line.error("value", "is not finite");
        }
        return value;
    }
}
