package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * A two-dimensional convolution with a square kernel; keys {@code weight} (out, in / groups, k, k)
 * and {@code bias} (out).
 */
public final class Conv2d extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final int stride;
    private final int padding;
    private final int groups;

    private Conv2d(
            long in,
            long out,
            int kernel,
            int stride,
            int padding,
            int groups,
            boolean withBias,
            Init init) {
        weight = parameter("weight", init, out, in / groups, kernel, kernel);
        bias = withBias ? parameter("bias", Init.ZEROS, out) : null;
        this.stride = stride;
        this.padding = padding;
        this.groups = groups;
    }

    /** A dense convolution. */
    public static Conv2d of(
            long in, long out, int kernel, int stride, int padding, boolean withBias, Init init) {
        return new Conv2d(in, out, kernel, stride, padding, 1, withBias, init);
    }

    /** One k×k filter per channel, stride 1, padded to keep the size; k is odd. */
    public static Conv2d depthwise(long channels, int kernel, boolean withBias, Init init) {
        return new Conv2d(
                channels,
                channels,
                kernel,
                1,
                kernel / 2,
                Math.toIntExact(channels),
                withBias,
                init);
    }

    /** (B, in, H, W) to (B, out, H', W'); a channels-last input gives a channels-last output. */
    public NDArray forward(NDArray x) {
        if (precision() == Precision.FP32) {
            return x.getNDArrayInternal()
                    .convolution(
                            x,
                            weight.array(),
                            bias == null ? null : bias.array(),
                            new Shape(stride, stride),
                            new Shape(padding, padding),
                            UNIT,
                            groups)
                    .singletonOrThrow();
        }
        return bias == null
                ? TorchScript.run(
                        "convolution_bf16",
                        new NDArray[] {x, weight.array()},
                        stride,
                        padding,
                        groups)
                : TorchScript.run(
                        "convolution_bias_bf16",
                        new NDArray[] {x, weight.array(), bias.array()},
                        stride,
                        padding,
                        groups);
    }

    /** As {@link #forward} on (B, H, W, C) arrays: the permutations are views, no data moves. */
    public NDArray forwardNhwc(NDArray x) {
        NDArray planes = x.transpose(0, 3, 1, 2); // (B, C, H, W)
        NDArray y = Arrays.then(planes, forward(planes));
        return Arrays.then(y, y.transpose(0, 2, 3, 1)); // (B, H', W', C')
    }

    private static final Shape UNIT = new Shape(1, 1);
}
