package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * A learnable tensor: its shape and initialisation from the start, its values once the network is
 * initialised.
 */
public final class Parameter {
    private final Shape shape;
    private final Init init;
    private NDArray array;

    Parameter(Shape shape, Init init) {
        this.shape = shape;
        this.init = init;
    }

    public Shape shape() {
        return shape;
    }

    Init init() {
        return init;
    }

    /**
     * The values, float32, owned by the network's manager.
     *
     * @throws IllegalStateException before {@link Module#initialize}
     */
    public NDArray array() {
        if (array == null) {
            throw new IllegalStateException("the network has not been initialised");
        }
        return array;
    }

    void bind(NDArray values) {
        if (!values.getShape().equals(shape)) {
            throw new IllegalArgumentException(
                    "shape " + values.getShape() + " given for a parameter of shape " + shape);
        }
        array = values;
    }

    /** Number of elements. */
    public long size() {
        return shape.size();
    }
}
