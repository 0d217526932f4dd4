package org.surgenet.task.seg;

/**
 * A class for every pixel of a picture.
 *
 * @param labels row by row, unsigned bytes
 */
public record LabelMap(byte[] labels) {}
