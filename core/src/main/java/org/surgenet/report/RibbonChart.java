package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** Phases over time as coloured bands. */
final class RibbonChart {
    private static final int PAD = 18;
    private static final int PLOT = 820;
    private static final int BAND = 26;
    private static final int GAP = 10;

    private RibbonChart() {}

    static Chart draw(
            String title, List<String> phases, List<Charts.Band> bands, double secondsPerFrame) {
        Font font = Canvas.font(12);
        Font heading = Canvas.bold(14);
        int labels = 30;
        int frames = 1;
        for (Charts.Band band : bands) {
            labels = Math.max(labels, Canvas.width(band.label(), font));
            frames = Math.max(frames, band.phases().length);
        }
        labels = Math.min(labels, 260);
        int left = PAD + labels + 10;
        int width = Math.max(left + PLOT + PAD + 10, Canvas.width(title, heading) + 2 * PAD);
        int top = PAD + 30;
        int bottom = top + bands.size() * (BAND + GAP);
        int legendTop = bottom + 56;
        int legend = legend(null, phases, Palette::of, left, legendTop, left + PLOT, font);
        try (Canvas canvas = new Canvas(width, legend + PAD)) {
            canvas.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
            for (int b = 0; b < bands.size(); b++) {
                double y = top + b * (BAND + GAP);
                canvas.text(
                        Canvas.fit(bands.get(b).label(), font, labels),
                        left - 10,
                        y + BAND / 2.0,
                        font,
                        Palette.TEXT,
                        Canvas.Anchor.END);
                band(canvas, bands.get(b).phases(), frames, left, y);
            }
            axis(canvas, frames * secondsPerFrame, left, bottom);
            legend(canvas, phases, Palette::of, left, legendTop, left + PLOT, font);
            return canvas.chart();
        }
    }

    private static void band(Canvas canvas, int[] phases, int frames, int left, double y) {
        double perFrame = (double) PLOT / frames;
        for (int start = 0; start < phases.length; ) {
            int end = start;
            while (end < phases.length && phases[end] == phases[start]) {
                end++;
            }
            canvas.pen.setColor(phases[start] < 0 ? Palette.MISSING : Palette.of(phases[start]));
            canvas.pen.fill(
                    new Rectangle2D.Double(
                            left + start * perFrame, y, (end - start) * perFrame, BAND));
            start = end;
        }
    }

    private static void axis(Canvas canvas, double seconds, int left, int y) {
        boolean minutes = seconds >= 180;
        double length = minutes ? seconds / 60 : seconds;
        ForestChart.Axis axis = ForestChart.Axis.covering(0, length);
        canvas.pen.setColor(Palette.FAINT);
        canvas.pen.draw(new Line2D.Double(left, y, left + PLOT, y));
        for (double tick : axis.ticks()) {
            if (tick < 0 || tick > length) {
                continue;
            }
            double x = left + PLOT * tick / length;
            canvas.pen.setColor(Palette.FAINT);
            canvas.pen.draw(new Line2D.Double(x, y, x, y + 5));
            canvas.text(
                    axis.label(tick),
                    x,
                    y + 14,
                    Canvas.font(11),
                    Palette.TEXT,
                    Canvas.Anchor.MIDDLE);
        }
        canvas.text(
                String.format(Locale.ROOT, "time [%s]", minutes ? "min" : "s"),
                left + PLOT / 2.0,
                y + 32,
                Canvas.font(12),
                Palette.TEXT,
                Canvas.Anchor.MIDDLE);
    }

    /**
     * Draws the legend in as many lines as it needs, or only measures it; returns its lower end.
     */
    static int legend(
            Canvas canvas,
            List<String> phases,
            IntFunction<Color> colours,
            int left,
            int top,
            int right,
            Font font) {
        int x = left;
        int y = top;
        for (int p = 0; p < phases.size(); p++) {
            int wide = 14 + 6 + Canvas.width(phases.get(p), font) + 18;
            if (x > left && x + wide > right) {
                x = left;
                y += 22;
            }
            if (canvas != null) {
                canvas.pen.setColor(colours.apply(p));
                canvas.pen.fillRect(x, y, 14, 14);
                canvas.text(phases.get(p), x + 20, y + 7, font, Palette.TEXT, Canvas.Anchor.START);
            }
            x += wide;
        }
        return y + 16;
    }
}
