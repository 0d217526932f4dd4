/**
 * Segmentation: its readers ({@code cholecseg8k}, {@code folders}, {@code coco}), files as classes
 * of pixels ({@link org.surgenet.task.seg.PixelLabels}), the loss of pixels, Dice and the distances
 * of outlines, and the masks and overlays that are written. {@link
 * org.surgenet.task.seg.SegmentationTask} is the way in.
 *
 * <p>Imports {@code task}, {@code nn.fpn} and what those rest on.
 */
package org.surgenet.task.seg;
