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
        return product(precision(), x, weight.array(), bias == null ? null : bias.array());
    }

    /**
     * {@code x·Wᵀ + b} of arrays that stay open.
     *
     * @param bias null for none
     */
    public static NDArray product(Precision precision, NDArray x, NDArray weight, NDArray bias) {
        if (precision == Precision.FP32) {
            return x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();
        }
        return bias == null
                ? TorchScript.run("linear_bf16", new NDArray[] {x, weight})
                : TorchScript.run("linear_bias_bf16", new NDArray[] {x, weight, bias});
    }
}
