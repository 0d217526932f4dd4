package org.surgenet.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.report.Charts;
import org.surgenet.report.Figure;
import org.surgenet.report.Table;

/** Ranks of models over data sets of whatever task, by one metric of each. */
final class DatasetRanks {
    private DatasetRanks() {}

    /**
     * The figure of mean ranks.
     *
     * @param tables one for each data set
     * @return empty below three models or two data sets that have a score of each
     */
    static Optional<Figure> of(List<ScoreTable> tables, Settings settings) {
        List<ScoreTable> whole = new ArrayList<>();
        List<double[]> scores = new ArrayList<>();
        for (ScoreTable table : tables) {
            List<String> models = whole.isEmpty() ? table.models() : whole.get(0).models();
            if (models.size() < 3 || !table.models().containsAll(models)) {
                continue;
            }
            double[] row =
                    models.stream()
                            .mapToDouble(
                                    m -> table.improvement(table.score(table.models().indexOf(m))))
                            .toArray();
            if (Arrays.stream(row).noneMatch(Double::isNaN)) {
                whole.add(table);
                scores.add(row);
            }
        }
        if (scores.size() < 2) {
            return Optional.empty();
        }
        List<String> models = whole.get(0).models();
        FriedmanNemenyi test =
                FriedmanNemenyi.of(
                        scores.toArray(double[][]::new), false, 1 - settings.confidence());
        Table.Builder data =
                Table.builder("").text("dataset", "metric", "model").numbers("score", "rank");
        for (int b = 0; b < whole.size(); b++) {
            double[] ranks = FriedmanNemenyi.ranks(scores.get(b), false);
            for (int m = 0; m < models.size(); m++) {
                ScoreTable table = whole.get(b);
                data.row(
                        table.dataset(),
                        table.metric(),
                        models.get(m),
                        Format.exact(table.improvement(scores.get(b)[m])),
                        Format.exact(ranks[m]));
            }
        }
        String names =
                String.join(
                        ", ",
                        whole.stream().map(t -> t.dataset() + " (" + t.quality() + ")").toList());
        String title =
                String.format(
                        Locale.ROOT,
                        "%d data sets, Friedman p %s",
                        whole.size(),
                        ("= " + Format.pValue(test.pValue())).replace("= <", "< "));
        return Optional.of(
                new Figure(
                        "ranks-over-data-sets",
                        Charts.criticalDifferences(
                                "Mean ranks over data sets",
                                List.of(
                                        new Charts.Ranks(
                                                title,
                                                models,
                                                test.ranks(),
                                                test.criticalDifference()))),
                        data.build(),
                        "Mean ranks over "
                                + names
                                + ", 1 being the best. Models joined by a bar lie within the"
                                + " critical difference and are not told apart by Nemenyi's test at"
                                + " "
                                + Format.level(settings)
                                + "; with few data sets that says little. Data sets of the same"
                                + " patients are not independent."));
    }
}
