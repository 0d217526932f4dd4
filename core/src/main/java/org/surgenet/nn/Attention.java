package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;

/**
 * Scaled dot-product attention. Heads are folded into the batch by one copy, which the matrix
 * products would otherwise make each for itself, and queries, keys and values are split rather than
 * indexed, because the gradient of an index is a whole array of zeros.
 */
public final class Attention {
    private Attention() {}

    /**
     * Self-attention from a joint projection.
     *
     * @param joint (B, T, 3 * N * D): queries, keys, values, as a linear layer gives them; stays
     *     open
     * @param heads N
     * @return (B, T, N * D)
     */
    public static NDArray apply(NDArray joint, long heads) {
        Shape shape = joint.getShape();
        NDList parts = folded(joint, 3, heads);
        NDArray y = attend(parts.get(0), parts.get(1), parts.get(2), shape.get(0), heads);
        parts.close();
        return y;
    }

    /**
     * Attention of queries over other keys and values.
     *
     * @param queries (B, T, N * D); stays open
     * @param joint (B, S, 2 * N * D): keys, values; stays open
     * @param heads N
     * @return (B, T, N * D)
     */
    public static NDArray apply(NDArray queries, NDArray joint, long heads) {
        NDList q = folded(queries, 1, heads);
        NDList parts = folded(joint, 2, heads);
        NDArray y = attend(q.get(0), parts.get(0), parts.get(1), queries.getShape().get(0), heads);
        q.close();
        parts.close();
        return y;
    }

    /** (B, T, parts * N * D) to as many arrays (B * N, T, D). */
    private static NDList folded(NDArray x, int parts, long heads) {
        Shape shape = x.getShape();
        long images = shape.get(0);
        long tokens = shape.get(1);
        long depth = shape.get(2) / (parts * heads);
        NDArray y = x.reshape(images, tokens, parts, heads, depth);
        y = Arrays.then(y, y.transpose(2, 0, 3, 1, 4)); // (parts, B, N, T, D)
        y = Arrays.then(y, y.reshape(parts * images * heads, tokens, depth));
        if (parts == 1) {
            return new NDList(y);
        }
        NDList split = y.split(parts, 0);
        y.close();
        return split;
    }

    /** All (B * N, tokens, D); to (B, T, N * D). */
    private static NDArray attend(NDArray q, NDArray k, NDArray v, long images, long heads) {
        long tokens = q.getShape().get(1);
        long depth = q.getShape().get(2);
        NDArray scaled = Arrays.mul(q, 1 / Math.sqrt(depth));
        NDArray turned = k.swapAxes(1, 2); // (B * N, D, S)
        NDArray scores = scaled.batchMatMul(turned); // (B * N, T, S)
        scaled.close();
        turned.close();
        scores = Arrays.then(scores, scores.softmax(-1));
        NDArray y = Arrays.then(scores, scores.batchMatMul(v)); // (B * N, T, D)
        y = Arrays.then(y, y.reshape(images, heads, tokens, depth));
        y = Arrays.then(y, y.swapAxes(1, 2)); // (B, T, N, D)
        return Arrays.then(y, y.reshape(images, tokens, heads * depth));
    }
}
