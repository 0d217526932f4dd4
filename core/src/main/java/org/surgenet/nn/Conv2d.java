package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.surgenet.engine.Operations;

/**
 * A two-dimensional convolution with a square kernel; keys {@code weight} (out, in / groups, k, k)
 * and {@code bias} (out).
 */
public final class Conv2d extends Module {
    private final Parameter weight;
    private final Parameter bias;
    private final long out;
    private final Shape filler;
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
        this.out = out;
        long more = groups == 1 ? (LANES - out % LANES) % LANES : 0;
        filler = new Shape(more, in / groups, kernel, kernel);
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
            return filler.get(0) == 0
                    ? convolved(x, weight.array(), bias == null ? null : bias.array())
                    : filled(x);
        }
        return Operations.convolutionBf16(
                x, weight.array(), bias == null ? null : bias.array(), stride, padding, groups);
    }

    private NDArray convolved(NDArray x, NDArray filters, NDArray shift) {
        return x.getNDArrayInternal()
                .convolution(
                        x,
                        filters,
                        shift,
                        new Shape(stride, stride),
                        new Shape(padding, padding),
                        UNIT,
                        groups)
                .singletonOrThrow();
    }

    /** The convolution with filters of zeros up to a multiple of {@link #LANES}. */
    private NDArray filled(NDArray x) {
        NDManager manager = x.getManager();
        try (NDArray zeros = manager.zeros(filler);
                NDArray all =
                        weight.derive(manager, w -> NDArrays.concat(new NDList(w, zeros), 0))) {
            NDArray y = convolved(x, all, null);
            y = Arrays.then(y, y.get(new NDIndex(":, :" + out))); // (B, out, H', W')
            if (bias == null) {
                return y;
            }
            try (NDArray shift = bias.derive(manager, b -> b.reshape(1, out, 1, 1))) {
                return Arrays.then(y, y.add(shift));
            }
        }
    }

    /** As {@link #forward} on (B, H, W, C) arrays: the permutations are views, no data moves. */
    public NDArray forwardNhwc(NDArray x) {
        NDArray planes = x.transpose(0, 3, 1, 2); // (B, C, H, W)
        NDArray y = Arrays.then(planes, forward(planes));
        return Arrays.then(y, y.transpose(0, 2, 3, 1)); // (B, H', W', C')
    }

    private static final Shape UNIT = new Shape(1, 1);

    /**
     * On a CPU the engine stores channels in blocks of so many. Where a dense convolution's outputs
     * do not fill the last block, the gradient of its input is computed with what lies behind them
     * in memory: mostly zeros times something, now and then NaN.
     */
    private static final int LANES = 16;
}
