/**
 * DINO (Caron et al. 2021; {@code facebookresearch/dino}) on frames without labels, as SurgeNet was
 * pretrained, and what is made of a pretrained backbone without training: pooled features and a
 * nearest-neighbour probe.
 *
 * <p>The way of the data: {@link org.surgenet.pretrain.Pretraining} draws each epoch's order of
 * frames, {@code loader} decodes and crops them on all cores into uint8 batches, {@code Dino} takes
 * the step, and the run's directory gets log, curves, checkpoints and the teacher's backbone.
 *
 * <p>Imports {@code train}, {@code loader}, {@code frames} and {@code stats} (for the probe's
 * intervals), and what those rest on.
 */
package org.surgenet.pretrain;
