package org.surgenet.train.distributed;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.surgenet.nn.Parameter;

/**
 * Replaces gradients by their mean over all ranks. They are gathered into one reused direct buffer
 * and summed bucket by bucket, so that a step costs a few large messages instead of one per
 * parameter.
 */
public final class GradientAverage {
    /** Bytes of a bucket; a larger gradient travels in several. */
    static final int BUCKET_BYTES = 25 << 20;

    private final Communicator communicator;
    private final ByteBuffer bucket;
    private final FloatBuffer floats;

    public GradientAverage(Communicator communicator) {
        this(communicator, BUCKET_BYTES);
    }

    GradientAverage(Communicator communicator, int bucketBytes) {
        this.communicator = communicator;
        int bytes = communicator.size() == 1 ? 0 : bucketBytes;
        bucket = ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
        floats = bucket.asFloatBuffer();
    }

    /** A gradient's values on their way: where they came from and how far they got. */
    private static final class Part {
        final PtNDArray gradient;
        final ByteBuffer values;

        Part(PtNDArray gradient) {
            this.gradient = gradient;
            // On a CPU these are the gradient's own bytes, elsewhere a copy.
            this.values = gradient.toByteBuffer(true).order(ByteOrder.nativeOrder());
        }
    }

    /** A stretch of one gradient inside the bucket. */
    private record Stretch(FloatBuffer source, int from, int length) {}

    /**
     * Averages the gradients of {@code parameters}, in their order, which must be the same on every
     * rank, as must be the set of parameters that have a gradient.
     */
    public void apply(Collection<Parameter> parameters) {
        if (communicator.size() == 1) {
            return;
        }
        List<Part> parts = new ArrayList<>();
        try {
            for (Parameter parameter : parameters) {
                NDArray array = parameter.array();
                PtNDArray gradient =
                        array.hasGradient() ? JniUtils.getGradient((PtNDArray) array) : null;
                if (gradient != null) {
                    parts.add(new Part(gradient));
                }
            }
            List<Stretch> filled = new ArrayList<>();
            floats.clear();
            for (Part part : parts) {
                FloatBuffer source = part.values.asFloatBuffer();
                while (source.hasRemaining()) {
                    if (!floats.hasRemaining()) {
                        flush(filled);
                    }
                    int length = Math.min(source.remaining(), floats.remaining());
                    filled.add(new Stretch(source, source.position(), length));
                    floats.put(floats.position(), source, source.position(), length);
                    floats.position(floats.position() + length);
                    source.position(source.position() + length);
                }
            }
            flush(filled);
            for (Part part : parts) {
                if (!part.gradient.getDevice().getDeviceType().equals("cpu")) {
                    part.gradient.set(part.values.rewind());
                }
            }
        } finally {
            parts.forEach(part -> part.gradient.close());
        }
    }

    private void flush(List<Stretch> filled) {
        int count = floats.position();
        if (count > 0) {
            communicator.sumFloats(bucket, count);
            float share = 1f / communicator.size();
            for (int i = 0; i < count; i++) {
                floats.put(i, floats.get(i) * share);
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
