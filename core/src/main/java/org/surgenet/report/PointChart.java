package org.surgenet.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Points with intervals in panels side by side. Series are told apart by the shape of their points
 * and by whole or dashed lines, so that a grey print serves as well.
 */
final class PointChart {
    private static final int PAD = 18;
    private static final int LEFT = 64;
    private static final int PLOT_WIDTH = 400;
    private static final int PLOT_HEIGHT = 270;
    private static final int COLUMNS = 2;
    private static final int LEGEND_ROW = 20;

    /** With more positions than this, the axis has round ticks in place of one for each. */
    private static final int OWN_TICKS = 8;

    /** Points of several series at one position stand so far apart. */
    private static final double DODGE = 7;

    private PointChart() {}

    static Chart draw(String title, List<Charts.PointPanel> panels) {
        Font heading = Canvas.bold(14);
        List<String> names = names(panels);
        int columns = Math.max(1, Math.min(COLUMNS, panels.size()));
        int panelWidth = LEFT + PLOT_WIDTH + 40;
        int panelHeight = 30 + PLOT_HEIGHT + 56;
        int rows = (Math.max(1, panels.size()) + columns - 1) / columns;
        int width =
                Math.max(2 * PAD + columns * panelWidth, Canvas.width(title, heading) + 2 * PAD);
        int legendTop = PAD + 34 + rows * panelHeight;
        // One series needs no name.
        boolean named = names.size() > 1;
        int legendEnd = named ? legend(null, names, legendTop, width) : legendTop;
        Sketch sketch = new Sketch(width, legendEnd + PAD);
        sketch.text(title, PAD, PAD + 6, heading, Palette.TEXT, Canvas.Anchor.START);
        for (int p = 0; p < panels.size(); p++) {
            new Panel(
                            sketch,
                            panels.get(p),
                            names,
                            PAD + p % columns * panelWidth + LEFT,
                            PAD + 34 + p / columns * panelHeight + 30)
                    .draw();
        }
        if (named) {
            legend(sketch, names, legendTop, width);
        }
        return sketch.chart();
    }

    private static List<String> names(List<Charts.PointPanel> panels) {
        Set<String> names = new LinkedHashSet<>();
        panels.forEach(panel -> panel.series().forEach(series -> names.add(series.name())));
        return List.copyOf(names);
    }

    /**
     * @param sketch null to measure only
     * @return where it ends
     */
    private static int legend(Sketch sketch, List<String> names, int top, int width) {
        Font font = Canvas.font(12);
        int x = PAD;
        int y = top + 10;
        for (int s = 0; s < names.size(); s++) {
            String name = Canvas.fit(names.get(s), font, 300);
            int needed = 40 + Canvas.width(name, font) + 18;
            if (x > PAD && x + needed > width - PAD) {
                x = PAD;
                y += LEGEND_ROW;
            }
            if (sketch != null) {
                line(sketch, s, x, y, x + 30, y);
                mark(sketch, s, x + 15, y);
                sketch.text(name, x + 38, y, font, Palette.TEXT, Canvas.Anchor.START);
            }
            x += needed;
        }
        return y + LEGEND_ROW;
    }

    private static void line(
            Sketch sketch, int series, double x1, double y1, double x2, double y2) {
        if (series % 2 == 1) {
            sketch.dashes(x1, y1, x2, y2, Palette.of(series));
        } else {
            sketch.line(x1, y1, x2, y2, Palette.of(series), 1.6);
        }
    }

    /** Circle, square, triangle, diamond; then the same hollow. */
    private static void mark(Sketch sketch, int series, double x, double y) {
        Color colour = Palette.of(series);
        Color fill = series / 4 % 2 == 0 ? colour : Color.WHITE;
        double r = 4.5;
        switch (series % 4) {
            case 0 -> sketch.dot(x, y, r, fill, colour);
            case 1 ->
                    sketch.shape(
                            new double[] {x - r, x + r, x + r, x - r},
                            new double[] {y - r, y - r, y + r, y + r},
                            fill,
                            colour);
            case 2 ->
                    sketch.shape(
                            new double[] {x - r - 1, x + r + 1, x},
                            new double[] {y + r, y + r, y - r - 1},
                            fill,
                            colour);
            default ->
                    sketch.shape(
                            new double[] {x - r - 1, x, x + r + 1, x},
                            new double[] {y, y - r - 1, y, y + r + 1},
                            fill,
                            colour);
        }
    }

