package org.surgenet.nn.tcn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Dropout;
import org.surgenet.nn.Module;

/**
 * MS-TCN++ (Li et al., TPAMI 2020): a stage of dual dilated layers generates a prediction, which
 * stages of dilated layers refine. Not causal as published; the causal variant moves each
 * convolution into the past, as TeCNO does. Keys and layers are those of {@code sj-li/MS-TCN2:
 * model.py}, whose refinement stages do not share their parameters.
 */
public final class MsTcn extends TemporalHead {
    private final Generation generation;
    private final List<DilatedStage> refinements = new ArrayList<>();

    /**
     * @param refinements stages after the first
     * @param generationLayers dual dilated layers of the first stage
     * @param layers of each other stage
     * @param maps channels inside a stage
     * @param features of a frame
     * @param causal whether a frame's scores depend on it and on earlier frames alone
     */
    public MsTcn(
            int refinements,
            int generationLayers,
            int layers,
            int maps,
            int features,
            int classes,
            boolean causal) {
        generation = child("PG", new Generation(generationLayers, maps, features, classes, causal));
        for (int i = 0; i < refinements; i++) {
            this.refinements.add(
                    child(
                            "Rs." + i,
                            new DilatedStage(layers, maps, classes, classes, causal, "conv_out")));
        }
    }

    @Override
    public List<NDArray> forward(NDArray features) {
        return TeCno.refined(generation.forward(features), refinements);
    }

    /**
     * The prediction generation stage: in each layer one convolution whose dilation grows from
     * layer to layer and one whose dilation shrinks, side by side.
     */
    private static final class Generation extends Module {
        private final TimeConv in;
        private final List<TimeConv> shrinking = new ArrayList<>();
        private final List<TimeConv> growing = new ArrayList<>();
        private final List<TimeConv> fusion = new ArrayList<>();
        private final List<Dropout> dropouts = new ArrayList<>();
        private final TimeConv out;

        Generation(int layers, int maps, int features, int classes, boolean causal) {
            in = child("conv_1x1_in", TimeConv.pointwise(features, maps));
            for (int i = 0; i < layers; i++) {
                shrinking.add(
                        child(
                                "conv_dilated_1." + i,
                                TimeConv.dilated(maps, 1 << (layers - 1 - i), causal)));
            }
            for (int i = 0; i < layers; i++) {
                growing.add(child("conv_dilated_2." + i, TimeConv.dilated(maps, 1 << i, causal)));
            }
            for (int i = 0; i < layers; i++) {
                fusion.add(child("conv_fusion." + i, TimeConv.pointwise(2L * maps, maps)));
                dropouts.add(child("@dropout." + i, new Dropout(TeCno.DROPOUT)));
            }
            out = child("conv_out", TimeConv.pointwise(maps, classes));
        }

        /** (T, D) to logits (T, K); {@code x} stays open. */
        NDArray forward(NDArray x) {
            NDArray f = in.forward(x); // (T, F)
            for (int i = 0; i < fusion.size(); i++) {
                NDList both = new NDList(shrinking.get(i).forward(f), growing.get(i).forward(f));
                NDArray y = NDArrays.concat(both, 1); // (T, 2F)
                both.close();
                y = Arrays.then(y, fusion.get(i).forward(y)); // (T, F)
                y = Arrays.then(y, Activation.RELU.apply(y));
                f = Arrays.add(f, dropouts.get(i).forward(y));
            }
            return Arrays.then(f, out.forward(f)); // (T, K)
        }
    }
}
