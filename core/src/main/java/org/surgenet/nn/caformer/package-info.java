/**
 * CAFormer (MetaFormer baselines, Yu et al. 2022) with SurgeNet's key names. Images go in as (B, 3,
 * H, W); inside, everything is (B, H, W, C); feature maps leave as (B, C, H, W) views of that. Used
 * through {@link org.surgenet.nn.zoo.Backbones}; imports {@code nn}.
 */
package org.surgenet.nn.caformer;
