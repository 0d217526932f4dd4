package org.surgenet.nn.vit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Arrays;

/**
 * Bicubic interpolation along one axis as a matrix (coefficient -0.75, corners not aligned, edges
 * repeated): what DINO does to position embeddings. DINO asks for a size of {@code out + 0.1} and
 * the engine takes the scale from that, so the samples lie a little closer than a plain resize
 * would put them.
 */
final class Bicubic {
    private static final double A = -0.75;

    private Bicubic() {}

    /** (out, in). */
    static NDArray matrix(NDManager manager, int in, int out) {
        return Arrays.constant(manager, weights(in, out), new Shape(out, in));
    }

    static float[] weights(int in, int out) {
        float[] weights = new float[out * in];
        double scale = in / (out + 0.1);
        for (int i = 0; i < out; i++) {
            double position = (i + 0.5) * scale - 0.5;
            int base = (int) Math.floor(position);
            double t = position - base;
            double[] taps = {outer(t + 1), inner(t), inner(1 - t), outer(2 - t)};
            for (int k = 0; k < 4; k++) {
                int source = Math.min(Math.max(base - 1 + k, 0), in - 1);
                weights[i * in + source] += (float) taps[k];
            }
        }
        return weights;
    }

    /** The kernel for distances up to 1. */
    private static double inner(double x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** The kernel for distances from 1 to 2. */
    private static double outer(double x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }
}
