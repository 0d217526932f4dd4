/**
 * DINO's vision transformers (Dosovitskiy et al. 2021, Caron et al. 2021) with their key names, as
 * of the team's later SurgeNetXL weights. Inside, everything is (B, T, C). Used through {@link
 * org.surgenet.nn.zoo.Backbones}; imports {@code nn}.
 */
package org.surgenet.nn.vit;
