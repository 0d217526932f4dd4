package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Arrays;

/**
 * DINO's loss (dino {@code main_dino.py: DINOLoss}): the cross-entropy of every student view
 * against every other global view's centred and sharpened teacher output, averaged over pairs and
 * images. Letters: B images, V views, K outputs.
 */
final class DinoLoss {
    /** Views that the teacher sees. */
    static final int GLOBALS = 2;

    private DinoLoss() {}

    /**
     * The teacher's targets {@code softmax((t − c) / τ)}.
     *
     * @param logits raw (2·B, K); stays open
     * @param centre (1, K)
     * @return (2·B, K)
     */
    static NDArray targets(NDArray logits, NDArray centre, double temperature) {
        NDArray x = logits.sub(centre);
        x.divi((float) temperature);
        return Arrays.then(x, x.softmax(-1));
    }

    /**
     * The loss.
     *
     * <p>The original adds one term per pair. As a term is linear in the target, the local views
     * share the sum of both targets: {@code Σ_v (q0 + q1)·log p_v}, and the sum over them comes
     * first. That is the same number with a fifth of the work and of the memory.
     *
     * @param logits the student's, (V·B, K), view after view, the two global ones first; closed
     * @param targets (2·B, K); stays open
     * @param images B
     * @return a scalar
     */
    static NDArray loss(NDArray logits, NDArray targets, int images, double temperature) {
        long outputs = logits.getShape().get(1);
        int views = Math.toIntExact(logits.getShape().get(0) / images);
        NDArray x = Arrays.then(logits, Arrays.div(logits, temperature));
        x = Arrays.then(x, x.logSoftmax(-1));
        x = Arrays.then(x, x.reshape(new Shape(views, images, outputs))); // (V, B, K)
        NDArray q = targets.reshape(new Shape(GLOBALS, images, outputs)); // (2, B, K)
        NDArray sum = dot(x.get(0), q.get(1));
        sum = Arrays.add(sum, dot(x.get(1), q.get(0)));
        if (views > GLOBALS) {
            NDArray locals = x.get(new NDIndex(GLOBALS + ":")); // (V - 2, B, K)
            locals = Arrays.then(locals, locals.sum(new int[] {0})); // (B, K)
            NDArray both = q.sum(new int[] {0}); // (B, K)
            sum = Arrays.add(sum, dot(locals, both));
        }
        x.close();
        q.close();
        double terms = GLOBALS * (views - 1.0);
        return Arrays.then(sum, Arrays.mul(sum, -1 / (terms * images)));
    }

    /** The sum of {@code x · y}, closing both. */
    private static NDArray dot(NDArray x, NDArray y) {
        NDArray product = x.mul(y);
        x.close();
        y.close();
        return Arrays.then(product, product.sum());
    }
}
