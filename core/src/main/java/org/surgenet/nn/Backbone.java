package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** A network that turns images into feature maps and a feature vector; its keys are SurgeNet's. */
public abstract class Backbone extends Module {
    /** Its name, such as {@code caformer_s18}. */
    public abstract String id();

    /** Channels of the four feature maps, finest first. */
    public abstract int[] channels();

    /** Length of the pooled feature vector. */
    public abstract int featureSize();

    /**
     * Feature maps at strides 4, 8, 16, 32, as the FPN decoder taps them.
     *
     * @param images normalised, (B, 3, H, W), H and W multiples of 32
     * @return four maps (B, channels[i], H / stride, W / stride), finest first
     */
    public abstract NDList features(NDArray images);

    /**
     * Pooled and normalised features, as DINO's head and the classification head take them.
     *
     * @param images normalised, (B, 3, H, W)
     * @return (B, featureSize)
     */
    public abstract NDArray pooled(NDArray images);

    /**
     * The classification head that belongs to this network in the original code: SurgeNet's MLP
     * head for CAFormer, a linear layer for the others. Its keys go under {@code head}.
     */
    public abstract Head newHead(int classes);

    /**
     * The path element under which the original segmentation model holds this network, such as
     * {@code metaformer}.
     */
    public abstract String segmentationKey();

    /** Turns pooled features (B, featureSize) into logits (B, K). */
    public abstract static class Head extends Module {
        public abstract NDArray forward(NDArray pooled);
    }
}
