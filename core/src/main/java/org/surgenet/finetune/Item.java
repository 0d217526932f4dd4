package org.surgenet.finetune;

/**
 * A sample made ready for the network.
 *
 * @param sample where it is from
 * @param pixels (3, H, W), RGB
 * @param labels (H, W), classes or {@code LabelTable.IGNORE}; empty where the sample itself has the
 *     target
 */
record Item<S>(S sample, byte[] pixels, byte[] labels) {}
