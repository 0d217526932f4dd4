package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Normalisation over groups of channels of (B, C, H, W), eps 1e-5 inside the root; keys {@code
 * weight} and {@code bias}.
 */
public final class GroupNorm extends Module {
    private static final float EPS = 1e-5f;

    private final Parameter weight;
    private final Parameter bias;
    private final long groups;
    private final long channels;

    /**
     * @throws IllegalArgumentException if the channels are not divisible by the groups
     */
    public GroupNorm(long groups, long channels) {
        if (channels % groups != 0) {
            throw new IllegalArgumentException(
                    "channels (" + channels + ") not divisible by groups (" + groups + ")");
        }
        weight = parameter("weight", Init.ONES, channels);
        bias = parameter("bias", Init.ZEROS, channels);
        this.groups = groups;
        this.channels = channels;
    }

    /** (B, C, H, W) to the same shape. */
    public NDArray forward(NDArray x) {
        NDManager manager = x.getManager();
        Shape shape = x.getShape();
        NDArray grouped = x.reshape(shape.get(0), groups, -1); // (B, G, C/G * H * W)
        NDArray mean = grouped.mean(new int[] {2}, true);
        NDArray centred = grouped.sub(mean);
        grouped.close();
        mean.close();
        NDArray square = centred.square();
        NDArray variance = Arrays.then(square, square.mean(new int[] {2}, true));
        NDArray shifted = Arrays.then(variance, variance.add(EPS));
        NDArray deviation = Arrays.then(shifted, shifted.sqrt());
        NDArray y = centred.div(deviation);
        centred.close();
        deviation.close();
        y = Arrays.then(y, y.reshape(shape)); // (B, C, H, W)
        try (NDArray scale = weight.derive(manager, w -> w.reshape(1, channels, 1, 1));
                NDArray shift = bias.derive(manager, w -> w.reshape(1, channels, 1, 1))) {
            y = Arrays.then(y, y.mul(scale));
            return Arrays.then(y, y.add(shift));
        }
    }
}
