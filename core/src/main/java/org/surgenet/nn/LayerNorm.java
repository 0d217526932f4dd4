package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Normalisation over the last dimension; keys {@code weight} and, if there is one, {@code bias}.
 */
public final class LayerNorm extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final Shape shape;
    private final float eps;

    /**
     * A norm over {@code size} channels. Without bias it keeps a constant of zeros, because the
     * engine's function insists on one; the constant is no parameter.
     */
    public LayerNorm(long size, double eps, boolean withBias) {
        weight = parameter("weight", Init.ONES, size);
        bias = withBias ? parameter("bias", Init.ZEROS, size) : constant(Init.ZEROS, size);
        shape = new Shape(size);
        this.eps = (float) eps;
    }

    /** (..., size) to the same shape. */
    public NDArray forward(NDArray x) {
        return x.getNDArrayInternal()
                .layerNorm(x, shape, weight.array(), bias.array(), eps)
                .singletonOrThrow();
    }
}
