package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import org.surgenet.engine.Operations;

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
     * {@code (scale·x + shift)·Wᵀ + b} for numbers {@code scale} and {@code shift}. They are taken
     * into the weights, {@code x·(scale·W)ᵀ + (shift·ΣW + b)}, which spares passes over {@code x}
     * in both directions; gradients reach both.
     *
     * @param x (..., in); stays open
     * @param scale (1)
     * @param shift (1)
     * @return (..., out)
     */
    public NDArray forward(NDArray x, NDArray scale, NDArray shift) {
        NDArray sums = weight.array().sum(new int[] {1}); // (out)
        NDArray constant = Arrays.then(sums, sums.mul(shift));
        if (bias != null) {
            constant = Arrays.then(constant, constant.add(bias.array()));
        }
        try (NDArray scaled = weight.array().mul(scale);
                NDArray shifted = constant) {
            return product(precision(), x, scaled, shifted);
        }
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
        return Operations.linearBf16(x, weight, bias);
    }
}
