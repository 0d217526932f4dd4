package org.surgenet.image;

import java.nio.ByteBuffer;

/**
 * An RGB picture as rows of ints 0 to 255, each row holding its red, then its green, then its blue
 * values. In this shape the compiler turns the inner loops into vector instructions. The changes of
 * colour equal Pillow's on 8-bit pictures, to the bit (Pillow's {@code Blend.c}, {@code Convert.c},
 * {@code BoxBlur.c}; torchvision's {@code _functional_pil.py}).
 */
final class Planes {
    /** Pillow's fixed-point box blur: shares of one are kept in 24 bits. */
    private static final int BLUR_BITS = 24;

    private static final int BLUR_PASSES = 3;

    /** Box radii stay below this for the radii of blurs that are allowed. */
    private static final int MAX_BOX_RADIUS = 4;

    private final int maxWidth;
    private int width;
    private int height;
    private int[][] rows;
    private int[][] spare;

    /** A padded row, and copies of it shifted right and left by one, by two and so on. */
    private final int[][] shifted;

    private final int[] lookup = new int[256];

    /** Makes room for pictures of at most this size. */
    Planes(int maxWidth, int maxHeight) {
        this.maxWidth = maxWidth;
        this.width = maxWidth;
        this.height = maxHeight;
        rows = new int[maxHeight][3 * maxWidth];
        spare = new int[maxHeight][3 * maxWidth];
        int pad = MAX_BOX_RADIUS + 1;
        shifted = new int[1 + 2 * pad][3 * (maxWidth + 2 * pad)];
    }

