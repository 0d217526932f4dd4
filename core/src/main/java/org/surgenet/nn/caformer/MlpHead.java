package org.surgenet.nn.caformer;

import ai.djl.ndarray.NDArray;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.Linear;

/**
 * CAFormer's classification head: linear to four times the features, squared ReLU, norm (eps 1e-5),
 * linear to the classes. Keys {@code fc1.*}, {@code norm.*}, {@code fc2.*}.
 */
final class MlpHead extends Backbone.Head {
    private final Linear fc1;
    private final LayerNorm norm;
    private final Linear fc2;

    public MlpHead(int features, int classes) {
        int hidden = 4 * features;
        fc1 = child("fc1", new Linear(features, hidden, true, Init.TRUNC_NORMAL_02));
        norm = child("norm", new LayerNorm(hidden, 1e-5, true));
        fc2 = child("fc2", new Linear(hidden, classes, true, Init.TRUNC_NORMAL_02));
    }

    /** (B, features) to (B, K). */
    @Override
    public NDArray forward(NDArray pooled) {
        NDArray y = fc1.forward(pooled);
        y = Arrays.then(y, Activation.SQUARED_RELU.apply(y));
        y = Arrays.then(y, norm.forward(y));
        return Arrays.then(y, fc2.forward(y));
    }
}
