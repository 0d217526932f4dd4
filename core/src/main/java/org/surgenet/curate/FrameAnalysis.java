package org.surgenet.curate;

import java.util.Arrays;
import org.opencv.core.Mat;
import org.surgenet.image.Images;

/** Measures one frame; see {@link FrameScores} for what is measured. */
final class FrameAnalysis {
    /** Longer side of the copy that is measured, pixels. */
    static final int SIDE = 256;

    /** Brightest channel up to which a pixel at the edge belongs to the border. */
    private static final int BORDER_LEVEL = 26;

    /** Brightest channel from which a pixel is lit. */
    private static final int LIT_LEVEL = 32;

    /** Darkest channel from which a pixel is burnt out and says nothing of its colour. */
    private static final int GLARE_LEVEL = 240;

    /** Cells per side under the perceptual hash. */
    private static final int CELLS = 32;

    private static final double[][] COSINE = new double[8][CELLS];

    static {
        for (int u = 0; u < 8; u++) {
            for (int x = 0; x < CELLS; x++) {
                // StrictMath: the same bits on every machine.
                COSINE[u][x] = StrictMath.cos(Math.PI * (u + 1) * (2 * x + 1) / (2 * CELLS));
            }
        }
    }

    private final int width;
    private final int height;
    private final byte[] rgb;
    private final int[] luma;
    private final boolean[] border;

    private FrameAnalysis(byte[] rgb, int width, int height) {
        this.rgb = rgb;
        this.width = width;
        this.height = height;
        this.luma = new int[width * height];
        for (int i = 0; i < luma.length; i++) {
            luma[i] = (red(i) * 19595 + green(i) * 38470 + blue(i) * 7471 + 0x8000) >> 16;
        }
        this.border = new boolean[width * height];
    }

    /**
     * Measures a frame.
     *
     * @param frame RGB, 8UC3, of any size; stays the caller's
     */
    static FrameScores of(Mat frame) {
        double scale = (double) SIDE / Math.max(frame.cols(), frame.rows());
        int width = Math.max(8, (int) Math.round(frame.cols() * scale));
        int height = Math.max(8, (int) Math.round(frame.rows() * scale));
        Mat small = Images.resize(frame, width, height, Images.Interpolation.SMOOTH);
        try {
            return new FrameAnalysis(Images.bytes(small), width, height).measure();
        } finally {
            small.release();
        }
    }

    private int red(int i) {
        return rgb[3 * i] & 0xFF;
    }

    private int green(int i) {
        return rgb[3 * i + 1] & 0xFF;
    }

    private int blue(int i) {
        return rgb[3 * i + 2] & 0xFF;
    }

    private FrameScores measure() {
        Disc disc = findBorder();
        int bordered = 0;
        for (boolean b : border) {
            bordered += b ? 1 : 0;
        }
        double borderShare = (double) bordered / border.length;
        if (border.length - bordered < border.length / 100) {
            Arrays.fill(border, false); // All black: measured as a whole.
        }

        int pixels = 0;
        int lit = 0;
        int tissue = 0;
        int cold = 0;
        int glare = 0;
        double sum = 0;
        double squares = 0;
        double saturation = 0;
        double redness = 0;
        int[] colours = new int[4096];
        for (int i = 0; i < luma.length; i++) {
            if (border[i]) {
                continue;
            }
            int r = red(i);
            int g = green(i);
            int b = blue(i);
            int largest = Math.max(r, Math.max(g, b));
            int smallest = Math.min(r, Math.min(g, b));
            pixels++;
            sum += luma[i];
            squares += (double) luma[i] * luma[i];
            colours[(r >> 4) << 8 | (g >> 4) << 4 | b >> 4]++;
            saturation += largest == 0 ? 0 : (largest - smallest) / (double) largest;
            if (smallest >= GLARE_LEVEL) {
                glare++;
            } else if (largest >= LIT_LEVEL) {
                lit++;
                redness += (r - g) / (double) largest;
                tissue += isTissue(r, g, b) ? 1 : 0;
                cold += isCold(r, g, b) ? 1 : 0;
            }
        }
        double mean = sum / pixels;
        return new FrameScores(
                mean,
                Math.sqrt(Math.max(0, squares / pixels - mean * mean)),
                laplacianVariance(),
                borderShare,
                disc == null ? Double.NaN : disc.x() / width,
                disc == null ? Double.NaN : disc.y() / height,
                disc == null ? Double.NaN : disc.radius() / width,
                saturation / pixels,
                lit == 0 ? 0 : (double) tissue / lit,
                lit == 0 ? 0 : redness / lit,
                lit == 0 ? 0 : (double) cold / lit,
                (double) Arrays.stream(colours).max().orElseThrow() / pixels,
                (double) glare / pixels,
                perceptualHash());
    }

