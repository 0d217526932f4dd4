package org.surgenet.stats;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.surgenet.metrics.Means;
import org.surgenet.metrics.ScoreRow;

/**
 * Three or more models by their ranks, over data sets or over the units of one.
 *
 * @param task as in the files
 * @param title metric and class, and the data set where it is one
 * @param over what the blocks are, such as "data set" or "patient"
 * @param models their names
 * @param blocks names of the blocks
 * @param ranks blocks × models; 1 is the best
 * @param test of these ranks
 */
record Ranking(
        String task,
        String title,
        String over,
        List<String> models,
        List<String> blocks,
        double[][] ranks,
        FriedmanNemenyi test) {

    /** What the blocks are called where each is a data set. */
    static final String DATASETS = "data set";

    private record Key(
            String task, String metric, String label, List<String> models, boolean lower) {}

    /**
     * Ranks the models of each table over all classes by its units, and those of several data sets'
     * tables by the data sets. Blocks in which a model has no score are left out.
     *
     * @param level of the critical difference
     */
    static List<Ranking> of(List<ScoreTable> tables, double level) {
        List<Ranking> rankings = new ArrayList<>();
        Map<Key, List<ScoreTable>> datasets = new LinkedHashMap<>();
        for (ScoreTable table : tables) {
            if (table.models().size() > 2 && table.label().equals(ScoreRow.ALL)) {
                Key key =
                        new Key(
                                table.task(),
                                table.metric(),
                                table.label(),
                                table.models().stream().sorted().toList(),
                                table.lowerIsBetter());
                datasets.computeIfAbsent(key, k -> new ArrayList<>()).add(table);
            }
        }
        datasets.values()
                .forEach(
                        of -> {
                            if (of.size() > 1) {
                                add(rankings, overDatasets(of), level);
                            }
                            of.forEach(table -> add(rankings, overUnits(table), level));
                        });
        return rankings;
    }

    /** Places of the models, the best first; equal mean ranks in the order of the models. */
    List<Integer> order() {
        return IntStream.range(0, models.size())
                .boxed()
                .sorted(Comparator.comparingDouble(m -> test.ranks()[m]))
                .toList();
    }

    /** Models whose mean rank is within the critical difference of this one's. */
    List<String> alike(int model) {
        return IntStream.range(0, models.size())
                .filter(m -> m != model)
                .filter(
                        m ->
                                Math.abs(test.ranks()[m] - test.ranks()[model])
                                        <= test.criticalDifference())
                .mapToObj(models::get)
                .toList();
    }

    /** Scores by block, before they are ranked. */
    private record Blocks(
            String task,
            String title,
            String over,
            List<String> models,
            boolean lower,
            Map<String, double[]> scores) {}

    private static Blocks overDatasets(List<ScoreTable> tables) {
        ScoreTable first = tables.get(0);
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (ScoreTable table : tables) {
            double[] row = new double[first.models().size()];
            for (int m = 0; m < row.length; m++) {
                row[m] = table.score(table.models().indexOf(first.models().get(m)));
            }
            scores.put(table.dataset(), row);
        }
        return new Blocks(
                first.task(),
                first.quality(),
                DATASETS,
                first.models(),
                first.lowerIsBetter(),
                scores);
    }

    private static Blocks overUnits(ScoreTable table) {
        Map<String, double[]> scores = new LinkedHashMap<>();
        for (int u = 0; u < table.units().size(); u++) {
            double[] row = new double[table.models().size()];
            for (int m = 0; m < row.length; m++) {
                row[m] = table.values()[m][u];
            }
            scores.put(table.units().get(u), row);
        }
        return new Blocks(
                table.task(),
                table.quality() + ", " + table.dataset(),
                table.unitName(),
                table.models(),
                table.lowerIsBetter(),
                scores);
    }

    private static void add(List<Ranking> rankings, Blocks blocks, double level) {
        blocks.scores.values().removeIf(row -> Means.count(row) < row.length);
        if (blocks.scores.size() < 2) {
            return;
        }
        double[][] scores = blocks.scores.values().toArray(double[][]::new);
        double[][] ranks = new double[scores.length][];
        for (int b = 0; b < ranks.length; b++) {
            ranks[b] = FriedmanNemenyi.ranks(scores[b], blocks.lower);
        }
        rankings.add(
                new Ranking(
                        blocks.task,
                        blocks.title,
                        blocks.over,
                        blocks.models,
                        List.copyOf(blocks.scores.keySet()),
                        ranks,
                        FriedmanNemenyi.of(scores, blocks.lower, level)));
    }
}
