package org.surgenet.nn.tcn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Dropout;
import org.surgenet.nn.Module;

/**
 * A stage of MS-TCN, of which TeCNO is made and with which MS-TCN++ refines: a pointwise
 * convolution, residual layers whose dilation doubles from 1 on, and a pointwise convolution to the
 * classes. Source: {@code SingleStageModel} of {@code tobiascz/TeCNO: models/mstcn.py}, {@code
 * Refinement} of {@code sj-li/MS-TCN2: model.py}.
 */
final class DilatedStage extends Module {
    private final TimeConv in;
    private final List<Layer> layers = new ArrayList<>();
    private final TimeConv out;

    /**
     * @param outKey key of the last convolution, which the sources call differently
     */
    DilatedStage(int layers, int maps, int features, int classes, boolean causal, String outKey) {
        in = child("conv_1x1", TimeConv.pointwise(features, maps));
        for (int i = 0; i < layers; i++) {
            this.layers.add(child("layers." + i, new Layer(maps, 1 << i, causal)));
        }
        out = child(outKey, TimeConv.pointwise(maps, classes));
    }

    /** (T, features) to logits (T, K); {@code x} stays open. */
    NDArray forward(NDArray x) {
        NDArray y = in.forward(x); // (T, F)
        for (Layer layer : layers) {
            y = layer.forward(y);
        }
        return Arrays.then(y, out.forward(y)); // (T, K)
    }

    /** {@code x + dropout(W · relu(dilated(x)))}. */
    private static final class Layer extends Module {
        private final TimeConv dilated;
        private final TimeConv pointwise;
        private final Dropout dropout = child("@dropout", new Dropout(TeCno.DROPOUT));

        Layer(int maps, int dilation, boolean causal) {
            dilated = child("conv_dilated", TimeConv.dilated(maps, dilation, causal));
            pointwise = child("conv_1x1", TimeConv.pointwise(maps, maps));
        }

        /** (T, F) to (T, F); closes {@code x}. */
        NDArray forward(NDArray x) {
            NDArray y = dilated.forward(x);
            y = Arrays.then(y, Activation.RELU.apply(y));
            y = Arrays.then(y, pointwise.forward(y));
            return Arrays.add(x, dropout.forward(y));
        }
    }
}