    /** A panel at its place. */
    private static final class Panel {
        private final Sketch sketch;
        private final Charts.PointPanel panel;
        private final List<String> names;
        private final int left;
        private final int top;
        private final ForestChart.Axis x;
        private final ForestChart.Axis y;
        private final List<Rectangle2D> taken = new ArrayList<>();

        Panel(Sketch sketch, Charts.PointPanel panel, List<String> names, int left, int top) {
            this.sketch = sketch;
            this.panel = panel;
            this.names = names;
            this.left = left;
            this.top = top;
            x =
                    covering(
                            panel.series().stream()
                                    .flatMapToDouble(s -> Arrays.stream(s.x()).map(this::place))
                                    .toArray());
            List<Double> heights = new ArrayList<>();
            for (Charts.Points s : panel.series()) {
                for (double[] of : new double[][] {s.y(), s.low(), s.high()}) {
                    Arrays.stream(of).forEach(heights::add);
                }
            }
            heights.add(panel.reference());
            y = covering(heights.stream().mapToDouble(Double::doubleValue).toArray());
        }

        private static ForestChart.Axis covering(double[] values) {
            double low = Arrays.stream(values).filter(Double::isFinite).min().orElse(0);
            double high = Arrays.stream(values).filter(Double::isFinite).max().orElse(1);
            return ForestChart.Axis.covering(low, high);
        }

        private double place(double position) {
            return panel.logarithmic() ? Math.log10(position) : position;
        }

        private double across(double position) {
            return left + PLOT_WIDTH * x.share(place(position));
        }

        private double up(double value) {
            return top + PLOT_HEIGHT * (1 - y.share(value));
        }

        void draw() {
            Font bold = Canvas.bold(12);
            sketch.text(
                    Canvas.fit(panel.title(), bold, PLOT_WIDTH + LEFT),
                    left - LEFT + 8,
                    top - 16,
                    bold,
                    Palette.TEXT,
                    Canvas.Anchor.START);
            axes();
            if (y.inside(panel.reference())) {
                double at = up(panel.reference());
                sketch.dashes(left, at, left + PLOT_WIDTH, at, Palette.FAINT);
            }
            int count = panel.series().size();
            for (int s = 0; s < count; s++) {
                series(panel.series().get(s), (s - (count - 1) / 2.0) * DODGE);
            }
            if (panel.series().stream().allMatch(s -> s.x().length == 0)) {
                sketch.text(
                        "no data",
                        left + PLOT_WIDTH / 2.0,
                        top + PLOT_HEIGHT / 2.0,
                        Canvas.font(12),
                        Palette.FAINT,
                        Canvas.Anchor.MIDDLE);
            }
        }

        private void axes() {
            Font small = Canvas.font(11);
            int bottom = top + PLOT_HEIGHT;
            for (double tick : y.ticks()) {
                double at = up(tick);
                sketch.line(left, at, left + PLOT_WIDTH, at, Palette.GRID, 1);
                sketch.text(y.label(tick), left - 6, at, small, Palette.TEXT, Canvas.Anchor.END);
            }
            for (double tick : positions()) {
                double at = across(tick);
                sketch.line(at, bottom, at, bottom + 4, Palette.FAINT, 1);
                sketch.text(
                        label(tick), at, bottom + 13, small, Palette.TEXT, Canvas.Anchor.MIDDLE);
            }
            sketch.line(left, bottom, left + PLOT_WIDTH, bottom, Palette.FAINT, 1);
            sketch.text(
                    panel.xLabel(),
                    left + PLOT_WIDTH / 2.0,
                    bottom + 33,
                    Canvas.font(12),
                    Palette.TEXT,
                    Canvas.Anchor.MIDDLE);
            sketch.upwards(
                    panel.yLabel(),
                    left - LEFT + 12,
                    top + PLOT_HEIGHT / 2.0,
                    Canvas.font(12),
                    Palette.TEXT,
                    Canvas.Anchor.MIDDLE);
        }

