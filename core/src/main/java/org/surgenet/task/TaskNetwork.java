package org.surgenet.task;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Module;

/**
 * A backbone with what its task puts on top.
 *
 * @param module all of it
 * @param backbone the part below
 * @param forwardPass normalised images (B, 3, H, W) to logits: (B, K, H, W) where every pixel gets
 *     a class, otherwise (B, K)
 */
public record TaskNetwork(Module module, Backbone backbone, UnaryOperator<NDArray> forwardPass) {
    /** The parameters' arrays by key. */
    public Map<String, NDArray> arrays() {
        return module.arrays();
    }

    /** Normalised images (B, 3, H, W) to logits. */
    public NDArray forward(NDArray images) {
        return forwardPass.apply(images);
    }
}
