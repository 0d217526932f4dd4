package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.surgenet.common.CounterRandom;

/** Points in a plane, coloured by group, with a legend below in as many lines as it needs. */
final class ScatterChart {
    private static final int PAD = 18;
    private static final int LEFT = 70;
    private static final int SIDE = 620;
    private static final int NAME = 240;
    private static final int OPAQUE = 170;

    private ScatterChart() {}

    static Chart draw(
            String title,
            String xLabel,
            String yLabel,
            List<String> names,
            int[] groups,
            double[][] points) {
        Font font = Canvas.font(12);
        int top = PAD + 30;
        int right = LEFT + SIDE;
        int bottom = top + SIDE;
        List<String> shown = names.stream().map(n -> Canvas.fit(n, font, NAME)).toList();
        boolean others = Arrays.stream(groups).anyMatch(group -> group < 0);
        IntFunction<Color> colours =
                g -> g < 0 || others && g == names.size() - 1 ? Palette.FAINT : Palette.of(g);
        int legendTop = bottom + 60;
        int end = RibbonChart.legend(null, shown, colours, LEFT, legendTop, right, font);
        try (Canvas canvas = new Canvas(right + PAD, end + PAD)) {
            canvas.text(
                    Canvas.fit(title, Canvas.bold(14), right - PAD),
                    PAD,
                    PAD + 6,
                    Canvas.bold(14),
                    Palette.TEXT,
                    Canvas.Anchor.START);
            ForestChart.Axis x = axis(points, 0);
            ForestChart.Axis y = axis(points, 1);
            grid(canvas, x, y, top, bottom);
            canvas.text(
                    xLabel,
                    LEFT + SIDE / 2.0,
                    bottom + 38,
                    font,
                    Palette.TEXT,
                    Canvas.Anchor.MIDDLE);
            canvas.upwards(yLabel, PAD, top + SIDE / 2.0, font, Palette.TEXT, Canvas.Anchor.MIDDLE);
            // In random order: what is drawn last must not hide all other groups.
            for (int i : CounterRandom.of(0).permutation(points.length)) {
                Color colour = colours.apply(groups[i]);
                canvas.pen.setColor(
                        new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), OPAQUE));
                double px = LEFT + SIDE * x.share(points[i][0]);
                double py = bottom - SIDE * y.share(points[i][1]);
                canvas.pen.fill(new Ellipse2D.Double(px - 2.5, py - 2.5, 5, 5));
            }
            RibbonChart.legend(canvas, shown, colours, LEFT, legendTop, right, font);
            return canvas.chart();
        }
    }

    private static ForestChart.Axis axis(double[][] points, int dimension) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double[] point : points) {
            low = Math.min(low, point[dimension]);
            high = Math.max(high, point[dimension]);
        }
        return low < high
                ? ForestChart.Axis.covering(low, high)
                : ForestChart.Axis.covering(low - 1, high + 1);
    }

    private static void grid(
            Canvas canvas, ForestChart.Axis x, ForestChart.Axis y, int top, int bottom) {
        Font small = Canvas.font(11);
        for (double tick : x.ticks()) {
            double at = LEFT + SIDE * x.share(tick);
            canvas.pen.setColor(Palette.GRID);
            canvas.pen.draw(new Line2D.Double(at, top, at, bottom));
            canvas.text(x.label(tick), at, bottom + 14, small, Palette.TEXT, Canvas.Anchor.MIDDLE);
        }
        for (double tick : y.ticks()) {
            double at = bottom - SIDE * y.share(tick);
            canvas.pen.setColor(Palette.GRID);
            canvas.pen.draw(new Line2D.Double(LEFT, at, LEFT + SIDE, at));
            canvas.text(y.label(tick), LEFT - 8, at, small, Palette.TEXT, Canvas.Anchor.END);
        }
    }
}
