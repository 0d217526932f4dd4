package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

/** A linear classification head whose keys are {@code weight} and {@code bias}. */
public final class LinearHead extends Backbone.Head {
    private final Linear linear;

    public LinearHead(long in, long classes) {
        linear = child("@linear", new Linear(in, classes, true, Init.TRUNC_NORMAL_02));
    }

    @Override
    public NDArray forward(NDArray pooled) {
        return linear.forward(pooled);
    }
}
