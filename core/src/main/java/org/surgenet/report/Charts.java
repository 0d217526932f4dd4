package org.surgenet.report;

import java.awt.image.BufferedImage;
import java.util.List;

/**
 * The kinds of chart that surgenet's commands write. Each returns a {@link Chart} to be written to
 * a file or put into a page. Values that are NaN or infinite are left out of curves and bars and
 * shown as missing elsewhere; no data gives a chart that says so.
 *
 * <p>All throw {@link org.surgenet.common.UserException} on a machine without fonts.
 */
public final class Charts {
    private Charts() {}

    /**
     * A curve.
     *
     * @param name what the legend says
     * @param x positions, of the same length as {@code y}
     * @param y values
     */
    public record Series(String name, double[] x, double[] y) {
        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        name + ": " + x.length + " positions but " + y.length + " values");
            }
        }

        /** A curve over 0, 1, 2, … */
        public static Series of(String name, double... y) {
            double[] x = new double[y.length];
            for (int i = 0; i < y.length; i++) {
                x[i] = i;
            }
            return new Series(name, x, y);
        }
    }

    /**
     * A panel of curves that share their axes.
     *
     * @param logarithmic whether the vertical axis is; values that are not positive are then left
     *     out
     */
    public record Panel(
            String title, String xLabel, String yLabel, boolean logarithmic, List<Series> series) {
        public Panel(String title, String xLabel, String yLabel, Series... series) {
            this(title, xLabel, yLabel, false, List.of(series));
        }
    }

    /**
     * A row of pictures.
     *
     * @param name above them
     */
    public record PictureRow(String name, List<BufferedImage> pictures) {}

    /**
     * Pictures in rows and columns.
     *
     * @param columns what stands above them
     * @param cell side of the square for each; larger pictures are reduced, smaller ones stay
     */
    public static Chart pictures(
            String title, List<String> columns, int cell, List<PictureRow> rows) {
        return PictureGrid.draw(title, columns, cell, rows);
    }

    /** One panel of curves. */
    public static Chart lines(Panel panel) {
        return panels(1, List.of(panel));
    }

    /** Several panels of curves in rows of {@code columns}. */
    public static Chart panels(int columns, List<Panel> panels) {
        return Curves.draw(columns, panels);
    }

    /**
     * One value per category and series, as upright bars.
     *
     * @param series each with one value per category; its positions are not used
     */
    public static Chart bars(
            String title, String yLabel, List<String> categories, List<Series> series) {
        return Curves.bars(title, yLabel, categories, series);
    }

    /** How often values fall into each of {@code bins} equal intervals of their range. */
    public static Chart histogram(String title, String xLabel, double[] values, int bins) {
        return Curves.histogram(title, xLabel, values, bins);
    }

    /**
     * A confusion matrix: counts in the cells, shaded by the share of their row (the recall on the
     * diagonal).
     *
     * @param classes names of rows and columns
     * @param counts rows are targets
     */
    public static Chart confusion(String title, List<String> classes, long[][] counts) {
        return ConfusionChart.draw(title, classes, counts);
    }

    /**
     * One line of a forest plot.
     *
     * @param group a heading; lines of one group stand together, in the order given; may be empty
     * @param label at the left
     * @param estimate the point; NaN leaves the line without one
     * @param low lower end of the interval; NaN for none
     * @param high upper end of the interval; NaN for none
     * @param text at the right, such as the numbers and a p-value; may be empty
     * @param strong whether it is drawn filled and dark, for what is worth notice
     */
    public record Interval(
            String group,
            String label,
            double estimate,
            double low,
            double high,
            String text,
            boolean strong) {}

    /**
     * Estimates with their intervals, one under the other.
     *
     * @param reference where a dashed vertical line stands, such as 0 for differences; NaN for none
     */
    public static Chart forest(
            String title, String xLabel, List<Interval> intervals, double reference) {
        return ForestChart.draw(title, xLabel, intervals, reference);
    }

    /** How many lines a forest plot of one page can hold, a heading counting as one. */
    public static int forestCapacity() {
        return ForestChart.capacity();
    }

    /**
     * The scores of several models on the same units.
     *
     * @param title above the panel
     * @param models their names
     * @param values models × units; NaN where missing
     * @param scores estimate and interval of each model
     */
    public record Paired(
            String title, List<String> models, double[][] values, List<Interval> scores) {}

    /** A dot per unit and model, those of a unit joined by a line, beside the models' scores. */
    public static Chart paired(String title, List<Paired> panels) {
        return PairedDots.draw(title, panels);
    }

    /**
     * Mean ranks of models.
     *
     * @param title above the panel
     * @param models at least two
     * @param ranks of each, 1 being the best
     * @param criticalDifference mean ranks that differ by less are joined by a bar
     */
    public record Ranks(
            String title, List<String> models, double[] ranks, double criticalDifference) {}

    /** Critical-difference diagrams, one under the other. */
    public static Chart criticalDifferences(String title, List<Ranks> panels) {
        return CriticalDifferenceChart.draw(title, panels);
    }

    /**
     * Ranks of models over several axes, such as data sets; rank 1 at the rim.
     *
     * @param axes at least three
     * @param ranks models × axes
     */
    public static Chart radar(
            String title, List<String> axes, List<String> models, double[][] ranks) {
        return RadarChart.draw(title, axes, models, ranks);
    }

    /**
     * Points with intervals.
     *
     * @param name what the legend says
     * @param x positions
     * @param y values; NaN for none
     * @param low lower ends of the intervals; NaN for none
     * @param high upper ends of the intervals; NaN for none
     * @param labels beside the points; empty for none at all
     * @param joined whether a line joins the points in the order of their positions
     */
    public record Points(
            String name,
            double[] x,
            double[] y,
            double[] low,
            double[] high,
            List<String> labels,
            boolean joined) {
        public Points {
            if (x.length != y.length || x.length != low.length || x.length != high.length) {
                throw new IllegalArgumentException(name + ": lengths differ");
            }
        }
    }

    /**
     * A panel of points.
     *
     * @param logarithmic whether the horizontal axis is; its positions are then above 0
     * @param reference where a dashed horizontal line stands; NaN for none
     */
    public record PointPanel(
            String title,
            String xLabel,
            String yLabel,
            boolean logarithmic,
            double reference,
            List<Points> series) {}

    /** Panels of points with intervals; series differ in shape, line and colour. */
    public static Chart points(String title, List<PointPanel> panels) {
        return PointChart.draw(title, panels);
    }

    /**
     * One band of a ribbon.
     *
     * @param label at the left, such as "target"
     * @param phases phase of each frame in order of time; negative where there is none
     */
    public record Band(String label, int[] phases) {}

    /**
     * Phases over time as coloured bands under each other, with a legend of the phases.
     *
     * @param phases their names
     * @param bands all of one video, or of several; each starts at 0
     * @param secondsPerFrame the time between frames, for the axis
     */
    public static Chart ribbon(
            String title, List<String> phases, List<Band> bands, double secondsPerFrame) {
        return RibbonChart.draw(title, phases, bands, secondsPerFrame);
    }

    /**
     * Points in a plane, coloured by group, with a legend below.
     *
     * @param names of the groups; the last is that of points without a group, if there are any
     * @param groups of each point; negative for none
     * @param points x and y of each
     */
    public static Chart scatter(
            String title,
            String xLabel,
            String yLabel,
            List<String> names,
            int[] groups,
            double[][] points) {
        return ScatterChart.draw(title, xLabel, yLabel, names, groups, points);
    }

    /**
     * A picture and the classes of its pixels.
     *
     * @param name what stands above it
     * @param picture RGB
     * @param labels a class for each pixel, row by row, as unsigned bytes: 0 leaves the picture as
     *     it is, {@link #IGNORED} is white; empty for the bare picture
     */
    public record Labelled(String name, BufferedImage picture, byte[] labels) {
        /** The label of pixels that count nowhere. */
        public static final int IGNORED = 255;

        public Labelled {
            if (labels.length != 0 && labels.length != picture.getWidth() * picture.getHeight()) {
                throw new IllegalArgumentException(
                        name + ": " + labels.length + " labels for " + picture);
            }
        }
    }

    /**
     * Pictures side by side, tinted by class, with a legend of the classes that occur.
     *
     * @param classes names by label
     */
    public static Chart labelled(String title, List<String> classes, List<Labelled> panels) {
        return LabelChart.draw(title, classes, panels);
    }
}
