package org.surgenet.metrics;

import java.util.Arrays;

/**
 * Distances between the outlines of one class in target and prediction, in pixels.
 *
 * <p>The outline is every pixel of the class with one of its four neighbours outside the class or
 * the image, as in MONAI's {@code get_mask_edges}. Where the class is in neither, distances are
 * missing; where it is in only one, they are the image's diagonal, the worst there can be, and the
 * overlap is 0: leaving such images out would reward a missed class and a false alarm alike.
 *
 * @param hd95 the larger of the two directions' 95th percentiles (numpy's linear ones), as MONAI's
 *     {@code HausdorffDistanceMetric(percentile=95)}
 * @param average mean over both outlines of the distance to the other (ASSD)
 * @param dice fraction of both outlines that lies within the tolerance of the other: the normalised
 *     surface Dice of Nikolov et al. 2018, also called boundary F1; NaN where both are empty
 */
public record SurfaceDistances(double hd95, double average, double dice) {
    private static final double FAR = 1e12;
    private static final double PERCENTILE = 0.95;

    /**
     * Measures one class of one image.
     *
     * @param target (H, W) labels as unsigned bytes
     * @param prediction likewise
     * @param width of both
     * @param label the class
     * @param ignored the target's label that counts nowhere, whatever was predicted there; negative
     *     for none
     * @param tolerance of {@link #dice}, pixels
     */
    public static SurfaceDistances of(
            byte[] target, byte[] prediction, int width, int label, int ignored, double tolerance) {
        Arguments.sameLength(target.length, prediction.length);
        int height = target.length / width;
        boolean[] truth = new boolean[target.length];
        boolean[] found = new boolean[target.length];
        Box box = new Box(width, height);
        for (int i = 0; i < target.length; i++) {
            boolean counts = (target[i] & 0xFF) != ignored;
            truth[i] = counts && (target[i] & 0xFF) == label;
            found[i] = counts && (prediction[i] & 0xFF) == label;
            if (truth[i] || found[i]) {
                box.add(i % width, i / width);
            }
        }
        int[] one = outline(truth, width, height);
        int[] other = outline(found, width, height);
        if (one.length == 0 && other.length == 0) {
            return new SurfaceDistances(Double.NaN, Double.NaN, Double.NaN);
        }
        if (one.length == 0 || other.length == 0) {
            double diagonal = Math.hypot(width, height);
            return new SurfaceDistances(diagonal, diagonal, 0);
        }
        double[] there = box.distances(one, other);
        double[] back = box.distances(other, one);
        double sum = Arrays.stream(there).sum() + Arrays.stream(back).sum();
        long near =
                Arrays.stream(there).filter(d -> d <= tolerance).count()
                        + Arrays.stream(back).filter(d -> d <= tolerance).count();
        int all = there.length + back.length;
        return new SurfaceDistances(
                Math.max(percentile(there), percentile(back)), sum / all, (double) near / all);
    }

    private static double percentile(double[] values) {
        Arrays.sort(values);
        double position = PERCENTILE * (values.length - 1);
        int below = (int) position;
        int above = Math.min(below + 1, values.length - 1);
        return values[below] + (position - below) * (values[above] - values[below]);
    }

    private static int[] outline(boolean[] mask, int width, int height) {
        int[] pixels = new int[mask.length];
        int n = 0;
        for (int i = 0; i < mask.length; i++) {
            int x = i % width;
            int y = i / width;
            if (mask[i]
                    && (x == 0
                            || y == 0
                            || x == width - 1
                            || y == height - 1
                            || !mask[i - 1]
                            || !mask[i + 1]
                            || !mask[i - width]
                            || !mask[i + width])) {
                pixels[n++] = i;
            }
        }
        return Arrays.copyOf(pixels, n);
    }

    /** The part of the image that holds both masks: no shortest way leads out of it. */
    private static final class Box {
        private final int imageWidth;
        private int left;
        private int top;
        private int right = -1;
        private int bottom = -1;

        Box(int width, int height) {
            imageWidth = width;
            left = width;
            top = height;
        }

        void add(int x, int y) {
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y);
        }

        /** For each pixel of {@code from} the distance to the nearest of {@code to}. */
        double[] distances(int[] from, int[] to) {
            int width = right - left + 1;
            int height = bottom - top + 1;
            double[] squares = new double[width * height];
            Arrays.fill(squares, FAR);
            for (int pixel : to) {
                squares[place(pixel, width)] = 0;
            }
            Transform rows = new Transform(Math.max(width, height));
            for (int x = 0; x < width; x++) {
                rows.apply(squares, x, width, height);
            }
            for (int y = 0; y < height; y++) {
                rows.apply(squares, y * width, 1, width);
            }
            double[] distances = new double[from.length];
            for (int i = 0; i < from.length; i++) {
                distances[i] = Math.sqrt(squares[place(from[i], width)]);
            }
            return distances;
        }

        private int place(int pixel, int width) {
            return (pixel / imageWidth - top) * width + pixel % imageWidth - left;
        }
    }

    /**
     * The exact squared distance transform of a line: the lower envelope of parabolas (Felzenszwalb
     * and Huttenlocher 2012, algorithm 1).
     */
    private static final class Transform {
        private final double[] line;
        private final int[] vertices;
        private final double[] bounds;

        Transform(int longest) {
            line = new double[longest];
            vertices = new int[longest];
            bounds = new double[longest + 1];
        }

        void apply(double[] values, int start, int step, int n) {
            for (int i = 0; i < n; i++) {
                line[i] = values[start + i * step];
            }
            int k = 0;
            vertices[0] = 0;
            bounds[0] = Double.NEGATIVE_INFINITY;
            bounds[1] = Double.POSITIVE_INFINITY;
            for (int q = 1; q < n; q++) {
                double s = crossing(q, vertices[k]);
                while (s <= bounds[k]) {
                    k--;
                    s = crossing(q, vertices[k]);
                }
                k++;
                vertices[k] = q;
                bounds[k] = s;
                bounds[k + 1] = Double.POSITIVE_INFINITY;
            }
            k = 0;
            for (int q = 0; q < n; q++) {
                while (bounds[k + 1] < q) {
                    k++;
                }
                double d = q - vertices[k];
                values[start + q * step] = d * d + line[vertices[k]];
            }
        }

        /** Where the parabolas of two positions meet. */
        private double crossing(int q, int v) {
            return (line[q] + (double) q * q - line[v] - (double) v * v) / (2.0 * (q - v));
        }
    }
}
