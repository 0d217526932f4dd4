package org.surgenet.image;

import java.util.Arrays;

/**
 * Weighted sums of int lines, the inner loop of resampling. All arrays of a call share their index:
 * that is the form of loop that the compiler turns into vector instructions.
 */
final class WeightedSum {
    private static final int HALF = 1 << (ResampleWeights.BITS - 1);

    private WeightedSum() {}

    /**
     * Sets {@code to[i]}, for i in from .. end-1, to the weighted sum of the lines, rounded and
     * clipped to 0 .. 255.
     *
     * @param lines of which those at {@code (first + j) % lines.length} count
     * @param weight of each line j, in {@link ResampleWeights#BITS}-bit fixed point
     */
    static void of(int[] to, int[][] lines, int first, int[] weight, int from, int end) {
        Arrays.fill(to, from, end, HALF);
        int n = weight.length;
        int j = 0;
        for (; j + 4 <= n; j += 4) {
            add4(
                    to,
                    lines[(first + j) % lines.length],
                    lines[(first + j + 1) % lines.length],
                    lines[(first + j + 2) % lines.length],
                    lines[(first + j + 3) % lines.length],
                    weight[j],
                    weight[j + 1],
                    weight[j + 2],
                    weight[j + 3],
                    from,
                    end);
        }
        for (; j < n; j++) {
            add1(to, lines[(first + j) % lines.length], weight[j], from, end);
        }
        clip(to, from, end);
    }

    private static void add4(
            int[] to,
            int[] a,
            int[] b,
            int[] c,
            int[] d,
            int wa,
            int wb,
            int wc,
            int wd,
            int from,
            int end) {
        for (int i = from; i < end; i++) {
            to[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
        }
    }

    private static void add1(int[] to, int[] a, int wa, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] += a[i] * wa;
        }
    }

    private static void clip(int[] to, int from, int end) {
        for (int i = from; i < end; i++) {
            int v = to[i] >> ResampleWeights.BITS;
            v &= ~(v >> 31); // Negative values become 0,
            to[i] = (v | ((255 - v) >> 31)) & 255; // those above 255 become 255.
        }
    }
}
