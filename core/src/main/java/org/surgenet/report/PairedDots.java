package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.util.List;

/** Each unit's score under each model, joined by a line, with the models' scores in front. */
final class PairedDots {
    private static final int PAD = 18;
    private static final int HEIGHT = 250;
    private static final int LEFT = 52;
    private static final int COLUMN = 74;
    private static final int PANELS_WIDE = 3;
    private static final Color LINE = new Color(0xC5CBD3);

    private PairedDots() {}

    static Chart draw(String title, List<Charts.Paired> panels) {
        Font small = Canvas.font(11);
        Font heading = Canvas.bold(14);
        int names = 0;
        int models = 1;
        for (Charts.Paired panel : panels) {
            models = Math.max(models, panel.models().size());
            for (String model : panel.models()) {
                names = Math.max(names, Canvas.width(model, small));
            }
        }
        boolean upright = names > COLUMN - 6;
        names = Math.min(names, 150);
        int columns = Math.max(1, Math.min(panels.size(), models > 4 ? 2 : PANELS_WIDE));
        int plot = Math.max(150, models * COLUMN);
        int panelWidth = LEFT + plot + 18;
        int panelHeight = 30 + HEIGHT + (upright ? names + 14 : 26);
        int rows = (Math.max(1, panels.size()) + columns - 1) / columns;
        int width =
                Math.max(2 * PAD + columns * panelWidth, Canvas.width(title, heading) + 2 * PAD);
        Sketch sketch = new Sketch(width, PAD + 34 + rows * panelHeight + PAD);
        sketch.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
        for (int p = 0; p < panels.size(); p++) {
            int x = PAD + p % columns * panelWidth;
            int y = PAD + 34 + p / columns * panelHeight;
            panel(sketch, panels.get(p), x, y, plot, upright);
        }
        return sketch.chart();
    }

    private static void panel(
            Sketch sketch, Charts.Paired panel, int x, int y, int plot, boolean upright) {
        Font small = Canvas.font(11);
        ForestChart.Axis axis = axis(panel);
        int top = y + 24;
        int left = x + LEFT;
        sketch.text(
                Canvas.fit(panel.title(), Canvas.bold(12), plot + LEFT),
                x,
                y + 6,
                Canvas.bold(12),
                Palette.TEXT,
                Canvas.Anchor.START);
        for (double tick : axis.ticks()) {
            double at = top + HEIGHT * (1 - axis.share(tick));
            sketch.line(left, at, left + plot, at, Palette.GRID, 1);
            sketch.text(axis.label(tick), left - 6, at, small, Palette.TEXT, Canvas.Anchor.END);
        }
        int models = panel.models().size();
        double step = (double) plot / models;
        for (int u = 0; u < panel.values()[0].length; u++) {
            for (int m = 1; m < models; m++) {
                double before = panel.values()[m - 1][u];
                double value = panel.values()[m][u];
                if (Double.isFinite(before) && Double.isFinite(value)) {
                    sketch.line(
                            left + (m - 0.5) * step,
                            top + HEIGHT * (1 - axis.share(before)),
                            left + (m + 0.5) * step,
                            top + HEIGHT * (1 - axis.share(value)),
                            LINE,
                            1);
                }
            }
        }
        for (int m = 0; m < models; m++) {
            double at = left + (m + 0.5) * step;
            for (double value : panel.values()[m]) {
                if (Double.isFinite(value)) {
                    double height = top + HEIGHT * (1 - axis.share(value));
                    sketch.dot(at, height, 3, Color.WHITE, Palette.of(m));
                }
            }
            score(sketch, panel.scores().get(m), at + 13, top, axis);
            String name = Canvas.fit(panel.models().get(m), small, 150);
            if (upright) {
                sketch.upwards(
                        name, at + 4, top + HEIGHT + 10, small, Palette.TEXT, Canvas.Anchor.END);
            } else {
                sketch.text(name, at, top + HEIGHT + 14, small, Palette.TEXT, Canvas.Anchor.MIDDLE);
            }
        }
    }

    /** Estimate and interval, beside the dots. */
    private static void score(
            Sketch sketch, Charts.Interval score, double x, int top, ForestChart.Axis axis) {
        if (Double.isFinite(score.low()) && Double.isFinite(score.high())) {
            double low = top + HEIGHT * (1 - axis.share(score.low()));
            double high = top + HEIGHT * (1 - axis.share(score.high()));
            sketch.line(x, low, x, high, Palette.TEXT, 1.8);
        }
        if (Double.isFinite(score.estimate())) {
            double at = top + HEIGHT * (1 - axis.share(score.estimate()));
            sketch.line(x - 6, at, x + 6, at, Palette.TEXT, 2.4);
        }
    }

    private static ForestChart.Axis axis(Charts.Paired panel) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double[] values : panel.values()) {
            for (double value : values) {
                if (Double.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        for (Charts.Interval score : panel.scores()) {
            for (double value : new double[] {score.low(), score.high(), score.estimate()}) {
                if (Double.isFinite(value)) {
                    low = Math.min(low, value);
                    high = Math.max(high, value);
                }
            }
        }
        return ForestChart.Axis.covering(low, high);
    }
}
