package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Stochastic depth: in training, leaves a residual branch out for a random part of the images and
 * scales it up for the others. Has no parameters. Draws from {@link Module#setNoise}'s key.
 */
public final class DropPath extends Module {
    private final double rate;

    /**
     * @param rate share of images whose branch is left out, in [0, 1)
     */
    public DropPath(double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("rate (" + rate + ") must be in [0, 1)");
        }
        this.rate = rate;
    }

    /** (B, ...) to the same shape; closes {@code branch}. */
    public NDArray forward(NDArray branch) {
        if (!isTraining() || rate == 0) {
            return branch;
        }
        int images = Math.toIntExact(branch.getShape().get(0));
        float[] factors = new float[images];
        for (int i = 0; i < images; i++) {
            factors[i] = noise().chance(rate) ? 0 : (float) (1 / (1 - rate));
        }
        long[] shape = new long[branch.getShape().dimension()];
        java.util.Arrays.fill(shape, 1);
        shape[0] = images;
        try (NDArray mask = Arrays.constant(branch.getManager(), factors, new Shape(shape))) {
            return Arrays.then(branch, branch.mul(mask));
        }
    }
}