    /**
     * Red to yellow, pale pink and violet-pink: red leads green by a little at least, and blue does
     * not lead red by much.
     */
    private static boolean isTissue(int r, int g, int b) {
        return (r - g) * 20 >= r && b * 20 <= r * 22;
    }

    /** Blue, cyan, green or cold violet of some saturation. */
    private static boolean isCold(int r, int g, int b) {
        int largest = Math.max(g, b);
        return largest > r && (largest - r) * 8 >= largest;
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

    /** Over pixels whose neighbours are all within the picture; 0 if there are none. */
    private double laplacianVariance() {
        double sum = 0;
        double squares = 0;
        int n = 0;
        for (int y = 2; y < height - 2; y++) {
            for (int x = 2; x < width - 2; x++) {
                int i = y * width + x;
                boolean inside =
                        !border[i]
                                && !border[i - 2]
                                && !border[i + 2]
                                && !border[i - 2 * width]
                                && !border[i + 2 * width];
                if (inside) {
                    int l =
                            luma[i - 1]
                                    + luma[i + 1]
                                    + luma[i - width]
                                    + luma[i + width]
                                    - 4 * luma[i];
                    sum += l;
                    squares += (double) l * l;
                    n++;
                }
            }
        }
        return n == 0 ? 0 : squares / n - (sum / n) * (sum / n);
    }

    /**
     * A bit per coefficient of the luma's cosine transform (32 x 32 cells, horizontal and vertical
     * frequencies 1 to 8): whether it is above their median. Small changes of light and noise flip
     * few bits; the even share of ones keeps unrelated frames far apart.
     */
    private long perceptualHash() {
        double[] cells = new double[CELLS * CELLS];
        int[] count = new int[CELLS * CELLS];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int k = y * CELLS / height * CELLS + x * CELLS / width;
                cells[k] += luma[y * width + x];
                count[k]++;
            }
        }
        for (int k = 0; k < cells.length; k++) {
            cells[k] /= Math.max(1, count[k]);
        }
        double[] across = new double[CELLS * 8];
        for (int y = 0; y < CELLS; y++) {
            for (int u = 0; u < 8; u++) {
                double sum = 0;
                for (int x = 0; x < CELLS; x++) {
                    sum += cells[y * CELLS + x] * COSINE[u][x];
                }
                across[y * 8 + u] = sum;
            }
        }
        double[] coefficients = new double[64];
        for (int v = 0; v < 8; v++) {
            for (int u = 0; u < 8; u++) {
                double sum = 0;
                for (int y = 0; y < CELLS; y++) {
                    sum += across[y * 8 + u] * COSINE[v][y];
                }
                coefficients[v * 8 + u] = sum;
            }
        }
        double[] sorted = coefficients.clone();
        Arrays.sort(sorted);
        double median = (sorted[31] + sorted[32]) / 2;
        long hash = 0;
        for (double c : coefficients) {
            hash = hash << 1 | (c > median ? 1 : 0);
        }
        return hash;
    }
}
