package org.surgenet.report;

import java.awt.Font;
import java.util.List;

/** One polygon per model over several axes, rank 1 at the rim. */
final class RadarChart {
    private static final int PAD = 18;
    private static final int RADIUS = 190;

    private RadarChart() {}

    /**
     * @param ranks models × axes, from 1
     */
    static Chart draw(String title, List<String> axes, List<String> models, double[][] ranks) {
        Font plain = Canvas.font(12);
        Font heading = Canvas.bold(14);
        int labels = 40;
        for (String axis : axes) {
            labels = Math.max(labels, Math.min(220, Canvas.width(axis, plain)));
        }
        int names = 40;
        for (String model : models) {
            names = Math.max(names, Math.min(220, Canvas.width(model, plain)));
        }
        int width =
                Math.max(
                        2 * PAD + 2 * (labels + 14) + 2 * RADIUS + 40 + names,
                        Canvas.width(title, heading) + 2 * PAD);
        Sketch sketch = new Sketch(width, PAD + 34 + 2 * RADIUS + 64 + PAD);
        sketch.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
        double cx = PAD + labels + 14 + RADIUS;
        double cy = PAD + 34 + 30 + RADIUS;
        int k = models.size();
        for (int rank = 1; rank <= k; rank++) {
            ring(sketch, cx, cy, axes.size(), radius(rank, k));
        }
        for (int a = 0; a < axes.size(); a++) {
            double x = Math.sin(angle(a, axes.size()));
            double y = -Math.cos(angle(a, axes.size()));
            sketch.line(cx, cy, cx + RADIUS * x, cy + RADIUS * y, Palette.GRID, 1);
            Canvas.Anchor anchor =
                    Math.abs(x) < 0.1
                            ? Canvas.Anchor.MIDDLE
                            : x > 0 ? Canvas.Anchor.START : Canvas.Anchor.END;
            sketch.text(
                    Canvas.fit(axes.get(a), plain, 220),
                    cx + (RADIUS + 10) * x,
                    cy + (RADIUS + 16) * y,
                    plain,
                    Palette.TEXT,
                    anchor);
        }
        for (int m = 0; m < k; m++) {
            double[] x = new double[axes.size()];
            double[] y = new double[axes.size()];
            for (int a = 0; a < x.length; a++) {
                // A little apart, so that equal ranks do not hide each other.
                double r = radius(ranks[m][a], k) - 2.5 * m;
                x[a] = cx + r * Math.sin(angle(a, x.length));
                y[a] = cy - r * Math.cos(angle(a, x.length));
            }
            sketch.polygon(x, y, Palette.of(m));
            for (int a = 0; a < x.length; a++) {
                sketch.dot(x[a], y[a], 3, Palette.of(m), Palette.of(m));
            }
            double at = PAD + 60 + 22 * m;
            double left = width - PAD - names - 26;
            sketch.line(left, at, left + 18, at, Palette.of(m), 3);
            sketch.text(
                    Canvas.fit(models.get(m), plain, 220),
                    left + 26,
                    at,
                    plain,
                    Palette.TEXT,
                    Canvas.Anchor.START);
        }
        for (int rank = 1; rank <= k; rank++) {
            sketch.text(
                    Integer.toString(rank),
                    cx + 7,
                    cy - radius(rank, k) + 8,
                    Canvas.font(10),
                    Palette.FAINT,
                    Canvas.Anchor.START);
        }
        return sketch.chart();
    }

    private static double angle(int axis, int axes) {
        return 2 * Math.PI * axis / axes;
    }

    /** The rim for rank 1, a fifth of it for the last. */
    private static double radius(double rank, int ranks) {
        return RADIUS * (1 - 0.8 * (rank - 1) / Math.max(1, ranks - 1));
    }

    private static void ring(Sketch sketch, double cx, double cy, int axes, double radius) {
        for (int a = 0; a < axes; a++) {
            double from = angle(a, axes);
            double to = angle(a + 1, axes);
            sketch.line(
                    cx + radius * Math.sin(from),
                    cy - radius * Math.cos(from),
                    cx + radius * Math.sin(to),
                    cy - radius * Math.cos(to),
                    Palette.GRID,
                    1);
        }
    }
}
