package org.surgenet.engine;

import ai.djl.ndarray.NDArray;

/**
 * Operations that the engine has and its Java interface has not: fused attention, products whose
 * inputs are rounded to bfloat16, and activations that reuse memory. Arguments stay open; a result
 * belongs to the manager of the first argument. Gradients flow through all of them.
 */
public final class Operations {
    private static final String BF16 = "_bf16";

    private Operations() {}

    /**
     * Scaled dot-product attention of (B, T, 3·N·D), queries, keys and values side by side.
     *
     * @param heads N
     * @param bf16 whether the products' inputs are rounded to bfloat16
     * @return (B, T, N·D), float32
     */
    public static NDArray attention(NDArray joint, long heads, boolean bf16) {
        return TorchScript.run(named("attention", bf16), arrays(joint), heads);
    }

    /**
     * As {@link #attention}, of queries (B, T, N·D) over other keys and values (B, S, 2·N·D).
     *
     * @return (B, T, N·D), float32
     */
    public static NDArray crossAttention(NDArray queries, NDArray joint, long heads, boolean bf16) {
        return TorchScript.run(named("cross_attention", bf16), arrays(queries, joint), heads);
    }

    /**
     * {@code x·Wᵀ + b} with inputs rounded to bfloat16.
     *
     * @param bias null for none
     * @return float32
     */
    public static NDArray linearBf16(NDArray x, NDArray weight, NDArray bias) {
        return bias == null
                ? TorchScript.run("linear_bf16", arrays(x, weight))
                : TorchScript.run("linear_bias_bf16", arrays(x, weight, bias));
    }

    /**
     * A convolution of (B, in, H, W) with inputs rounded to bfloat16.
     *
     * @param bias null for none
     * @return (B, out, H', W'), float32
     */
    public static NDArray convolutionBf16(
            NDArray x, NDArray weight, NDArray bias, int stride, int padding, int groups) {
        return bias == null
                ? TorchScript.run("convolution_bf16", arrays(x, weight), stride, padding, groups)
                : TorchScript.run(
                        "convolution_bias_bf16", arrays(x, weight, bias), stride, padding, groups);
    }

    /** relu(x) in the memory of {@code x}, whose values are lost. */
    public static NDArray reluInPlace(NDArray x) {
        return TorchScript.run("relu_in_place", arrays(x));
    }

    /**
     * {@code s·relu² + b} from relu(x).
     *
     * @param scale s, one element
     * @param bias b, one element
     */
    public static NDArray starOfRelu(NDArray relu, NDArray scale, NDArray bias) {
        return TorchScript.run("star_of_relu", arrays(relu, scale, bias));
    }

    private static String named(String function, boolean bf16) {
        return bf16 ? function + BF16 : function;
    }

    private static NDArray[] arrays(NDArray... arrays) {
        return arrays;
    }
}
