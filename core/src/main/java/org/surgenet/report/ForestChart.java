package org.surgenet.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.List;
import java.util.Locale;

/** Estimates with intervals, one under the other. */
final class ForestChart {
    private static final int PAD = 18;
    private static final int ROW = 24;
    private static final int PLOT = 420;
    private static final int LABELS = 420;

    private ForestChart() {}

    static Chart draw(
            String title, String xLabel, List<Charts.Interval> intervals, double reference) {
        Font plain = Canvas.font(12);
        Font group = Canvas.bold(12);
        Font heading = Canvas.bold(14);
        double low = Double.isNaN(reference) ? Double.POSITIVE_INFINITY : reference;
        double high = Double.isNaN(reference) ? Double.NEGATIVE_INFINITY : reference;
        int labels = 40;
        int texts = 0;
        int rows = 0;
        String current = "";
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
            if (!i.group().equals(current)) {
                current = i.group();
                rows++;
            }
            rows++;
        }
        labels = Math.min(labels, LABELS);
        Axis axis = Axis.covering(low, high);
        int left = PAD + labels + 14;
        int width =
                Math.max(
                        left + PLOT + (texts == 0 ? 0 : 18 + texts) + PAD,
                        Canvas.width(title, heading) + 2 * PAD);
        int top = PAD + 30;
        int bottom = top + Math.max(1, rows) * ROW + 6;
        try (Canvas canvas = new Canvas(width, bottom + 26 + 22 + PAD)) {
            canvas.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
            axis(canvas, axis, left, top, bottom, xLabel);
            if (axis.inside(reference)) {
                double x = left + PLOT * axis.share(reference);
                canvas.pen.setColor(Palette.FAINT);
                canvas.pen.setStroke(
                        new BasicStroke(
                                1.2f,
                                BasicStroke.CAP_BUTT,
                                BasicStroke.JOIN_MITER,
                                10,
                                new float[] {5, 4},
                                0));
                canvas.pen.draw(new Line2D.Double(x, top, x, bottom));
            }
            if (intervals.isEmpty()) {
                canvas.text(
                        "no data",
                        left + PLOT / 2.0,
                        top + ROW / 2.0,
                        plain,
                        Palette.FAINT,
                        Canvas.Anchor.MIDDLE);
            }
            int row = 0;
            current = "";
            for (Charts.Interval i : intervals) {
                if (!i.group().equals(current)) {
                    current = i.group();
                    canvas.text(
                            current,
                            PAD,
                            top + (row + 0.5) * ROW,
                            group,
                            Palette.TEXT,
                            Canvas.Anchor.START);
                    row++;
                }
                line(canvas, i, axis, left, labels, top + (row + 0.5) * ROW, plain);
                row++;
            }
            return canvas.chart();
        }
    }

    private static void axis(
            Canvas canvas, Axis axis, int left, int top, int bottom, String label) {
        Font ticks = Canvas.font(11);
        canvas.pen.setStroke(new BasicStroke(1));
        for (double tick : axis.ticks()) {
            double x = left + PLOT * axis.share(tick);
            canvas.pen.setColor(Palette.GRID);
            canvas.pen.draw(new Line2D.Double(x, top, x, bottom));
            canvas.text(
                    axis.label(tick), x, bottom + 12, ticks, Palette.TEXT, Canvas.Anchor.MIDDLE);
        }
        canvas.pen.setColor(Palette.FAINT);
        canvas.pen.draw(new Line2D.Double(left, bottom, left + PLOT, bottom));
        canvas.text(
                label,
                left + PLOT / 2.0,
                bottom + 34,
                Canvas.font(12),
                Palette.TEXT,
                Canvas.Anchor.MIDDLE);
    }

    private static void line(
            Canvas canvas,
            Charts.Interval i,
            Axis axis,
            int left,
            int labels,
            double y,
            Font font) {
        canvas.text(
                Canvas.fit(i.label(), font, labels - 12),
                PAD + 12,
                y,
                font,
                Palette.TEXT,
                Canvas.Anchor.START);
        canvas.text(i.text(), left + PLOT + 18, y, font, Palette.TEXT, Canvas.Anchor.START);
        Color colour = i.strong() ? Palette.of(0) : Palette.FAINT;
        canvas.pen.setColor(colour);
        canvas.pen.setStroke(new BasicStroke(i.strong() ? 2.2f : 1.6f));
        if (Double.isFinite(i.low()) && Double.isFinite(i.high())) {
            double from = left + PLOT * axis.share(i.low());
            double to = left + PLOT * axis.share(i.high());
            canvas.pen.draw(new Line2D.Double(from, y, to, y));
            canvas.pen.draw(new Line2D.Double(from, y - 4, from, y + 4));
            canvas.pen.draw(new Line2D.Double(to, y - 4, to, y + 4));
        }
        if (Double.isFinite(i.estimate())) {
            double x = left + PLOT * axis.share(i.estimate());
            Ellipse2D point = new Ellipse2D.Double(x - 4.5, y - 4.5, 9, 9);
            canvas.pen.setColor(i.strong() ? colour : Color.WHITE);
            canvas.pen.fill(point);
            canvas.pen.setColor(colour);
            canvas.pen.draw(point);
        }
    }

    /** A linear axis with round ticks, from {@code low} to {@code high}. */
    record Axis(double low, double high, double step) {
        static Axis covering(double low, double high) {
            if (!Double.isFinite(low) || !Double.isFinite(high)) {
                return covering(0, 1);
            }
            double span = high - low;
            if (span <= 0) {
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
            return String.format(Locale.ROOT, "%." + decimals + "f", tick + 0.0);
        }
    }
}
