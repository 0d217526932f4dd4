package org.surgenet.task.seg;

/** Losses of segmentation. */
public enum SegmentationLoss {
    /** Cross-entropy of the pixels that are not ignored. */
    CE,
    /** The same plus one minus the soft Dice. */
    CE_DICE
}
