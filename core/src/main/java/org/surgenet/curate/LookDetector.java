package org.surgenet.curate;

import java.util.Arrays;
import java.util.List;

/** What a frame looks like, for comparing it with others; measured only. */
final class LookDetector implements Detector {
    /** 64-bit perceptual hash of the luma, to compare by counting differing bits. */
    static final Score HASH =
            new Score(
                    "hash",
                    "Hash",
                    "perceptual hash of the luma; alike frames differ in few bits",
                    0,
                    Double.POSITIVE_INFINITY,
                    Score.Kind.BITS);

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

    @Override
    public List<Score> scores() {
        return List.of(HASH);
    }

    @Override
    public void measure(Picture picture, FrameScores scores) {
        scores.setBits(HASH, hash(coefficients(cells(picture))));
    }

    /** Mean luma of 32 x 32 cells, row by row. */
    private static double[] cells(Picture picture) {
        int width = picture.width();
        int height = picture.height();
        double[] cells = new double[CELLS * CELLS];
        int[] count = new int[CELLS * CELLS];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int k = y * CELLS / height * CELLS + x * CELLS / width;
                cells[k] += picture.luma(y * width + x);
                count[k]++;
            }
        }
        for (int k = 0; k < cells.length; k++) {
            cells[k] /= Math.max(1, count[k]);
        }
        return cells;
    }

    /** The cosine transform at horizontal and vertical frequencies 1 to 8. */
    private static double[] coefficients(double[] cells) {
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
        return coefficients;
    }

    /**
     * A bit per coefficient: whether it is above their median. Small changes of light and noise
     * flip few bits; the even share of ones keeps unrelated frames far apart.
     */
    private static long hash(double[] coefficients) {
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
