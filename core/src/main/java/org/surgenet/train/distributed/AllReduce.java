package org.surgenet.train.distributed;

import ai.djl.ndarray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.surgenet.engine.Memory;
import org.surgenet.engine.Recording;
import org.surgenet.nn.Parameter;

/**
 * Replaces arrays by their sum over all ranks, and gradients by their mean. They are gathered into
 * one reused direct buffer and summed bucket by bucket, so that a step costs a few large messages
 * instead of one per parameter.
 */
public final class AllReduce {
    /** Bytes of a bucket; a larger array travels in several. */
    static final int BUCKET_BYTES = 25 << 20;

    private final Communicator communicator;
    private final ByteBuffer bucket;
    private final FloatBuffer floats;

    public AllReduce(Communicator communicator) {
        this(communicator, BUCKET_BYTES);
    }

    AllReduce(Communicator communicator, int bucketBytes) {
        this.communicator = communicator;
        int bytes = communicator.size() == 1 ? 0 : bucketBytes;
        bucket = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        floats = bucket.asFloatBuffer();
    }

    /** An array's values on their way. */
    private static final class Part {
        final NDArray array;
        final ByteBuffer values;

        Part(NDArray array) {
            this.array = array;
            // On a CPU these are the array's own bytes, elsewhere a copy.
            this.values = Memory.bytes(array);
        }

        void putBack() {
            if (!Memory.isDirect(array)) {
                array.set(values.rewind());
            }
        }
    }

    /** A stretch of one array inside the bucket. */
    private record Stretch(FloatBuffer source, int from, int length) {}

    /**
     * Averages the gradients of {@code parameters}, in their order, which must be the same on every
     * rank, as must be the set of parameters that have a gradient.
     */
    public void average(Collection<Parameter> parameters) {
        if (communicator.size() == 1) {
            return;
        }
        List<Part> parts = new ArrayList<>();
        try {
            for (Parameter parameter : parameters) {
                Recording.gradient(parameter.array())
                        .ifPresent(gradient -> parts.add(new Part(gradient)));
            }
            sum(parts, 1f / communicator.size());
        } finally {
            parts.forEach(part -> part.array.close());
        }
    }

    /** Replaces the elements of a float32 array by their sums over all ranks. */
    public void sum(NDArray array) {
        if (communicator.size() > 1) {
            sum(List.of(new Part(array)), 1);
        }
    }

    private void sum(List<Part> parts, float scale) {
        List<Stretch> filled = new ArrayList<>();
        floats.clear();
        for (Part part : parts) {
            FloatBuffer source = part.values.asFloatBuffer();
            while (source.hasRemaining()) {
                if (!floats.hasRemaining()) {
                    flush(filled, scale);
                }
                int length = Math.min(source.remaining(), floats.remaining());
                filled.add(new Stretch(source, source.position(), length));
                floats.put(floats.position(), source, source.position(), length);
                floats.position(floats.position() + length);
                source.position(source.position() + length);
            }
        }
        flush(filled, scale);
        parts.forEach(Part::putBack);
    }

    private void flush(List<Stretch> filled, float scale) {
        int count = floats.position();
        if (count > 0) {
            communicator.sumFloats(bucket, count);
            for (int i = 0; scale != 1 && i < count; i++) {
                floats.put(i, floats.get(i) * scale);
            }
            int from = 0;
            for (Stretch stretch : filled) {
                stretch.source().put(stretch.from(), floats, from, stretch.length());
                from += stretch.length();
            }
        }
        filled.clear();
        floats.clear();
    }
}
