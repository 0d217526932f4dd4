package org.surgenet.stats;

import java.util.ArrayList;
import java.util.List;
import org.surgenet.report.Table;

/** The numbers that a comparison's figures show, with all their digits. */
final class FigureData {
    private FigureData() {}

    static Table differences(Comparison comparison) {
        Table.Builder table =
                Table.builder("")
                        .text("task", "dataset", "metric", "class", "model", "baseline")
                        .numbers("difference", "ci_low", "ci_high", "p_adjusted", "n");
        for (Comparison.Group group : comparison.groups()) {
            for (Comparison.Difference d : group.differences()) {
                List<String> row = named(group.scores());
                row.addAll(List.of(d.model(), d.baseline(), Format.exact(d.estimate())));
                row.addAll(ends(d.interval()));
                row.addAll(List.of(Format.exact(d.pAdjusted()), Integer.toString(d.n())));
                table.row(row);
            }
        }
        return table.build();
    }

    static Table estimates(Comparison comparison) {
        Table.Builder table =
                Table.builder("")
                        .text("task", "dataset", "metric", "class", "model")
                        .numbers("score", "ci_low", "ci_high", "n");
        for (Comparison.Group group : comparison.groups()) {
            for (Comparison.Estimate e : group.estimates()) {
                List<String> row = named(group.scores());
                row.addAll(List.of(e.model(), Format.exact(e.estimate())));
                row.addAll(ends(e.interval()));
                row.add(Integer.toString(e.n()));
                table.row(row);
            }
        }
        return table.build();
    }

    static Table units(List<Comparison.Group> groups) {
        Table.Builder table =
                Table.builder("")
                        .text("task", "dataset", "metric", "class", "unit", "model")
                        .numbers("score");
        for (Comparison.Group group : groups) {
            ScoreTable scores = group.scores();
            for (int m = 0; m < scores.models().size(); m++) {
                for (int u = 0; u < scores.units().size(); u++) {
                    List<String> row = named(scores);
                    row.addAll(List.of(scores.units().get(u), scores.models().get(m)));
                    row.add(Format.exact(scores.values()[m][u]));
                    table.row(row);
                }
            }
        }
        return table.build();
    }

    static Table meanRanks(List<Ranking> rankings) {
        Table.Builder table =
                Table.builder("")
                        .text("task", "ranking", "over", "model")
                        .numbers("mean_rank", "critical_difference", "blocks", "p_friedman");
        for (Ranking ranking : rankings) {
            for (int m = 0; m < ranking.models().size(); m++) {
                table.row(
                        ranking.task(),
                        ranking.title(),
                        ranking.over(),
                        ranking.models().get(m),
                        Format.exact(ranking.test().ranks()[m]),
                        Format.exact(ranking.test().criticalDifference()),
                        Integer.toString(ranking.blocks().size()),
                        Format.exact(ranking.test().pValue()));
            }
        }
        return table.build();
    }

    static Table ranks(List<String> axes, List<String> models, double[][] ranks) {
        Table.Builder table = Table.builder("").text("axis", "model").numbers("rank");
        for (int a = 0; a < axes.size(); a++) {
            for (int m = 0; m < models.size(); m++) {
                table.row(axes.get(a), models.get(m), Format.exact(ranks[m][a]));
            }
        }
        return table.build();
    }

    private static List<String> named(ScoreTable scores) {
        return new ArrayList<>(
                List.of(scores.task(), scores.dataset(), scores.metric(), scores.label()));
    }

    private static List<String> ends(Interval interval) {
        return List.of(Format.exact(interval.low()), Format.exact(interval.high()));
    }
}
