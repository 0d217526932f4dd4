package org.surgenet.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.Optional;

/**
 * Records this thread's operations from its opening to its closing, so that gradients can be taken;
 * at most one at a time in a process.
 */
public final class Recording implements AutoCloseable {
    private final GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector();

    private Recording() {}

    public static Recording open() {
        return new Recording();
    }

    /** Adds the gradients of {@code target}, a single number, to those of the arrays it is of. */
    public void backward(NDArray target) {
        collector.backward(target);
    }

    @Override
    public void close() {
        collector.close();
    }

    /**
     * The gradient of an array, to be closed by the caller; empty if none is recorded for it, or no
     * backward pass has reached it.
     */
    public static Optional<NDArray> gradient(NDArray array) {
        return array.hasGradient()
                ? Optional.ofNullable(JniUtils.getGradient((PtNDArray) array))
                : Optional.empty();
    }

    /** Sets the gradient of an array, which has one, to zero. */
    public static void clearGradient(NDArray array) {
        JniUtils.zeroGrad((PtNDArray) array);
    }
}
