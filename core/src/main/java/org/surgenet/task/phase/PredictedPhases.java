package org.surgenet.task.phase;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.metrics.Timing;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.Item;
import org.surgenet.task.PredictionTable;

/**
 * Phases as CSV: the column {@code prediction} (a class's name), perhaps {@code target}, {@code
 * p_NAME} for the probability of each class or of none, and perhaps {@code timing} ({@link
 * Timing}).
 */
final class PredictedPhases implements GivenPredictions<PhaseSample, PhaseOutput> {
    static final String PREDICTION = "prediction";
    private static final String TARGET = "target";

    private final PredictionTable table;
    private final String datasetName;

    PredictedPhases(PredictionTable table, String datasetName) {
        this.table = table;
        this.datasetName = datasetName;
    }

    @Override
    public Optional<Dataset<PhaseSample>> targets() {
        return table.has(TARGET) ? Optional.of(samples()) : Optional.empty();
    }

    private Dataset<PhaseSample> samples() {
        table.require("video");
        List<String> classes = table.names();
        List<String> notes = new ArrayList<>();
        if (classes.isEmpty()) {
            Set<String> targets = named(TARGET);
            Set<String> found = named(PREDICTION);
            if (!found.isEmpty() && !targets.isEmpty() && Collections.disjoint(targets, found)) {
                throw new UserException(
                        "no predicted phase is a target: predicted are "
                                + String.join(", ", found)
                                + "; targets are "
                                + String.join(", ", targets)
                                + ". Names must agree, in capitals and blanks, too");
            }
            if (!targets.containsAll(found)) {
                notes.add(
                        "predicted, but no frame's target: "
                                + String.join(
                                        ", ",
                                        found.stream()
                                                .filter(name -> !targets.contains(name))
                                                .toList()));
            }
            found.addAll(targets);
            classes = List.copyOf(found);
        }
        List<PhaseSample> samples = new ArrayList<>();
        for (CsvTable.Row row : table.rows()) {
            int number = samples.size();
            samples.add(
                    new PhaseSample(
                            PredictionTable.frame(row, number),
                            Path.of("none"),
                            PredictionTable.video(row),
                            PredictionTable.video(row),
                            table.time(row, number),
                            PredictionTable.index(row, TARGET, classes)));
        }
        return table.dataset(datasetName, classes, samples, notes);
    }

    private Set<String> named(String column) {
        Set<String> names = new TreeSet<>();
        table.rows().forEach(row -> names.add(PredictionTable.filled(row, column)));
        return names;
    }

    @Override
    public Optional<Timing> timing() {
        if (!table.has(Timing.COLUMN)) {
            return Optional.empty();
        }
        String first = table.rows().isEmpty() ? "" : table.rows().get(0).get(Timing.COLUMN);
        for (CsvTable.Row row : table.rows()) {
            String text = row.get(Timing.COLUMN);
            if (!text.isEmpty() && Timing.of(text).isEmpty()) {
                throw row.error(Timing.COLUMN, "is neither online nor offline");
            }
            if (!text.equals(first)) {
                throw row.error(
                        Timing.COLUMN,
                        "differs from '"
                                + first
                                + "' in the first line; predictions of two kinds are two models:"
                                + " put them into two files");
            }
        }
        return Timing.of(first);
    }

    @Override
    public List<Path> files() {
        return List.of(table.file());
    }

    @Override
    public String wanted() {
        return "has no targets (column target); add them, or give data and format";
    }

    @Override
    public Found<PhaseSample, PhaseOutput> of(
            Dataset<PhaseSample> dataset, List<PhaseSample> samples) {
        List<String> classes = dataset.classes();
        List<PhaseOutput> outputs = new ArrayList<>();
        table.warnOfUnknown(classes);
        boolean told = !table.names().isEmpty();
        for (CsvTable.Row row : table.of(dataset, samples)) {
            outputs.add(
                    new PhaseOutput(
                            PredictionTable.index(row, PREDICTION, classes),
                            told ? table.probabilities(row, classes) : new double[0]));
        }
        return new Found<>(
                table.rows().size() - samples.size(),
                i ->
                        new Scored<>(
                                new Item<>(samples.get(i), new byte[0], new byte[0]),
                                outputs.get(i)));
    }
}
