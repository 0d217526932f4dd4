package org.surgenet.synthetic;

/**
 * A rendered frame with its exact mask.
 *
 * @param width pixels
 * @param height pixels
 * @param rgb interleaved 8-bit RGB, row by row, {@code 3 * width * height} bytes
 * @param classes index of the {@link TissueClass} of each pixel
 */
record Picture(int width, int height, byte[] rgb, byte[] classes) {
    Picture(int width, int height) {
        this(width, height, new byte[3 * width * height], new byte[width * height]);
    }
}
