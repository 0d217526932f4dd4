package org.surgenet.task.seg;

/** Losses of segmentation, over the pixels that are not ignored. */
public enum SegmentationLoss {
    /** Cross-entropy. */
    CE,
    /** One minus the soft Dice. */
    DICE,
    /** Both, added. */
    CE_DICE,
    /** Cross-entropy that counts pixels the less, the surer and righter the network is of them. */
    FOCAL
}
