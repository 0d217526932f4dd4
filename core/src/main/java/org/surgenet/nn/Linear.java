package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

/**
 * {@code x·Wᵀ + b} over the last dimension; keys {@code weight} (out, in) and {@code bias} (out).
 */
public final class Linear extends Module {
    private final Parameter weight;
    private final Parameter bias;

    /** A layer with weights drawn by {@code init} and, if {@code withBias}, zero biases. */
    public Linear(long in, long out, boolean withBias, Init init) {
        weight = parameter("weight", init, out, in);
        bias = withBias ? parameter("bias", Init.ZEROS, out) : null;
    }

    /** (..., in) to (..., out). */
    public NDArray forward(NDArray x) {
        return x.getNDArrayInternal()
                .linear(x, weight.array(), bias == null ? null : bias.array())
                .singletonOrThrow();
    }
}
