package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.List;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Module;
import org.surgenet.nn.dino.DinoHead;

/**
 * A backbone with DINO's projection head; keys {@code backbone.*} and {@code head.*} (dino {@code
 * utils.py: MultiCropWrapper}). Letters: B images, V views of each, K outputs, D features.
 */
final class DinoNetwork extends Module {
    private final Backbone backbone;
    private final DinoHead head;

    DinoNetwork(Backbone backbone, int outputs, boolean trainMagnitude) {
        this.backbone = child("backbone", backbone);
        this.head = child("head", new DinoHead(backbone.featureSize(), outputs, trainMagnitude));
    }

    Backbone backbone() {
        return backbone;
    }

    /**
     * The features of all views: one backbone pass per size, concatenated.
     *
     * @param views by size, each (V·B, 3, side, side), normalised; they stay open
     * @return (sum of V·B, D)
     */
    NDArray features(List<NDArray> views) {
        NDList parts = new NDList();
        for (NDArray images : views) {
            parts.add(backbone.pooled(images));
        }
        if (parts.size() == 1) {
            return parts.get(0);
        }
        NDArray all = NDArrays.concat(parts, 0);
        parts.close();
        return all;
    }

    /** The logits (N, K) of features (N, D), which stay open. */
    NDArray project(NDArray features) {
        return head.forward(features);
    }
}
