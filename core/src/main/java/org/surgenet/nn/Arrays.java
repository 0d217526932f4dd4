package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Helpers for activations whose handles are given back as soon as they are no longer needed, and
 * for constants in recorded operations.
 *
 * <p>On a CPU the engine's array of values given from Java ({@code manager.create(float[], ...)},
 * and the number in {@code x.mul(number)}, {@code x.div(number)}, {@code x.pow(number)} or {@code
 * x.maximum(number)}) is a view of a Java buffer. Once the array is closed the buffer may be freed,
 * while what was recorded for the backward pass still points to it: gradients then turn to garbage,
 * now and then. Recorded operations therefore take their constants from here, as copies that the
 * engine owns.
 */
public final class Arrays {
    private Arrays() {}

    /** Values as an array of the engine's own memory. */
    public static NDArray constant(NDManager manager, float[] values, Shape shape) {
        return own(manager.create(values, shape));
    }

    /** As {@link #constant(NDManager, float[], Shape)}, int64. */
    public static NDArray constant(NDManager manager, long[] values, Shape shape) {
        return own(manager.create(values, shape));
    }

    private static NDArray own(NDArray view) {
        return then(view, view.duplicate());
    }

    /** {@code x} times a number, in a new array; {@code x} stays open. */
    public static NDArray mul(NDArray x, double factor) {
        try (NDArray number = scalar(x.getManager(), factor)) {
            return x.mul(number);
        }
    }

    /** {@code x} divided by a number, in a new array; {@code x} stays open. */
    public static NDArray div(NDArray x, double divisor) {
        try (NDArray number = scalar(x.getManager(), divisor)) {
            return x.div(number);
        }
    }

    /** {@code 1 / x}, in a new array; {@code x} stays open. */
    public static NDArray inverse(NDArray x) {
        try (NDArray one = scalar(x.getManager(), 1)) {
            return one.div(x);
        }
    }

    private static NDArray scalar(NDManager manager, double value) {
        return constant(manager, new float[] {(float) value}, new Shape());
    }

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

    /**
     * {@code x + y} in the memory of {@code y}, closing {@code x}. For the result {@code y} of an
     * operation whose gradient does not need that result.
     */
    public static NDArray addInto(NDArray x, NDArray y) {
        y.addi(x);
        x.close();
        return y;
    }

    /**
     * Puts zeros behind the end of an axis, up to a multiple of a length. Without any to put it
     * returns {@code x} itself; {@code x} stays open.
     */
    public static NDArray padded(NDArray x, int axis, int multiple) {
        long[] sides = x.getShape().getShape().clone();
        long more = Math.floorMod(-sides[axis], (long) multiple);
        if (more == 0) {
            return x;
        }
        sides[axis] = more;
        try (NDArray zeros = x.getManager().zeros(new Shape(sides), x.getDataType())) {
            return x.concat(zeros, axis);
        }
    }

    /** Images (B, C, H, W) with zeros below and to the right, see {@link #padded}. */
    public static NDArray paddedImages(NDArray images, int multiple) {
        NDArray high = padded(images, 2, multiple);
        NDArray both = padded(high, 3, multiple);
        if (high != images && both != high) {
            high.close();
        }
        return both;
    }
}
