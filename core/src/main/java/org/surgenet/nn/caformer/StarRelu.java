package org.surgenet.nn.caformer;

import ai.djl.ndarray.NDArray;
import org.surgenet.engine.Operations;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Init;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/** {@code s·relu(x)² + b} with learnable scalars; keys {@code scale} (1) and {@code bias} (1). */
final class StarRelu extends Module {
    private final Parameter scale = parameter("scale", Init.ONES, 1);
    private final Parameter bias = parameter("bias", Init.ZEROS, 1);

    /** (..., C) to the same shape; {@code x}'s memory is used, and it is closed. */
    NDArray forward(NDArray x) {
        NDArray relu = Activation.reluInPlace(x);
        return Arrays.then(relu, Operations.starOfRelu(relu, scale.array(), bias.array()));
    }

    /**
     * What {@code next} makes of this function of {@code x}, whose memory is used and which is
     * closed: (..., C) to (..., out).
     */
    NDArray forward(NDArray x, Linear next) {
        NDArray y = Activation.reluInPlace(x);
        y = Arrays.then(y, y.square());
        return Arrays.then(y, next.forward(y, scale.array(), bias.array()));
    }
}
