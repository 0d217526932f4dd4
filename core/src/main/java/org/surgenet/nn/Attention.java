package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import org.surgenet.engine.Operations;

/**
 * Scaled dot-product attention by the engine's fused kernel: the scores of all pairs of tokens are
 * never written to memory, in either direction.
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
    public static NDArray apply(Precision precision, NDArray joint, long heads) {
        return Operations.attention(joint, heads, precision == Precision.BF16);
    }

    /**
     * Attention of queries over other keys and values.
     *
     * @param queries (B, T, N * D); stays open
     * @param joint (B, S, 2 * N * D): keys, values; stays open
     * @param heads N
     * @return (B, T, N * D)
     */
    public static NDArray apply(Precision precision, NDArray queries, NDArray joint, long heads) {
        return Operations.crossAttention(queries, joint, heads, precision == Precision.BF16);
    }
}
