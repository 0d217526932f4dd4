package org.surgenet.curate;

import java.util.Arrays;
import java.util.Optional;
import org.opencv.core.Mat;
import org.surgenet.image.Images;

/**
 * The copy of a frame that detectors measure: its longer side has {@link #SIDE} pixels. Pixels have
 * one index, row by row from the top left. Those of the black border are marked; where all is
 * black, none is, and the whole frame is measured.
 */
final class Picture {
    /** Longer side, pixels. */
    static final int SIDE = 256;

    /** Brightest channel up to which a pixel at the edge belongs to the border. */
    private static final int BORDER_LEVEL = 26;

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final int[] luma;
    private final boolean[] border;
    private final Disc disc;
    private final double borderShare;
    private final int inside;

    private Picture(byte[] rgb, int width, int height) {
        this.rgb = rgb;
        this.width = width;
        this.height = height;
        this.luma = new int[width * height];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = (red(i) * 19595 + green(i) * 38470 + blue(i) * 7471 + 0x8000) >> 16;
        }
        this.border = new boolean[width * height];
        this.disc = findBorder();
        int bordered = 0;
        for (boolean b : border) {
            bordered += b ? 1 : 0;
        }
        this.borderShare = (double) bordered / border.length;
        if (border.length - bordered < border.length / 100) {
            Arrays.fill(border, false); // All black: measured as a whole.
            bordered = 0;
        }
        this.inside = border.length - bordered;
    }

    /**
     * Makes the copy.
     *
     * @param frame RGB, 8UC3, of any size; stays the caller's
     */
    static Picture of(Mat frame) {
        double scale = (double) SIDE / Math.max(frame.cols(), frame.rows());
        int width = Math.max(8, (int) Math.round(frame.cols() * scale));
        int height = Math.max(8, (int) Math.round(frame.rows() * scale));
        Mat small = Images.resize(frame, width, height, Images.Interpolation.SMOOTH);
        try {
            return new Picture(Images.bytes(small), width, height);
        } finally {
            small.release();
        }
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Number of pixels, border included. */
    int size() {
        return luma.length;
    }

    /** Number of pixels that are not border. */
    int inside() {
        return inside;
    }

    /** 0 to 255, as the other channels. */
    int red(int i) {
        return rgb[3 * i] & 0xFF;
    }

    int green(int i) {
        return rgb[3 * i + 1] & 0xFF;
    }

    int blue(int i) {
        return rgb[3 * i + 2] & 0xFF;
    }

    /** Luma (BT.601), 0 to 255. */
    int luma(int i) {
        return luma[i];
    }

    /** Whether a pixel belongs to the black border. */
    boolean isBorder(int i) {
        return border[i];
    }

    /** Share of the frame that is black and reaches its edge, 0 to 1. */
    double borderShare() {
        return borderShare;
    }

    /** The circle that the border leaves; empty if it leaves none. */
    Optional<Disc> disc() {
        return Optional.ofNullable(disc);
    }

    /**
     * Marks the runs of black from each of the four sides, and fits a circle to where those from
     * the left and the right end.
     */
    private Disc findBorder() {
        double[] xs = new double[2 * height];
        double[] ys = new double[2 * height];
        int points = 0;
        for (int y = 0; y < height; y++) {
            int left = 0;
            while (left < width && dark(y * width + left)) {
                border[y * width + left++] = true;
            }
            if (left == width) {
                continue;
            }
            int right = width - 1;
            while (dark(y * width + right)) {
                border[y * width + right--] = true;
            }
            if (left > 1 && left < width / 2) {
                xs[points] = left - 0.5;
                ys[points++] = y;
            }
            if (right < width - 2 && right > width / 2) {
                xs[points] = right + 0.5;
                ys[points++] = y;
            }
        }
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height && dark(y * width + x); y++) {
                border[y * width + x] = true;
            }
            for (int y = height - 1; y >= 0 && dark(y * width + x); y--) {
                border[y * width + x] = true;
            }
        }
        return Disc.fit(
                Arrays.copyOf(xs, points), Arrays.copyOf(ys, points), points, width, height);
    }

    private boolean dark(int i) {
        return Math.max(red(i), Math.max(green(i), blue(i))) <= BORDER_LEVEL;
    }
}
