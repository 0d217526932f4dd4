package org.surgenet.nn.tcn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Init;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/**
 * A convolution over time that keeps the length; keys {@code weight} (out, in, kernel) and {@code
 * bias} (out), as torch's {@code Conv1d}. Frames beyond either end are zeros. Weights begin as
 * torch's, biases at zero.
 */
final class TimeConv extends Module {
    private static final int KERNEL = 3;

    private final Parameter weight;
    private final Parameter bias;
    private final long in;
    private final long out;
    private final int kernel;
    private final int dilation;
    private final boolean causal;

    private TimeConv(long in, long out, int kernel, int dilation, boolean causal) {
        weight = parameter("weight", Init.TORCH_DEFAULT, out, in, kernel);
        bias = parameter("bias", Init.ZEROS, out);
        this.in = in;
        this.out = out;
        this.kernel = kernel;
        this.dilation = dilation;
        this.causal = causal;
    }

    /** Of each frame alone. */
    static TimeConv pointwise(long in, long out) {
        return new TimeConv(in, out, 1, 1, true);
    }

    /**
     * Of three frames, {@code dilation} apart: the frame with one on each side, or, where {@code
     * causal}, with two before it.
     */
    static TimeConv dilated(long channels, int dilation, boolean causal) {
        return new TimeConv(channels, channels, KERNEL, dilation, causal);
    }

    /** (T, in) to (T, out); {@code x} stays open. */
    NDArray forward(NDArray x) {
        NDManager manager = x.getManager();
        try (NDArray flat = weight.derive(manager, w -> w.reshape(out, in * kernel))) {
            if (kernel == 1) {
                return Linear.product(precision(), x, flat, bias.array());
            }
            try (NDArray taps = taps(x)) {
                return Linear.product(precision(), taps, flat, bias.array()); // (T, out)
            }
        }
    }

    /** The three frames that each frame's product takes, channel by channel: (T, in · 3). */
    private NDArray taps(NDArray x) {
        NDManager manager = x.getManager();
        long frames = x.getShape().get(0);
        int before = causal ? 2 * dilation : dilation;
        int after = causal ? 0 : dilation;
        NDList parts = new NDList(manager.zeros(new Shape(before, in)), x);
        if (after > 0) {
            parts.add(manager.zeros(new Shape(after, in)));
        }
        NDArray padded = NDArrays.concat(parts, 0); // (T + 2 · dilation, in)
        parts.get(0).close();
        if (after > 0) {
            parts.get(2).close();
        }
        NDList shifted = new NDList();
        for (int k = 0; k < kernel; k++) {
            long from = (long) k * dilation;
            shifted.add(padded.get(new NDIndex(from + ":" + (from + frames)))); // (T, in)
        }
        NDArray taps = NDArrays.stack(shifted, 2); // (T, in, 3)
        shifted.close();
        padded.close();
        return Arrays.then(taps, taps.reshape(frames, in * kernel));
    }
}
