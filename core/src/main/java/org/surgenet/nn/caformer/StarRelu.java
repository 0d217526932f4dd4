package org.surgenet.nn.caformer;

import ai.djl.ndarray.NDArray;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Init;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/** {@code s·relu(x)² + b} with learnable scalars; keys {@code scale} (1) and {@code bias} (1). */
final class StarRelu extends Module {
    private final Parameter scale = parameter("scale", Init.ONES, 1);
    private final Parameter bias = parameter("bias", Init.ZEROS, 1);

    NDArray forward(NDArray x) {
        NDArray y = Activation.SQUARED_RELU.apply(x);
        y = Arrays.then(y, y.mul(scale.array()));
        return Arrays.then(y, y.add(bias.array()));
    }
}
