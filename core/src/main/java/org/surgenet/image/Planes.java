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
    private final int[] padded;
    private final int[] padded2;
    private final int[] lookup = new int[256];

    /** Makes room for pictures of at most this size. */
    Planes(int maxWidth, int maxHeight) {
        this.maxWidth = maxWidth;
        this.width = maxWidth;
        this.height = maxHeight;
        rows = new int[maxHeight][3 * maxWidth];
        spare = new int[maxHeight][3 * maxWidth];
        padded = new int[maxWidth + 2 * BLUR_PASSES * (MAX_BOX_RADIUS + 1)];
        padded2 = new int[padded.length];
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
        float value = from + factor * (to - from);
        return value <= 0 ? 0 : value >= 255 ? 255 : (int) value;
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
                row[x] = blend(grey, r, f);
                row[x + width] = blend(grey, g, f);
                row[x + 2 * width] = blend(grey, b, f);
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
            for (int c = 0; c < 3; c++) {
                blurLine(rows[y], c * width, whole, inner, edge);
            }
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

    /** All passes over one line, whose ends are repeated beyond it before each pass. */
    private void blurLine(int[] row, int at, int radius, int inner, int edge) {
        int pad = radius + 1;
        int[] from = padded;
        int[] to = padded2;
        System.arraycopy(row, at, from, pad, width);
        for (int pass = 0; pass < BLUR_PASSES; pass++) {
            for (int i = 0; i < pad; i++) {
                from[i] = from[pad];
                from[pad + width + i] = from[pad + width - 1];
            }
            blurPadded(from, to, pad, width, radius, inner, edge);
            int[] last = from;
            from = to;
            to = last;
        }
        System.arraycopy(from, pad, row, at, width);
    }

    private static void blurPadded(
            int[] from, int[] to, int pad, int width, int radius, int inner, int edge) {
        final int half = 1 << (BLUR_BITS - 1);
        int end = pad + width;
        // The sums fit in 32 unsigned bits, and the shift is unsigned.
        if (radius == 0) {
            for (int i = pad; i < end; i++) {
                to[i] = ((from[i - 1] + from[i + 1]) * edge + from[i] * inner + half) >>> BLUR_BITS;
            }
        } else if (radius == 1) {
            for (int i = pad; i < end; i++) {
                to[i] =
                        ((from[i - 2] + from[i + 2]) * edge
                                        + (from[i - 1] + from[i] + from[i + 1]) * inner
                                        + half)
                                >>> BLUR_BITS;
            }
        } else {
            for (int i = pad; i < end; i++) {
                int sum = from[i];
                for (int k = 1; k <= radius; k++) {
                    sum += from[i - k] + from[i + k];
                }
                int ends = from[i - radius - 1] + from[i + radius + 1];
                to[i] = (ends * edge + sum * inner + half) >>> BLUR_BITS;
            }
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