    /** Sets the size of the picture; its content is undefined until written. */
    void resize(int newWidth, int newHeight) {
        if (newWidth > maxWidth || newHeight > rows.length) {
            throw new IllegalArgumentException(
                    newWidth + " x " + newHeight + " exceeds " + maxWidth + " x " + rows.length);
        }
        width = newWidth;
        height = newHeight;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** The values of row {@code y}: red, green, blue, {@link #width()} each. */
    int[] row(int y) {
        return rows[y];
    }

    /** Multiplies all values; {@code ImageEnhance.Brightness}. */
    void brightness(double factor) {
        blendWithConstant(0, (float) factor);
    }

    /** Blends with the mean grey; {@code ImageEnhance.Contrast}. */
    void contrast(double factor) {
        long sum = 0;
        for (int y = 0; y < height; y++) {
            int[] row = rows[y];
            int rowSum = 0;
            for (int x = 0; x < width; x++) {
                rowSum += grey(row[x], row[x + width], row[x + 2 * width]);
            }
            sum += rowSum;
        }
        int mean = (int) ((double) sum / ((long) width * height) + 0.5);
        blendWithConstant(mean, (float) factor);
    }

    private void blendWithConstant(int constant, float factor) {
        for (int v = 0; v < 256; v++) {
            lookup[v] = blend(constant, v, factor);
        }
        lookUp();
    }

    private void lookUp() {
        for (int y = 0; y < height; y++) {
            int[] row = rows[y];
            for (int i = 0; i < 3 * width; i++) {
                row[i] = lookup[row[i]];
            }
        }
    }

    /** Pillow's blend: cut to an integer, clipped outside of 0 to 255. */
    private static int blend(int from, int to, float factor) {
        return clipped(from + factor * (to - from));
    }

    private static int clipped(float value) {
        return Math.max(0, Math.min(255, (int) value));
    }

    /** Blends each pixel with its grey; {@code ImageEnhance.Color}. */
    void saturation(double factor) {
        float f = (float) factor;
        for (int y = 0; y < height; y++) {
            int[] row = rows[y];
            for (int x = 0; x < width; x++) {
                int r = row[x];
                int g = row[x + width];
                int b = row[x + 2 * width];
                int grey = grey(r, g, b);
                row[x] = clipped(grey + f * (r - grey));
                row[x + width] = clipped(grey + f * (g - grey));
                row[x + 2 * width] = clipped(grey + f * (b - grey));
            }
        }
    }

    /** Turns the hue by a share of the circle; torchvision's {@code adjust_hue} on Pillow. */
    void hue(double share) {
        int shift = (int) (share * 255);
        for (int y = 0; y < height; y++) {
            HueShift.apply(rows[y], width, shift);
        }
    }

    /** Makes all three colours the pixel's grey; Pillow's conversion to {@code L}. */
    void greyscale() {
        for (int y = 0; y < height; y++) {
            int[] row = rows[y];
            for (int x = 0; x < width; x++) {
                row[x] = grey(row[x], row[x + width], row[x + 2 * width]);
            }
            System.arraycopy(row, 0, row, width, width);
            System.arraycopy(row, 0, row, 2 * width, width);
        }
    }

    /** ITU-R 601-2 luma with Pillow's 16-bit weights. */
    private static int grey(int r, int g, int b) {
        return (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;
    }

    /** Inverts values of 128 and above; {@code ImageOps.solarize}. */
    void solarize() {
        for (int v = 0; v < 256; v++) {
            lookup[v] = v < 128 ? v : 255 - v;
        }
        lookUp();
    }

    /**
     * Pillow's {@code GaussianBlur}: three box blurs in each direction.
     *
     * @param sigma standard deviation, pixels; Pillow calls it the radius; at most 5
     */
    void gaussianBlur(double sigma) {
        float radius = boxRadius((float) sigma);
        int whole = (int) radius;
        if (whole > MAX_BOX_RADIUS) {
            throw new IllegalArgumentException("sigma (" + sigma + ") is above 5");
        }
        int inner = (int) ((1 << BLUR_BITS) / (radius * 2 + 1));
        int edge = ((1 << BLUR_BITS) - (whole * 2 + 1) * inner) / 2;
        for (int y = 0; y < height; y++) {
            blurAlong(rows[y], whole, inner, edge);
        }
        for (int pass = 0; pass < BLUR_PASSES; pass++) {
            blurColumns(whole, inner, edge);
        }
    }

    /**
     * The radius of a box whose threefold blur has the given deviation (Gwosdek et al. 2011,
     * equations 7, 11 and 14); in floats, as Pillow.
     */
    private static float boxRadius(float sigma) {
        float sigma2 = sigma * sigma / BLUR_PASSES;
        float length = (float) Math.sqrt(12.0 * sigma2 + 1.0);
        float whole = (float) Math.floor((length - 1.0) / 2.0);
        float part = (float) ((2 * whole + 1) * (whole * (whole + 1) - 3.0 * sigma2));
        part /= (float) (6.0 * (sigma2 - (whole + 1) * (whole + 1)));
        return whole + part;
    }

    /**
     * All passes along one row. Each colour is laid out with its ends repeated; a box is then the
     * sum of copies of the row that are shifted against each other, so that all arrays of the inner
     * loop share their index.
     */
    private void blurAlong(int[] row, int radius, int inner, int edge) {
        int pad = radius + 1;
        int stride = width + 2 * pad;
        int length = 3 * stride;
        int[] line = shifted[0];
        for (int c = 0; c < 3; c++) {
            System.arraycopy(row, c * width, line, c * stride + pad, width);
        }
        for (int pass = 0; pass < BLUR_PASSES; pass++) {
            for (int begin = pad; begin < length; begin += stride) {
                int last = begin + width - 1;
                for (int i = 1; i <= pad; i++) {
                    line[begin - i] = line[begin];
                    line[last + i] = line[last];
                }
            }
            for (int k = 1; k <= pad; k++) {
                System.arraycopy(line, 0, shifted[2 * k - 1], k, length - k);
                System.arraycopy(line, k, shifted[2 * k], 0, length - k);
            }
            if (radius == 0) {
                blurRows(line, shifted[1], line, shifted[2], inner, edge, length);
            } else if (radius == 1) {
                blurRows(
                        line,
                        shifted[3],
                        shifted[1],
                        line,
                        shifted[2],
                        shifted[4],
                        inner,
                        edge,
                        length);
            } else {
                for (int k = 1; k <= radius; k++) {
                    add(line, shifted[2 * k - 1], shifted[2 * k], length);
                }
                blend(line, shifted[2 * pad - 1], shifted[2 * pad], inner, edge, length);
            }
        }
        for (int c = 0; c < 3; c++) {
            System.arraycopy(line, c * stride + pad, row, c * width, width);
        }
    }

    private void blurColumns(int radius, int inner, int edge) {
        for (int y = 0; y < height; y++) {
            int[] to = spare[y];
            if (radius == 0) {
                blurRows(to, line(y - 1), rows[y], line(y + 1), inner, edge, 3 * width);
            } else if (radius == 1) {
                blurRows(
                        to,
                        line(y - 2),
                        line(y - 1),
                        rows[y],
                        line(y + 1),
                        line(y + 2),
                        inner,
                        edge,
                        3 * width);
            } else {
                System.arraycopy(rows[y], 0, to, 0, 3 * width);
                for (int k = 1; k <= radius; k++) {
                    add(to, line(y - k), line(y + k), 3 * width);
                }
                blend(to, line(y - radius - 1), line(y + radius + 1), inner, edge, 3 * width);
            }
        }
        int[][] last = rows;
        rows = spare;
        spare = last;
    }

    /** Row {@code y}, or the first or last one beyond them. */
    private int[] line(int y) {
        return rows[Math.min(Math.max(y, 0), height - 1)];
    }

    private static void blurRows(
            int[] to, int[] a, int[] b, int[] c, int inner, int edge, int length) {
        final int half = 1 << (BLUR_BITS - 1);
        for (int i = 0; i < length; i++) {
            to[i] = ((a[i] + c[i]) * edge + b[i] * inner + half) >>> BLUR_BITS;
        }
    }

    private static void blurRows(
            int[] to,
            int[] a,
            int[] b,
            int[] c,
            int[] d,
            int[] e,
            int inner,
            int edge,
            int length) {
        final int half = 1 << (BLUR_BITS - 1);
        for (int i = 0; i < length; i++) {
            to[i] = ((a[i] + e[i]) * edge + (b[i] + c[i] + d[i]) * inner + half) >>> BLUR_BITS;
        }
    }

    private static void add(int[] to, int[] a, int[] b, int length) {
        for (int i = 0; i < length; i++) {
            to[i] += a[i] + b[i];
        }
    }

    private static void blend(int[] to, int[] a, int[] b, int inner, int edge, int length) {
        final int half = 1 << (BLUR_BITS - 1);
        for (int i = 0; i < length; i++) {
            to[i] = ((a[i] + b[i]) * edge + to[i] * inner + half) >>> BLUR_BITS;
        }
    }

    /** Writes (channel, row, column) bytes from {@code at} on; the buffer's position stays. */
    void copyTo(ByteBuffer target, int at, byte[] line) {
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < height; y++) {
                int[] row = rows[y];
                int from = c * width;
                for (int x = 0; x < width; x++) {
                    line[x] = (byte) row[from + x];
                }
                target.put(at + (c * height + y) * width, line, 0, width);
            }
        }
    }
}
