package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

/** A learnable factor per channel, one at first; key {@code scale} (C). */
public final class Scale extends Module {
    private final Parameter scale;

    public Scale(long channels) {
        scale = parameter("scale", Init.ONES, channels);
    }

    /** (..., C) to the same shape. */
    public NDArray forward(NDArray x) {
        return x.mul(scale.array());
    }
}
