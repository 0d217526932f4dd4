package org.surgenet.image;

/**
 * The weights of Pillow's antialiased resampling along one axis ({@code Resample.c:
 * precompute_coeffs, normalize_coeffs_8bpc}): when reducing, the kernel is as many times wider as
 * the picture gets smaller.
 *
 * @param first per new pixel, the first old pixel that counts
 * @param count per new pixel, how many do
 * @param weight per new pixel, their weights, in {@link #BITS}-bit fixed point
 */
record ResampleWeights(int[] first, int[] count, int[][] weight) {
    /** Pillow's: 32 less 8 for the values and 2 for the overshoot. */
    static final int BITS = 22;

    /** How much an old pixel counts, by its distance in old pixels. */
    enum Kernel {
        /** Keys' cubic with a = -0.5. */
        BICUBIC(2.0) {
            @Override
            double at(double x) {
                final double a = -0.5;
                double d = Math.abs(x);
                if (d < 1.0) {
                    return ((a + 2.0) * d - (a + 3.0)) * d * d + 1;
                }
                if (d < 2.0) {
                    return (((d - 5) * d + 8) * d - 4) * a;
                }
                return 0.0;
            }
        },
        /** A triangle. */
        BILINEAR(1.0) {
            @Override
            double at(double x) {
                double d = Math.abs(x);
                return d < 1.0 ? 1.0 - d : 0.0;
            }
        };

        private final double support;

        Kernel(double support) {
            this.support = support;
        }

        abstract double at(double x);
    }

    /**
     * Of a stretch that need not begin or end at a whole pixel (the {@code box} of Pillow's {@code
     * resize}).
     *
     * @param kernel how old pixels count
     * @param from number of old pixels, none of which are looked for outside
     * @param start of the stretch, old pixels, at least 0
     * @param stop end of the stretch, at most {@code from}
     * @param to number of new pixels
     */
    static ResampleWeights of(Kernel kernel, int from, double start, double stop, int to) {
        double scale = (stop - start) / to;
        double filterScale = Math.max(scale, 1.0);
        double support = kernel.support * filterScale;
        int[] first = new int[to];
        int[] count = new int[to];
        int[][] weight = new int[to][];
        for (int i = 0; i < to; i++) {
            double center = start + (i + 0.5) * scale;
            int begin = Math.max(0, (int) (center - support + 0.5));
            int end = Math.min(from, (int) (center + support + 0.5));
            double[] w = new double[end - begin];
            double sum = 0;
            for (int j = 0; j < w.length; j++) {
                w[j] = kernel.at((j + begin - center + 0.5) * (1.0 / filterScale));
                sum += w[j];
            }
            first[i] = begin;
            count[i] = w.length;
            weight[i] = new int[w.length];
            for (int j = 0; j < w.length; j++) {
                double fixed = w[j] / sum * (1 << BITS);
                weight[i][j] = (int) (fixed < 0 ? fixed - 0.5 : fixed + 0.5);
            }
        }
        return new ResampleWeights(first, count, weight);
    }
}
