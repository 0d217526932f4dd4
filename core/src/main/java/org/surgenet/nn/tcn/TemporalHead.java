package org.surgenet.nn.tcn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.surgenet.nn.Module;

/** A network that tells the class of each frame of a video from the features of all. */
public abstract class TemporalHead extends Module {
    /**
     * Scores of the classes, as each stage has them.
     *
     * @param features (T, D), all frames of one video; stay open
     * @return logits (T, K) of each stage, the last of which is the answer
     */
    public abstract List<NDArray> forward(NDArray features);
}
