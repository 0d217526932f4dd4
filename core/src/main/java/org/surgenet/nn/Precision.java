package org.surgenet.nn;

/**
 * What matrix products and convolutions compute with. Parameters, what the products leave, norms,
 * softmax and losses are float32 in any case.
 */
public enum Precision {
    FP32,

    /**
     * Inputs of products rounded to bfloat16: its exponents are float32's, so that gradients need
     * no scaling.
     */
    BF16
}
