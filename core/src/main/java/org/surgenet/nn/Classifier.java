package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

/** A backbone with its own classification head; keys are the backbone's and {@code head.*}. */
public final class Classifier extends Module {
    private final Backbone backbone;
    private final Backbone.Head head;

    public Classifier(Backbone backbone, int classes) {
        this.backbone = child("@backbone", backbone);
        this.head = child("head", backbone.newHead(classes));
    }

    /**
     * Scores of the classes.
     *
     * @param images normalised, (B, 3, H, W)
     * @return logits (B, K)
     */
    public NDArray forward(NDArray images) {
        NDArray pooled = backbone.pooled(images);
        return Arrays.then(pooled, head.forward(pooled));
    }

    public Backbone backbone() {
        return backbone;
    }

    public Backbone.Head head() {
        return head;
    }
}
