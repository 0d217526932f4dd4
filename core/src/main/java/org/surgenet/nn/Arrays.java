package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

/** Helpers for activations whose handles are given back as soon as they are no longer needed. */
public final class Arrays {
    private Arrays() {}

    /**
     * Closes {@code old} and returns {@code next}, which was computed from it. Under gradient
     * recording the engine keeps what the backward pass needs; without, the memory is free at once.
     */
    public static NDArray then(NDArray old, NDArray next) {
        if (old != next) {
            old.close();
        }
        return next;
    }

    /** {@code x + y}, closing both. */
    public static NDArray add(NDArray x, NDArray y) {
        NDArray sum = x.add(y);
        x.close();
        y.close();
        return sum;
    }
}
