package org.surgenet.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.surgenet.common.UserException;

/**
 * A tensor of a file: a view, with offset and strides, of bytes that are read when asked for.
 * Immutable.
 */
public final class Tensor {
    /** The exponent bits of a float32, all set in infinities and NaN. */
    private static final int EXPONENT = 0x7F800000;

    private final TensorType type;
    private final long[] shape;
    private final long[] strides;
    private final long offset;
    private final Storage storage;
    private final long elements;

    /**
     * @param strides in elements, not negative
     * @param offset of the first element, in elements
     * @throws UserException if the view leaves the storage or is absurdly larger than it
     */
    Tensor(TensorType type, long[] shape, long[] strides, long offset, Storage storage) {
        this.type = type;
        this.shape = shape.clone();
        this.strides = strides.clone();
        this.offset = offset;
        this.storage = storage;
        this.elements = check();
    }

    /** A contiguous tensor that is its whole storage. */
    static Tensor contiguous(TensorType type, long[] shape, Storage storage) {
        return new Tensor(type, shape, rowMajor(shape), 0, storage);
    }

    static long[] rowMajor(long[] shape) {
        long[] strides = new long[shape.length];
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, Math.max(1, shape[i]));
        }
        return strides;
    }

    private long check() {
        try {
            long count = 1;
            long last = offset;
            if (shape.length != strides.length || offset < 0) {
                throw new UserException("a tensor's sizes and strides do not belong together");
            }
            boolean empty = Arrays.stream(shape).anyMatch(size -> size == 0);
            for (int i = 0; i < shape.length; i++) {
                if (shape[i] < 0 || strides[i] < 0) {
                    throw new UserException("a tensor has a negative size or stride");
                }
                count = Math.multiplyExact(count, shape[i]);
                if (!empty) {
                    last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
                }
            }
            long available = storage.bytes() / type.bytes();
            if (!empty && last >= available) {
                throw new UserException(
                        "a tensor of shape "
                                + Arrays.toString(shape)
                                + " reaches beyond its storage of "
                                + available
                                + " elements");
            }
            // Views that repeat elements (stride 0) may be larger than their storage, but a small
            // file must not make the reader allocate without bound.
            if (count > available && count > 1 << 24) {
                throw new UserException(
                        "a tensor of shape "
                                + Arrays.toString(shape)
                                + " repeats a storage of only "
                                + available
                                + " elements");
            }
            return count;
        } catch (ArithmeticException e) {
            throw new UserException("a tensor's size overflows: " + Arrays.toString(shape), e);
        }
    }

    public TensorType type() {
        return type;
    }

    /** Dimensions; empty for a scalar. */
    public long[] shape() {
        return shape.clone();
    }

    /** Number of elements. */
    public long elements() {
        return elements;
    }

    /** Size of the elements laid out without gaps. */
    public long bytes() {
        return elements * type.bytes();
    }

    /** The same elements in another shape. */
    Tensor reshaped(long... to) {
        if (!isContiguous()) {
            return contiguous(type, to, Storage.of(toBytes()));
        }
        return new Tensor(type, to, rowMajor(to), offset, storage);
    }

    /**
     * One of {@code count} equal parts along the first dimension, which must be divisible: query,
     * key or value of a joint layer.
     */
    Tensor part(int index, int count) {
        if (count == 1) {
            return this;
        }
        if (shape.length == 0 || shape[0] % count != 0) {
            throw new IllegalArgumentException(this + " in " + count + " parts");
        }
        long[] smaller = shape();
        smaller[0] /= count;
        return new Tensor(
                type, smaller, strides, offset + index * smaller[0] * strides[0], storage);
    }

    /**
     * The parts one after the other along the first dimension, put together when asked for.
     *
     * @throws UserException if their types, or their sizes but the first, differ
     */
    static Tensor joined(List<Tensor> parts) {
        Tensor first = parts.get(0);
        long[] all = first.shape();
        for (Tensor part : parts.subList(1, parts.size())) {
            boolean same =
                    part.type == first.type
                            && part.shape.length == all.length
                            && all.length > 0
                            && Arrays.equals(part.shape, 1, all.length, first.shape, 1, all.length);
            if (!same) {
                throw new UserException(part + " cannot be joined to " + first);
            }
            all[0] = Math.addExact(all[0], part.shape[0]);
        }
        return contiguous(first.type, all, new Storage.Joined(List.copyOf(parts)));
    }

    /** A float32 tensor whose values are computed when asked for. */
    static Tensor computed(long[] shape, Supplier<float[]> values) {
        return contiguous(TensorType.F32, shape, new Storage.Computed(count(shape), values));
    }

    /** The number of elements of a shape. */
    static long count(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** How many elements are NaN or infinite as float32. */
    long nonFinite() {
        if (!type.isReal()) {
            return 0;
        }
        ByteBuffer floats = floats();
        return nonFinite(floats.duplicate().rewind().order(floats.order()));
    }

    /** How many of the remaining float32 values are NaN or infinite. */
    static long nonFinite(ByteBuffer floats) {
        IntBuffer bits = floats.asIntBuffer();
        long count = 0;
        for (int i = 0; i < bits.limit(); i++) {
            if ((bits.get(i) & EXPONENT) == EXPONENT) {
                count++;
            }
        }
        return count;
    }

    /**
     * Refuses values that are not numbers.
     *
     * @param where file and name, for the message
     * @throws UserException if some are NaN or infinite as float32
     */
    public void requireFinite(String where) {
        long bad = nonFinite();
        if (bad > 0) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: %,d of %,d values are NaN or infinite; use another checkpoint",
                            where,
                            bad,
                            elements));
        }
    }

    boolean isContiguous() {
        if (elements <= 1) {
            return true;
        }
        long stride = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            if (shape[i] != 1 && strides[i] != stride) {
                return false;
            }
            stride *= shape[i];
        }
        return true;
    }

    /**
     * The elements in row-major order, little-endian, read-only where it is a view of the file.
     *
     * @throws UserException if it is larger than two gigabytes
     */
    public ByteBuffer buffer() {
        int length = length(type.bytes());
        if (isContiguous()) {
            return storage.slice(elements == 0 ? 0 : offset * type.bytes(), length);
        }
        return ByteBuffer.wrap(toBytes()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private int length(int size) {
        if (elements > Integer.MAX_VALUE / size - 8) {
            throw new UserException(
                    "a tensor of shape " + Arrays.toString(shape) + " is too large to read");
        }
        return (int) (elements * size);
    }

    private byte[] toBytes() {
        int size = type.bytes();
        byte[] target = new byte[length(size)];
        if (elements == 0) {
            return target;
        }
        long span = 1;
        for (int i = 0; i < shape.length; i++) {
            span += (shape[i] - 1) * strides[i];
        }
        ByteBuffer source = storage.slice(offset * size, Math.toIntExact(span * size));
        long[] index = new long[shape.length];
        long at = 0;
        for (int i = 0; i < target.length; i += size) {
            source.get((int) (at * size), target, i, size);
            for (int d = shape.length - 1; d >= 0; d--) {
                at += strides[d];
                if (++index[d] < shape[d]) {
                    break;
                }
                at -= strides[d] * shape[d];
                index[d] = 0;
            }
        }
        return target;
    }

    /**
     * Writes the elements as float32, row-major, into memory of their size: of float32 in a file,
     * the file's bytes go there directly.
     *
     * @param target direct, in native byte order
     */
    void writeFloats(ByteBuffer target) {
        if (type == TensorType.F32
                && isContiguous()
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            if (elements > 0) {
                storage.read(offset * Float.BYTES, target);
            }
        } else {
            target.put(floats());
        }
    }

    /**
     * The elements as float32 in row-major order and native byte order, direct: as {@code
     * Parameter.set} takes them. A contiguous float32 tensor is a view of the file.
     */
    public ByteBuffer floats() {
        ByteBuffer bytes = buffer();
        if (type == TensorType.F32
                && bytes.isDirect()
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
            return bytes.order(ByteOrder.nativeOrder());
        }
        ByteBuffer floats =
                ByteBuffer.allocateDirect(length(Float.BYTES)).order(ByteOrder.nativeOrder());
        if (type == TensorType.F32) {
            floats.asFloatBuffer().put(bytes.asFloatBuffer());
            return floats;
        }
        int size = type.bytes();
        for (int i = 0; i < elements; i++) {
            floats.putFloat(i * Float.BYTES, (float) type.at(bytes, i * size));
        }
        return floats;
    }

    /** The elements in row-major order; int64 beyond 2^53 is rounded. */
    public double[] toDoubles() {
        ByteBuffer bytes = buffer();
        double[] values = new double[length(Double.BYTES) / Double.BYTES];
        for (int i = 0; i < values.length; i++) {
            values[i] = type.at(bytes, i * type.bytes());
        }
        return values;
    }

    /** Type and shape, such as {@code f32 [512, 2048]}. */
    @Override
    public String toString() {
        return type + " " + Arrays.toString(shape);
    }
}
