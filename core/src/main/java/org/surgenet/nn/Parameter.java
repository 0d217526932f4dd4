package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/**
 * A learnable tensor: its shape and initialisation from the start, its values once the network is
 * initialised or allocated.
 */
public final class Parameter {
    private final Shape shape;
    private final Init init;
    private NDArray array;
    private boolean frozen;

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
     * @throws IllegalStateException before {@link Module#initialize} or {@link Module#allocate}
     */
    public NDArray array() {
        if (array == null) {
            throw new IllegalStateException("the network has not been initialised");
        }
        return array;
    }

    /** Whether training leaves the values as they are. */
    public boolean frozen() {
        return frozen;
    }

    /** Excludes the parameter from training, or includes it again. */
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
    }

    void allocate(NDManager manager) {
        array = manager.create(shape, DataType.FLOAT32);
    }

    /**
     * Overwrites the values with a copy of others.
     *
     * @param values float32 in native byte order, row-major, direct; its remaining bytes are the
     *     whole tensor
     */
    public void set(ByteBuffer values) {
        if (values.remaining() != size() * Float.BYTES) {
            throw new IllegalArgumentException(
                    values.remaining() + " bytes given for a parameter of shape " + shape);
        }
        // NDArray.set would make the array a view of the buffer, on a CPU: of a mapped file even,
        // which the first update of the weights would try to write.
        try (NoGrad off = NoGrad.open();
                NDArray source = array().getManager().create(values, shape, DataType.FLOAT32)) {
            source.copyTo(array);
        }
    }

    /**
     * Computes something from the values alone, such as a norm or a view in another shape.
     *
     * @param manager owns the result: a step's, not the network's
     */
    public NDArray derive(NDManager manager, UnaryOperator<NDArray> operation) {
        NDArray result = operation.apply(array());
        result.attach(manager);
        return result;
    }

    /** Number of elements. */
    public long size() {
        return shape.size();
    }
}
