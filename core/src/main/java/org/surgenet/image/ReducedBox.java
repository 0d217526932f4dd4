package org.surgenet.image;

/**
 * A rectangle of a picture in the pixels of a smaller copy of it, each of which stands for several
 * of the picture's: its edges may lie inside a pixel.
 *
 * @param pixels of the copy that the rectangle touches
 * @param left from the left edge of {@code pixels} to that of the rectangle, at least 0 and below 1
 * @param top likewise
 * @param width of the rectangle
 * @param height of the rectangle
 */
record ReducedBox(CropBox pixels, double left, double top, double width, double height) {
    /**
     * @param box in the picture's pixels
     * @param factor side of the square of pixels that one of the copy stands for; those at the
     *     right and the lower edge may stand for fewer
     */
    static ReducedBox of(CropBox box, int factor) {
        int left = box.left() / factor;
        int top = box.top() / factor;
        int right = (box.left() + box.width() + factor - 1) / factor;
        int bottom = (box.top() + box.height() + factor - 1) / factor;
        return new ReducedBox(
                new CropBox(left, top, right - left, bottom - top),
                (double) box.left() / factor - left,
                (double) box.top() / factor - top,
                (double) box.width() / factor,
                (double) box.height() / factor);
    }
}
