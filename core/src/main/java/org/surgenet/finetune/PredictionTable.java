package org.surgenet.finetune;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.dataset.CvsSample;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.PhaseSample;
import org.surgenet.dataset.Sample;

/**
 * Predictions of frames that some program made, as CSV, with or without their targets. What {@code
 * evaluate} writes as {@code predictions.csv} is one.
 *
 * <p>Phases have the column {@code prediction} (a class's name), perhaps {@code target}, and {@code
 * p_NAME} for the probability of each class; criteria have {@code p_NAME} and perhaps {@code
 * votes_NAME} (raters' mean) or {@code target_NAME} for each. With targets a column {@code video}
 * says whose frame it is; without, {@code path}, or {@code video} and {@code time_s}, find the
 * frame in a data set.
 */
final class PredictionTable {
    private static final String PROBABILITY = "p_";

    private final CsvTable table;

    PredictionTable(Path file) {
        table = CsvTable.read(file);
    }

    /** Whether it is of phases, not of criteria. */
    boolean phases() {
        return table.has("prediction");
    }

    /** Whether it has the targets itself. */
    boolean hasTargets() {
        return phases() ? table.has("target") : targetColumn(names().get(0)) != null;
    }

    /** The classes whose probabilities it has. */
    private List<String> names() {
        List<String> names =
                table.header().stream()
                        .filter(c -> c.startsWith(PROBABILITY))
                        .map(c -> c.substring(PROBABILITY.length()))
                        .toList();
        if (names.isEmpty() && !phases()) {
            throw new UserException(
                    table.file()
                            + ": has neither a column 'prediction' (phases) nor columns p_NAME"
                            + " (criteria)");
        }
        return names;
    }

    private String targetColumn(String name) {
        return Stream.of("votes_" + name, "target_" + name)
                .filter(table::has)
                .findFirst()
                .orElse(null);
    }

    /**
     * The phases with their targets as a data set.
     *
     * @throws UserException if a column is missing
     */
    Dataset<PhaseSample> phaseSamples(String name) {
        require("video");
        List<String> classes = names();
        if (classes.isEmpty()) {
            Set<String> found = new LinkedHashSet<>();
            table.rows().forEach(row -> found.add(row.get("target")));
            table.rows().forEach(row -> found.add(row.get("prediction")));
            classes = found.stream().sorted().toList();
        }
        List<PhaseSample> samples = new ArrayList<>();
        for (CsvTable.Row row : table.rows()) {
            String frame = frame(row, samples.size());
            samples.add(
                    new PhaseSample(
                            frame,
                            Path.of("none"),
                            row.get("video"),
                            row.get("video"),
                            time(row, samples.size()),
                            index(row, "target", classes)));
        }
        return dataset(name, classes, samples);
    }

    /**
     * The criteria with their targets as a data set.
     *
     * @throws UserException if a column is missing or a vote is not in 0 to 1
     */
    Dataset<CvsSample> cvsSamples(String name) {
        require("video");
        List<String> classes = names();
        List<CvsSample> samples = new ArrayList<>();
        for (CsvTable.Row row : table.rows()) {
            List<Double> votes = new ArrayList<>();
            for (String criterion : classes) {
                String column = targetColumn(criterion);
                if (column == null) {
                    throw new UserException(
                            table.file()
                                    + ": has no column votes_"
                                    + criterion
                                    + " or target_"
                                    + criterion);
                }
                votes.add(fraction(row, column));
            }
            samples.add(
                    new CvsSample(
                            frame(row, samples.size()),
                            Path.of("none"),
                            row.get("video"),
                            row.get("video"),
                            time(row, samples.size()),
                            votes));
        }
        return dataset(name, classes, samples);
    }

    private <S extends Sample> Dataset<S> dataset(
            String name, List<String> classes, List<S> samples) {
        if (samples.isEmpty()) {
            throw new UserException(table.file() + ": has no predictions, only a header line");
        }
        return new Dataset<>(name, "csv", classes, samples, Map.of(), "", List.of());
    }

    private static String frame(CsvTable.Row row, int number) {
        return row.get("path", row.get("video") + " frame " + number);
    }

    private static double time(CsvTable.Row row, int number) {
        return row.get("time_s", "").isEmpty() ? number : row.number("time_s");
    }

    private static double fraction(CsvTable.Row row, String column) {
        double value = row.number(column);
        if (!(value >= 0 && value <= 1)) {
            throw row.error(column, "is not between 0 and 1");
        }
        return value;
    }

    private static int index(CsvTable.Row row, String column, List<String> classes) {
        int index = classes.indexOf(row.get(column));
        if (index < 0) {
            throw row.error(column, "is none of the classes " + String.join(", ", classes));
        }
        return index;
    }

    private void require(String column) {
        if (!table.has(column)) {
            throw new UserException(
                    table.file()
                            + ": has no column '"
                            + column
                            + "'; its header is "
                            + String.join(",", table.header()));
        }
    }

    /**
     * The outputs for samples, in their order.
     *
     * @throws UserException if samples have no line, a frame has two, or a value is not as
     *     described
     */
    List<NetworkOutput> outputs(List<? extends Sample> samples, List<String> classes) {
        boolean byPath = table.has("path");
        if (!byPath) {
            require("video");
        }
        Map<String, CsvTable.Row> rows = new HashMap<>();
        int number = 0;
        for (CsvTable.Row row : table.rows()) {
            String key = byPath ? row.get("path") : key(row, number);
            if (rows.putIfAbsent(key, row) != null) {
                throw row.error(byPath ? "path" : "video", "has this frame in an earlier line");
            }
            number++;
        }
        List<NetworkOutput> outputs = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Sample sample : samples) {
            CsvTable.Row row =
                    rows.get(byPath ? sample.name() : key(sample.video(), sample.timeSeconds()));
            if (row == null) {
                missing.add(sample.name());
            } else {
                outputs.add(output(row, classes));
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
        return outputs;
    }

    private static String key(CsvTable.Row row, int number) {
        return key(row.get("video"), time(row, number));
    }

    /** Times to the millisecond, as they are written. */
    private static String key(String video, double time) {
        return video + "\n" + Math.round(1000 * time);
    }

    private NetworkOutput output(CsvTable.Row row, List<String> classes) {
        double[] values = new double[classes.size()];
        for (int c = 0; c < values.length; c++) {
            if (table.has(PROBABILITY + classes.get(c))) {
                values[c] = fraction(row, PROBABILITY + classes.get(c));
            } else if (!phases()) {
                throw new UserException(
                        table.file() + ": has no column " + PROBABILITY + classes.get(c));
            }
        }
        return phases()
                ? new NetworkOutput.Phase(index(row, "prediction", classes), values)
                : new NetworkOutput.Probabilities(values);
    }
}
