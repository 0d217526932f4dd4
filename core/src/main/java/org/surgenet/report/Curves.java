package org.surgenet.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Curves and bars, drawn by XChart. */
final class Curves {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 380;

    /** Points that are still shown as such. */
    private static final int FEW = 30;

    /** Decimals as far as they are needed, with a nought before the point. */
    private static final String PLAIN = "#,##0.########";

    private Curves() {}

    static Chart draw(int columns, List<Charts.Panel> panels) {
        int across = Math.max(1, Math.min(columns, panels.size()));
        int down = Math.max(1, (panels.size() + across - 1) / across);
        try (Canvas canvas = new Canvas(across * WIDTH, down * HEIGHT)) {
            // Asks for the fonts first, for the error message that a machine without them needs.
            Canvas.width("0", Canvas.font(11));
            for (int i = 0; i < panels.size(); i++) {
                Graphics2D pen =
                        (Graphics2D)
                                canvas.pen.create(
                                        i % across * WIDTH, i / across * HEIGHT, WIDTH, HEIGHT);
                try {
                    paint(panels.get(i), pen);
                } finally {
                    pen.dispose();
                }
            }
            return canvas.chart();
        }
    }

    private static void paint(Charts.Panel panel, Graphics2D pen) {
        List<Charts.Series> drawn = new ArrayList<>();
        for (Charts.Series series : panel.series()) {
            Charts.Series finite = finite(series, panel.logarithmic());
            if (finite.x().length > 0) {
                drawn.add(finite);
            }
        }
        // Ticks of values that are far from 1, such as learning rates, run into each other.
        int exponent = panel.logarithmic() ? 0 : exponent(drawn);
        drawn.replaceAll(series -> scaled(series, exponent));
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(panel.title())
                        .xAxisTitle(panel.xLabel())
                        .yAxisTitle(panel.yLabel() + (exponent == 0 ? "" : power(exponent)))
                        .build();
        style(chart.getStyler());
        chart.getStyler().setSeriesColors(Palette.first(Math.max(1, drawn.size())));
        chart.getStyler().setYAxisLogarithmic(panel.logarithmic() && !drawn.isEmpty());
        chart.getStyler().setLegendVisible(drawn.size() > 1);
        chart.getStyler().setXAxisDecimalPattern(PLAIN);
        if (!panel.logarithmic()) {
            chart.getStyler().setYAxisDecimalPattern(PLAIN);
        }
        if (drawn.isEmpty()) {
            // Bounds for empty axes; nothing is drawn inside.
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
            XYSeries nothing = chart.addSeries(" ", new double[] {0}, new double[] {0});
            nothing.setMarker(SeriesMarkers.NONE);
            chart.setTitle(panel.title() + " (no data)");
        }
        for (Charts.Series series : drawn) {
            boolean few = series.x().length <= FEW;
            double[] x = few ? series.x() : uneven(series.x());
            double[] y = few ? series.y() : uneven(series.y());
            XYSeries line = chart.addSeries(unique(chart, series.name()), x, y);
            line.setLineStyle(new BasicStroke(1.6f));
            // Few points are shown as such; many would only thicken the line.
            line.setMarker(few ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
        }
        chart.paint(pen, WIDTH, HEIGHT);
    }

    /**
     * XChart puts ticks at every nth of equally spaced values, such as 481, 962, ... or the recalls
     * of 67 frames. Between values that are not, it takes round numbers. It calls distances equal
     * that differ by less than 1e-4, whatever the range: the largest value is moved by more, also
     * where another series has this value too.
     */
    private static double[] uneven(double[] values) {
        double[] distinct = Arrays.stream(values).distinct().sorted().toArray();
        int last = distinct.length - 1;
        if (last < 2 || distinct[last] - distinct[0] < 0.1) {
            return values;
        }
        double step = distinct[1] - distinct[0];
        double moved = distinct[last] + (step < 4e-4 ? step + 2e-4 : 2e-4);
        return Arrays.stream(values).map(v -> v == distinct[last] ? moved : v).toArray();
    }

    /** The power of ten that brings the largest value between 1 and 10; 0 if it is plain enough. */
    private static int exponent(List<Charts.Series> series) {
        double largest =
                series.stream()
                        .flatMapToDouble(one -> Arrays.stream(one.y()))
                        .map(Math::abs)
                        .max()
                        .orElse(0);
        return largest == 0 || largest >= 0.1 && largest < 1e5
                ? 0
                : (int) Math.floor(Math.log10(largest));
    }

    private static Charts.Series scaled(Charts.Series series, int exponent) {
        return exponent == 0
                ? series
                : new Charts.Series(
                        series.name(),
                        series.x(),
                        Arrays.stream(series.y()).map(y -> y * Math.pow(10, -exponent)).toArray());
    }

    /** As in " (× 10⁻⁴)". */
    private static String power(int exponent) {
        StringBuilder text = new StringBuilder(" (× 10");
        for (char c : Integer.toString(exponent).toCharArray()) {
            text.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
        }
        return text.append(')').toString();
    }

    private static String unique(XYChart chart, String name) {
        String key = name.isBlank() ? "series" : name;
        for (int i = 2; chart.getSeriesMap().containsKey(key); i++) {
            key = name + " (" + i + ")";
        }
        return key;
    }

    private static Charts.Series finite(Charts.Series series, boolean positive) {
        int[] kept =
                java.util.stream.IntStream.range(0, series.x().length)
                        .filter(
                                i ->
                                        Double.isFinite(series.x()[i])
                                                && Double.isFinite(series.y()[i])
                                                && (!positive || series.y()[i] > 0))
                        .toArray();
        return new Charts.Series(
                series.name(),
                Arrays.stream(kept).mapToDouble(i -> series.x()[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> series.y()[i]).toArray());
    }

    static Chart bars(
            String title, String yLabel, List<String> categories, List<Charts.Series> series) {
        int bars = categories.size() * Math.max(1, series.size());
        int width = Math.max(WIDTH, 120 + 26 * bars + 18 * categories.size());
        try (Canvas canvas = new Canvas(width, HEIGHT + 60)) {
            Canvas.width("0", Canvas.font(11));
            if (categories.isEmpty() || series.isEmpty()) {
                canvas.text(
                        title + " (no data)",
                        width / 2.0,
                        HEIGHT / 2.0,
                        Canvas.bold(14),
                        Palette.TEXT,
                        Canvas.Anchor.MIDDLE);
                return canvas.chart();
            }
            CategoryChart chart =
                    new CategoryChartBuilder()
                            .width(width)
                            .height(HEIGHT + 60)
                            .title(title)
                            .yAxisTitle(yLabel)
                            .build();
            style(chart.getStyler());
            chart.getStyler().setSeriesColors(Palette.first(series.size()));
            chart.getStyler().setLegendVisible(series.size() > 1);
            chart.getStyler().setPlotGridVerticalLinesVisible(false);
            chart.getStyler().setAvailableSpaceFill(0.75);
            int longest =
                    categories.stream()
                            .mapToInt(c -> Canvas.width(c, Canvas.font(11)))
                            .max()
                            .orElse(0);
            // Names wider than their place stand aslant instead of being dropped.
            if (longest > (width - 100) / categories.size() - 6) {
                chart.getStyler().setXAxisLabelRotation(45);
                chart.getStyler().setXAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
                chart.getStyler()
                        .setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
            }
            for (Charts.Series s : series) {
                if (s.y().length != categories.size()) {
                    throw new IllegalArgumentException(s.name() + ": not one value per category");
                }
                List<Double> values = new ArrayList<>();
                for (double y : s.y()) {
                    values.add(Double.isFinite(y) ? y : null);
                }
                // XChart takes the range from the values and needs one.
                if (values.stream().allMatch(v -> v == null)) {
                    values = new ArrayList<>(Collections.nCopies(categories.size(), 0.0));
                }
                chart.addSeries(s.name(), categories, values);
            }
            chart.paint(canvas.pen, width, HEIGHT + 60);
            return canvas.chart();
        }
    }

    static Chart histogram(String title, String xLabel, double[] values, int bins) {
        if (bins < 1) {
            throw new IllegalArgumentException("bins (" + bins + ") must be positive");
        }
        double[] finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (finite.length == 0) {
            return bars(title, "count", List.of(), List.of());
        }
        double low = finite[0];
        double width = (finite[finite.length - 1] - low) / bins;
        int used = width > 0 ? bins : 1;
        double[] counts = new double[used];
        for (double value : finite) {
            counts[width > 0 ? (int) Math.min(bins - 1, (value - low) / width) : 0]++;
        }
        List<String> names = new ArrayList<>();
        for (int b = 0; b < used; b++) {
            names.add(String.format(Locale.ROOT, "%.3g", low + (b + 0.5) * width));
        }
        // Categories must differ; where rounding makes two alike, the bin's number tells them
        // apart.
        for (int b = 1; b < used; b++) {
            if (names.subList(0, b).contains(names.get(b))) {
                names.set(b, names.get(b) + " (" + (b + 1) + ")");
            }
        }
        return bars(
                title + (xLabel.isEmpty() ? "" : " – " + xLabel),
                "count",
                names,
                List.of(Charts.Series.of("count", counts)));
    }

    private static void style(AxesChartStyler styler) {
        styler.setBaseFont(Canvas.font(11));
        styler.setChartTitleFont(Canvas.bold(14));
        styler.setAxisTitleFont(Canvas.font(12));
        styler.setAxisTickLabelsFont(Canvas.font(11));
        styler.setLegendFont(Canvas.font(11));
        styler.setChartFontColor(Palette.TEXT);
        styler.setAxisTickLabelsColor(Palette.TEXT);
        styler.setAxisTickMarksColor(Palette.FAINT);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setPlotGridLinesColor(Palette.GRID);
        styler.setPlotGridLinesStroke(new BasicStroke(1));
        styler.setLegendBorderColor(Color.WHITE);
        styler.setLegendBackgroundColor(Color.WHITE);
        styler.setLegendPosition(Styler.LegendPosition.OutsideS);
        styler.setLegendLayout(Styler.LegendLayout.Horizontal);
        styler.setChartPadding(12);
        styler.setMarkerSize(5);
        styler.setLocale(Locale.ROOT);
        styler.setAntiAlias(true);
    }
}
