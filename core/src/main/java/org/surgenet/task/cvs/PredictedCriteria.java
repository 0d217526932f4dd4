package org.surgenet.task.cvs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.task.GivenPredictions;
import org.surgenet.task.Item;
import org.surgenet.task.PredictionTable;

/**
 * Criteria as CSV: {@code p_NAME} for each, and perhaps {@code votes_NAME} (raters' mean) or {@code
 * target_NAME}.
 */
final class PredictedCriteria implements GivenPredictions<CvsSample, CriteriaOutput> {
    private final PredictionTable table;
    private final String datasetName;

    PredictedCriteria(PredictionTable table, String datasetName) {
        this.table = table;
        this.datasetName = datasetName;
    }

    private Optional<String> targetColumn(String name) {
        return Stream.of("votes_" + name, "target_" + name).filter(table::has).findFirst();
    }

    @Override
    public Optional<Dataset<CvsSample>> targets() {
        return targetColumn(table.names().get(0)).map(column -> samples());
    }

    private Dataset<CvsSample> samples() {
        table.require("video");
        List<String> classes = table.names();
        List<String> columns = new ArrayList<>();
        for (String criterion : classes) {
            columns.add(
                    targetColumn(criterion)
                            .orElseThrow(
                                    () ->
                                            new UserException(
                                                    table.file()
                                                            + ": has no column votes_"
                                                            + criterion
                                                            + " or target_"
                                                            + criterion)));
        }
        List<CvsSample> samples = new ArrayList<>();
        for (CsvTable.Row row : table.rows()) {
            int number = samples.size();
            samples.add(
                    new CvsSample(
                            PredictionTable.frame(row, number),
                            Path.of("none"),
                            PredictionTable.video(row),
                            PredictionTable.video(row),
                            table.time(row, number),
                            columns.stream()
                                    .map(column -> PredictionTable.fraction(row, column))
                                    .toList()));
        }
        return table.dataset(datasetName, classes, samples, List.of());
    }

    @Override
    public List<Path> files() {
        return List.of(table.file());
    }

    @Override
    public String wanted() {
        return "has no targets (columns votes_NAME or target_NAME); add them, or give data and"
                + " format";
    }

    @Override
    public Found<CvsSample, CriteriaOutput> of(
            Dataset<CvsSample> dataset, List<CvsSample> samples) {
        List<CriteriaOutput> outputs = new ArrayList<>();
        table.warnOfUnknown(dataset.classes());
        for (CsvTable.Row row : table.of(dataset, samples)) {
            outputs.add(new CriteriaOutput(table.probabilities(row, dataset.classes())));
        }
        return new Found<>(
                table.rows().size() - samples.size(),
                i ->
                        new Scored<>(
                                new Item<>(samples.get(i), new byte[0], new byte[0]),
                                outputs.get(i)));
    }
}
