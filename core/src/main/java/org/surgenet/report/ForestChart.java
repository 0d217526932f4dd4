package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.util.List;
import java.util.Locale;

/** Estimates with intervals, one under the other, on one page. */
final class ForestChart {
    private static final int PAD = 18;
    private static final int PLOT = 420;
    private static final int LABELS = 420;

    /** Height that rows share, so that the chart fits a page beside its caption. */
    private static final int PAGE = 1180;

    private static final int ROW = 24;
    private static final int LEAST_ROW = 13;

    private ForestChart() {}

    /** How many rows, headings included, one chart can hold. */
    static int capacity() {
        return PAGE / LEAST_ROW;
    }

    static Chart draw(
            String title, String xLabel, List<Charts.Interval> intervals, double reference) {
        int rows = rows(intervals);
        double row = Math.max(LEAST_ROW, Math.min(ROW, (double) PAGE / Math.max(1, rows)));
        int size = row >= 18 ? 12 : row >= 15 ? 11 : 10;
        Font plain = Canvas.font(size);
        Font group = Canvas.bold(size);
        Font heading = Canvas.bold(14);
        double low = Double.isNaN(reference) ? Double.POSITIVE_INFINITY : reference;
        double high = Double.isNaN(reference) ? Double.NEGATIVE_INFINITY : reference;
        int labels = 40;
        int texts = 0;
        for (Charts.Interval i : intervals) {
            for (double v : new double[] {i.estimate(), i.low(), i.high()}) {
                if (Double.isFinite(v)) {
                    low = Math.min(low, v);
                    high = Math.max(high, v);
                }
            }
            labels = Math.max(labels, Canvas.width(i.label(), plain) + 12);
            labels = Math.max(labels, Canvas.width(i.group(), group) / 2);
            texts = Math.max(texts, Canvas.width(i.text(), plain));
        }
        labels = Math.min(labels, LABELS);
        Axis axis = Axis.covering(low, high);
        int left = PAD + labels + 14;
        int width =
                Math.max(
                        left + PLOT + (texts == 0 ? 0 : 18 + texts) + PAD,
                        Canvas.width(title, heading) + 2 * PAD);
        int top = PAD + 30;
        int bottom = top + (int) Math.ceil(Math.max(1, rows) * row) + 6;
        Sketch sketch = new Sketch(width, bottom + 26 + 22 + PAD);
        sketch.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
        axis(sketch, axis, left, top, bottom, xLabel);
        if (axis.inside(reference)) {
            double x = left + PLOT * axis.share(reference);
            sketch.dashes(x, top, x, bottom, Palette.FAINT);
        }
        if (intervals.isEmpty()) {
            sketch.text(
                    "no data",
                    left + PLOT / 2.0,
                    top + row / 2.0,
                    plain,
                    Palette.FAINT,
                    Canvas.Anchor.MIDDLE);
        }
        int next = 0;
        String current = "";
        for (Charts.Interval i : intervals) {
            if (!i.group().equals(current)) {
                current = i.group();
                double y = top + (next + 0.5) * row;
                sketch.text(current, PAD, y, group, Palette.TEXT, Canvas.Anchor.START);
                next++;
            }
            line(sketch, i, axis, left, labels, top + (next + 0.5) * row, plain);
            next++;
        }
        return sketch.chart();
    }

    private static int rows(List<Charts.Interval> intervals) {
        int rows = 0;
        String current = "";
        for (Charts.Interval i : intervals) {
            rows += i.group().equals(current) ? 1 : 2;
            current = i.group();
        }
        return rows;
    }

    private static void axis(
            Sketch sketch, Axis axis, int left, int top, int bottom, String label) {
        Font ticks = Canvas.font(11);
        for (double tick : axis.ticks()) {
            double x = left + PLOT * axis.share(tick);
            sketch.line(x, top, x, bottom, Palette.GRID, 1);
            sketch.text(
                    axis.label(tick), x, bottom + 12, ticks, Palette.TEXT, Canvas.Anchor.MIDDLE);
        }
        sketch.line(left, bottom, left + PLOT, bottom, Palette.FAINT, 1);
        sketch.text(
                label,
                left + PLOT / 2.0,
                bottom + 34,
                Canvas.font(12),
                Palette.TEXT,
                Canvas.Anchor.MIDDLE);
    }

    private static void line(
            Sketch sketch,
            Charts.Interval i,
            Axis axis,
            int left,
            int labels,
            double y,
            Font font) {
        sketch.text(
                Canvas.fit(i.label(), font, labels - 12),
                PAD + 12,
                y,
                font,
                Palette.TEXT,
                Canvas.Anchor.START);
        sketch.text(i.text(), left + PLOT + 18, y, font, Palette.TEXT, Canvas.Anchor.START);
        Color colour = i.strong() ? Palette.of(0) : Palette.FAINT;
        double stroke = i.strong() ? 2.2 : 1.6;
        if (Double.isFinite(i.low()) && Double.isFinite(i.high())) {
            double from = left + PLOT * axis.share(i.low());
            double to = left + PLOT * axis.share(i.high());
            sketch.line(from, y, to, y, colour, stroke);
            sketch.line(from, y - 4, from, y + 4, colour, stroke);
            sketch.line(to, y - 4, to, y + 4, colour, stroke);
        }
        if (Double.isFinite(i.estimate())) {
            double x = left + PLOT * axis.share(i.estimate());
            sketch.dot(x, y, 4.5, i.strong() ? colour : Color.WHITE, colour);
        }
    }

    /** A linear axis with round ticks, from {@code low} to {@code high}. */
    record Axis(double low, double high, double step) {
        static Axis covering(double low, double high) {
            if (!Double.isFinite(low) || !Double.isFinite(high)) {
                return covering(0, 1);
            }
            double span = high - low;
            // Values that differ by rounding alone are one value.
            if (span <= 1e-9 * Math.max(Math.abs(low), Math.abs(high))) {
                span = low == 0 ? 1 : Math.abs(low) * 0.2;
            }
            double from = low - 0.06 * span;
            double to = high + 0.06 * span;
            double rough = (to - from) / 8;
            double power = Math.pow(10, Math.floor(Math.log10(rough)));
            double step = 10 * power;
            for (double factor : new double[] {1, 2, 2.5, 5}) {
                if (factor * power >= rough) {
                    step = factor * power;
                    break;
                }
            }
            return new Axis(from, to, step);
        }

        boolean inside(double value) {
            return value >= low && value <= high;
        }

        double share(double value) {
            return (value - low) / (high - low);
        }

        double[] ticks() {
            long first = (long) Math.ceil(low / step);
            long last = (long) Math.floor(high / step);
            double[] ticks = new double[(int) (last - first + 1)];
            for (int i = 0; i < ticks.length; i++) {
                ticks[i] = (first + i) * step;
            }
            return ticks;
        }

        String label(double tick) {
            int decimals = 0;
            // As many decimals as the step needs: 0.025 needs three.
            while (decimals < 9
                    && Math.abs(step * Math.pow(10, decimals) % 1) > 1e-6
                    && Math.abs(step * Math.pow(10, decimals) % 1) < 1 - 1e-6) {
                decimals++;
            }
            // Adding 0 turns a negative zero into a positive one.
            return String.format(Locale.ROOT, "%." + decimals + "f", tick + 0.0).replace('-', '−');
        }
    }
}