        /** Where the horizontal axis has ticks. */
        private double[] positions() {
            TreeSet<Double> own = new TreeSet<>();
            panel.series().forEach(s -> Arrays.stream(s.x()).forEach(own::add));
            if (own.size() <= OWN_TICKS && own.stream().allMatch(v -> v == Math.rint(v))) {
                return apart(own);
            }
            if (!panel.logarithmic()) {
                return x.ticks();
            }
            double[] few = digits(1, 2, 5);
            return few.length < 3
                    ? apart(Arrays.stream(digits(1, 2, 3, 4, 5, 6, 7, 8, 9)).boxed().toList())
                    : few;
        }

        /** These digits of each decade in reach of the logarithmic axis. */
        private double[] digits(double... digits) {
            return IntStream.rangeClosed((int) Math.floor(x.low()), (int) Math.ceil(x.high()))
                    .boxed()
                    .flatMapToDouble(
                            power -> Arrays.stream(digits).map(d -> d * Math.pow(10, power)))
                    .filter(tick -> x.inside(Math.log10(tick)))
                    .toArray();
        }

        /** Without those whose labels would touch the one before. */
        private double[] apart(Iterable<Double> ticks) {
            List<Double> shown = new ArrayList<>();
            double end = Double.NEGATIVE_INFINITY;
            for (double tick : ticks) {
                double half = Canvas.width(label(tick), Canvas.font(11)) / 2.0;
                if (across(tick) - half > end + 6) {
                    shown.add(tick);
                    end = across(tick) + half;
                }
            }
            return shown.stream().mapToDouble(Double::doubleValue).toArray();
        }

        private static String label(double tick) {
            if (tick == Math.rint(tick) && Math.abs(tick) < 1e15) {
                return String.format(Locale.ROOT, "%,d", (long) tick);
            }
            return String.format(Locale.ROOT, "%.6f", tick).replaceFirst("\\.?0+$", "");
        }

        private void series(Charts.Points s, double shift) {
            int index = names.indexOf(s.name());
            Color colour = Palette.of(index);
            Integer[] order =
                    IntStream.range(0, s.x().length)
                            .boxed()
                            .sorted((a, b) -> Double.compare(s.x()[a], s.x()[b]))
                            .toArray(Integer[]::new);
            int before = -1;
            for (int i : order) {
                if (!Double.isFinite(s.y()[i])) {
                    continue;
                }
                double at = across(s.x()[i]) + shift;
                if (s.joined() && before >= 0) {
                    line(
                            sketch,
                            index,
                            across(s.x()[before]) + shift,
                            up(s.y()[before]),
                            at,
                            up(s.y()[i]));
                }
                before = i;
            }
            for (int i : order) {
                if (Double.isFinite(s.y()[i])) {
                    point(s, i, across(s.x()[i]) + shift, index, colour);
                }
            }
        }

        private void point(Charts.Points s, int i, double at, int index, Color colour) {
            if (Double.isFinite(s.low()[i]) && Double.isFinite(s.high()[i])) {
                double low = up(s.low()[i]);
                double high = up(s.high()[i]);
                sketch.line(at, low, at, high, colour, 1.4);
                sketch.line(at - 3, low, at + 3, low, colour, 1.4);
                sketch.line(at - 3, high, at + 3, high, colour, 1.4);
            }
            mark(sketch, index, at, up(s.y()[i]));
            if (!s.labels().isEmpty()) {
                label(s.labels().get(i), at, up(s.y()[i]));
            }
        }

        /** Writes a point's name where no other name is, as near as may be. */
        private void label(String name, double at, double height) {
            Font font = Canvas.font(10);
            String text = Canvas.fit(name, font, 140);
            int wide = Canvas.width(text, font);
            for (int away = 0; away < 12; away++) {
                for (int side = 0; side < 4; side++) {
                    double from = side % 2 == 0 ? at + 8 : at - 8 - wide;
                    double y1 = height + (side < 2 ? -7 - 11 * away : 7 + 11 * away);
                    Rectangle2D place = new Rectangle2D.Double(from, y1 - 6, wide, 12);
                    boolean inside =
                            from >= left - LEFT
                                    && from + wide <= left + PLOT_WIDTH + 36
                                    && y1 > top - 8
                                    && y1 < top + PLOT_HEIGHT + 4;
                    if (inside && taken.stream().noneMatch(place::intersects)) {
                        taken.add(place);
                        sketch.text(text, from, y1, font, Palette.TEXT, Canvas.Anchor.START);
                        return;
                    }
                }
            }
        }
    }
}
