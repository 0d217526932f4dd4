/**
 * ConvNeXt V2 (Woo et al. 2023) with the original's key names. Inside, everything is (B, H, W, C).
 * Used through {@link org.surgenet.nn.zoo.Backbones}; imports {@code nn}.
 */
package org.surgenet.nn.convnextv2;
