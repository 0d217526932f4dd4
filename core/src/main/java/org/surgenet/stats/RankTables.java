package org.surgenet.stats;

import java.util.Locale;
import org.surgenet.common.Words;
import org.surgenet.report.Table;

/** Ranks and fits over models as tables to read. */
final class RankTables {
    private RankTables() {}

    /**
     * Mean ranks, the best first.
     *
     * @param suffix of the caption
     */
    static Table ranks(Comparison comparison, String suffix) {
        Table.Builder table =
                Table.builder("Ranks of the models" + suffix)
                        .text("metric", "ranked on", "model")
                        .numbers("mean rank", "critical difference", "p (Friedman)")
                        .text("not told apart from");
        for (Ranking ranking : comparison.rankings()) {
            for (int m : ranking.order()) {
                table.row(
                        ranking.title(),
                        Words.counted(ranking.blocks().size(), ranking.over()),
                        ranking.models().get(m),
                        String.format(Locale.ROOT, "%.2f", ranking.test().ranks()[m]),
                        String.format(Locale.ROOT, "%.2f", ranking.test().criticalDifference()),
                        Format.pValue(ranking.test().pValue()),
                        ranking.alike(m).isEmpty() ? "–" : String.join(", ", ranking.alike(m)));
            }
        }
        return table.note(
                        "Rank 1 is the best; ties share the mean of their ranks. Friedman's test"
                                + " asks whether all models rank alike. Models whose mean ranks lie"
                                + " within the critical difference are not told apart by Nemenyi's"
                                + " test at "
                                + Format.level(comparison.settings())
                                + ", all pairs taken together (Demšar 2006).")
                .build();
    }

    /**
     * Coefficients of the fits to pretraining data.
     *
     * @param suffix of the caption
     */
    static Table scaling(Comparison comparison, String suffix) {
        String percent = Format.percent(comparison.settings());
        Table.Builder table =
                Table.builder("Scaling with pretraining data" + suffix)
                        .text("metric", "coefficient")
                        .numbers(
                                "estimate",
                                percent + " CI between models",
                                percent + " CI between units",
                                "models",
                                "residual SD");
        for (ScalingFit fit : comparison.fits()) {
            for (ScalingFit.Term term : fit.terms()) {
                table.row(
                        fit.title(),
                        term.name(),
                        Format.fine(term.estimate()),
                        Format.fine(term.betweenArms()),
                        Format.fine(term.betweenUnits()),
                        Integer.toString(fit.models().size()),
                        Format.fine(fit.residual()).replace("+", ""));
            }
        }
        return table.note(
                        "Least squares of the models' scores: A + a·log10(frames) + b·procedures."
                            + " Between models: t-interval from their scatter around the fit, which"
                            + " speaks of other models pretrained likewise. Between units:"
                            + " bootstrap of patients or videos, the models being as they are. It"
                            + " describes these models and need not hold for more data.")
                .build();
    }
}
