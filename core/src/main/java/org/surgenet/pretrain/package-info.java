/**
 * Self-supervised pretraining on frames without labels, as SurgeNet was pretrained, and what is
 * made of a pretrained backbone without training: pooled features and a nearest-neighbour probe.
 *
 * <p>The way of the data: {@link org.surgenet.pretrain.Pretraining} has {@code loader} draw each
 * epoch's order of frames, decode and crop them on all cores into uint8 batches; a {@link
 * org.surgenet.pretrain.Method} takes the steps (DINO: {@link org.surgenet.pretrain.dino}) in the
 * training loop of {@code train}, which keeps log, curves and checkpoints; the backbone is written
 * at the end of each epoch. A new method is a class that implements {@code Method}.
 *
 * <p>Imports {@code train}, {@code loader}, {@code frames} and {@code stats} (for the probe's
 * intervals), and what those rest on.
 */
package org.surgenet.pretrain;
