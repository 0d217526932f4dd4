package org.surgenet.stats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.surgenet.report.Charts;
import org.surgenet.report.Figure;
import org.surgenet.report.Table;

/** Scores over the number of pretraining frames, beside what the fit gives for each model. */
final class ScalingFigure {
    private static final int PANELS = 6;

    private ScalingFigure() {}

    /** The figure; empty where nothing was fitted. */
    static Optional<Figure> of(Comparison comparison) {
        if (comparison.fits().isEmpty()) {
            return Optional.empty();
        }
        List<Charts.PointPanel> panels = new ArrayList<>();
        Table.Builder data =
                Table.builder("").text("task", "fit", "model").numbers("frames", "score", "fitted");
        for (ScalingFit fit : comparison.fits()) {
            for (int m = 0; m < fit.models().size(); m++) {
                data.row(
                        fit.task(),
                        fit.title(),
                        fit.models().get(m),
                        Format.exact(fit.frames()[m]),
                        Format.exact(fit.scores()[m]),
                        Format.exact(fit.fitted()[m]));
            }
            if (panels.size() < PANELS) {
                panels.add(panel(comparison, fit));
            }
        }
        return Optional.of(
                new Figure(
                        "scaling",
                        Charts.points("Scores over pretraining frames", panels),
                        data.build(),
                        "Each model's score with its interval over units, and what the fit gives"
                                + " for its frames and procedures. A description of these models,"
                                + " no law. "
                                + ComparisonFigures.method(comparison)));
    }

    private static Charts.PointPanel panel(Comparison comparison, ScalingFit fit) {
        int n = fit.models().size();
        double[] none = new double[n];
        Arrays.fill(none, Double.NaN);
        double[] low = none.clone();
        double[] high = none.clone();
        comparison.groups().stream()
                .filter(g -> g.scores().title().equals(fit.title()))
                .filter(g -> g.scores().task().equals(fit.task()))
                .findFirst()
                .ifPresent(
                        g -> {
                            for (int m = 0; m < n; m++) {
                                low[m] = g.estimates().get(m).interval().low();
                                high[m] = g.estimates().get(m).interval().high();
                            }
                        });
        return new Charts.PointPanel(
                fit.title(),
                "pretraining frames",
                "score",
                true,
                Double.NaN,
                List.of(
                        new Charts.Points(
                                "score",
                                fit.frames(),
                                fit.scores(),
                                low,
                                high,
                                fit.models(),
                                false),
                        new Charts.Points(
                                "fit", fit.frames(), fit.fitted(), none, none, List.of(), false)));
    }
}
