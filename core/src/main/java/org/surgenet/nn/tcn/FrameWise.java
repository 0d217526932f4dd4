package org.surgenet.nn.tcn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.surgenet.nn.Init;
import org.surgenet.nn.Linear;

/** A linear layer on each frame alone: what a temporal head is to be compared with. */
public final class FrameWise extends TemporalHead {
    private final Linear linear;

    /**
     * @param features of a frame
     */
    public FrameWise(int features, int classes) {
        linear = child("linear", new Linear(features, classes, true, Init.TORCH_DEFAULT));
    }

    @Override
    public List<NDArray> forward(NDArray features) {
        return List.of(linear.forward(features)); // (T, K)
    }
}
