package org.surgenet.nn.tcn;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Arrays;

/**
 * TeCNO, a multi-stage temporal convolution (Czempiel et al., MICCAI 2020): each stage after the
 * first refines the class probabilities of the one before. Causal as published; keys and layers are
 * those of {@code tobiascz/TeCNO: models/mstcn.py}.
 */
public final class TeCno extends TemporalHead {
    /** Torch's default, which both sources use. */
    static final double DROPOUT = 0.5;

    private final List<DilatedStage> stages = new ArrayList<>();

    /**
     * @param stages in all, at least 1
     * @param layers of each stage
     * @param maps channels inside a stage
     * @param features of a frame
     * @param causal whether a frame's scores depend on it and on earlier frames alone
     */
    public TeCno(int stages, int layers, int maps, int features, int classes, boolean causal) {
        for (int i = 0; i < stages; i++) {
            this.stages.add(
                    child(
                            i == 0 ? "stage1" : "stages." + (i - 1),
                            new DilatedStage(
                                    layers,
                                    maps,
                                    i == 0 ? features : classes,
                                    classes,
                                    causal,
                                    "conv_out_classes")));
        }
    }

    @Override
    public List<NDArray> forward(NDArray features) {
        return refined(stages.get(0).forward(features), stages.subList(1, stages.size()));
    }

    /** The logits of a first stage, and of those that each refine the one before. */
    static List<NDArray> refined(NDArray first, List<DilatedStage> others) {
        List<NDArray> all = new ArrayList<>(List.of(first));
        for (DilatedStage stage : others) {
            NDArray before = all.get(all.size() - 1);
            NDArray probabilities = before.softmax(1); // (T, K)
            all.add(Arrays.then(probabilities, stage.forward(probabilities)));
        }
        return all;
    }
}
