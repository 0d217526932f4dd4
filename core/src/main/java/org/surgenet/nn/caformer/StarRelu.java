package org.surgenet.nn.caformer;

import ai.djl.ndarray.NDArray;
import org.surgenet.nn.Init;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;
import org.surgenet.nn.TorchScript;

/** {@code s·relu(x)² + b} with learnable scalars; keys {@code scale} (1) and {@code bias} (1). */
final class StarRelu extends Module {
    private final Parameter scale = parameter("scale", Init.ONES, 1);
    private final Parameter bias = parameter("bias", Init.ZEROS, 1);

    /** (..., C) to the same shape, given relu(x); scaling and adding are one pass. */
    NDArray ofRelu(NDArray relu) {
        return TorchScript.run("star_of_relu", new NDArray[] {relu, scale.array(), bias.array()});
    }
}
