package org.surgenet.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.surgenet.engine.Memory;
import org.surgenet.engine.NoGrad;

/**
 * A learnable tensor: its shape and initialisation from the start, its values once the network is
 * initialised or allocated.
 */
public final class Parameter {
    private final Shape shape;
    private final Init init;
    private NDArray array;
    private boolean frozen;
    private Function<long[], Optional<Resampling>> resampler = saved -> Optional.empty();

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

    /**
     * How saved values of another shape become this parameter's, as the network's original code
     * does it.
     *
     * @param what they were, for people, such as "24 x 24 to 14 x 14 patches"
     * @param values from those saved, row-major, to those of this shape
     */
    public record Resampling(String what, UnaryOperator<float[]> values) {
        /** Resamples. */
        public float[] apply(float[] saved) {
            return values.apply(saved);
        }
    }

    /**
     * Lets values of other shapes be loaded.
     *
     * @param resampler what a saved shape takes; empty where it cannot be
     */
    public void resampledBy(Function<long[], Optional<Resampling>> resampler) {
        this.resampler = resampler;
    }

    /** How values of a saved shape become this parameter's; empty where they cannot. */
    public Optional<Resampling> resampling(long... saved) {
        return resampler.apply(saved);
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
     * Overwrites many parameters' values, several at a time.
     *
     * @param writers each fills a buffer, float32 in native byte order, row-major; on a CPU that is
     *     the parameter's own memory
     */
    public static void write(Map<Parameter, Consumer<ByteBuffer>> writers) {
        Map<Parameter, ByteBuffer> buffers = new LinkedHashMap<>();
        // The engine is asked from one thread only.
        writers.keySet().forEach(parameter -> buffers.put(parameter, parameter.memory()));
        writers.entrySet().parallelStream()
                .forEach(entry -> entry.getValue().accept(buffers.get(entry.getKey()).duplicate()));
        buffers.forEach(
                (parameter, buffer) -> {
                    if (!parameter.onCpu()) {
                        parameter.set(buffer);
                    }
                });
    }

    private boolean onCpu() {
        return array().getDevice().equals(Device.cpu());
    }

    /** The values' own memory on a CPU, a buffer of their size elsewhere. */
    private ByteBuffer memory() {
        return onCpu()
                ? Memory.bytes(array())
                : ByteBuffer.allocateDirect(Math.toIntExact(size() * Float.BYTES))
                        .order(ByteOrder.nativeOrder());
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
