package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Scaled dot-product attention. */
public final class Attention {
    private Attention() {}

    /**
     * Self-attention from a joint projection.
     *
     * @param qkv (3, B, N, T, D): queries, keys, values
     * @param scale factor of the scores, usually 1 / sqrt(D)
     * @return (B, T, N * D)
     */
    public static NDArray apply(NDArray qkv, float scale) {
        NDManager manager = qkv.getManager();
        try (NDArray q = qkv.get(manager, 0);
                NDArray k = qkv.get(manager, 1);
                NDArray v = qkv.get(manager, 2)) {
            return apply(q, k, v, scale);
        }
    }

    /**
     * Attention of queries over keys.
     *
     * @param q (B, N, T, D)
     * @param k (B, N, S, D)
     * @param v (B, N, S, D)
     * @return (B, T, N * D)
     */
    public static NDArray apply(NDArray q, NDArray k, NDArray v, float scale) {
        Shape shape = q.getShape();
        NDArray scaled = Arrays.mul(q, scale);
        NDArray turned = k.swapAxes(2, 3); // (B, N, D, S)
        NDArray scores = scaled.matMul(turned); // (B, N, T, S)
        scaled.close();
        turned.close();
        scores = Arrays.then(scores, scores.softmax(-1));
        NDArray y = Arrays.then(scores, scores.matMul(v)); // (B, N, T, D)
        y = Arrays.then(y, y.swapAxes(1, 2)); // (B, T, N, D)
        return Arrays.then(y, y.reshape(shape.get(0), shape.get(2), shape.get(1) * shape.get(3)));
    }
}
