/**
 * Pyramid Vision Transformer V2 (Wang et al. 2022) with the original's key names. Inside,
 * everything is (B, H, W, C). Used through {@link org.surgenet.nn.zoo.Backbones}; imports {@code
 * nn}.
 */
package org.surgenet.nn.pvtv2;
