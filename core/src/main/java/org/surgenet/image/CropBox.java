package org.surgenet.image;

import org.surgenet.common.CounterRandom;

/**
 * A rectangle of a picture, in pixels.
 *
 * @param left first column
 * @param top first row
 * @param width columns, positive
 * @param height rows, positive
 */
record CropBox(int left, int top, int width, int height) {
    private static final int TRIES = 10;
    private static final double MIN_RATIO = 3.0 / 4.0;
    private static final double MAX_RATIO = 4.0 / 3.0;

    static CropBox whole(int width, int height) {
        return new CropBox(0, 0, width, height);
    }

    /**
     * Draws a box as torchvision's {@code RandomResizedCrop.get_params}: an area uniform in the
     * given share of the picture's, a ratio of width to height log-uniform in 3/4 to 4/3, ten tries
     * to fit, then the largest central box whose ratio is within the bounds.
     *
     * @param minScale smallest share of the picture's area
     * @param maxScale largest share
     */
    static CropBox random(
            CounterRandom random, int width, int height, double minScale, double maxScale) {
        double area = (double) width * height;
        for (int i = 0; i < TRIES; i++) {
            double targetArea = area * random.uniform(minScale, maxScale);
            double ratio = Math.exp(random.uniform(Math.log(MIN_RATIO), Math.log(MAX_RATIO)));
            // rint rounds halves to even, as Python's round.
            int w = (int) Math.rint(Math.sqrt(targetArea * ratio));
            int h = (int) Math.rint(Math.sqrt(targetArea / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int top = random.nextInt(height - h + 1);
                int left = random.nextInt(width - w + 1);
                return new CropBox(left, top, w, h);
            }
        }
        return central(width, height);
    }

    private static CropBox central(int width, int height) {
        double ratio = (double) width / height;
        int w = width;
        int h = height;
        if (ratio < MIN_RATIO) {
            h = (int) Math.rint(w / MIN_RATIO);
        } else if (ratio > MAX_RATIO) {
            w = (int) Math.rint(h * MAX_RATIO);
        }
        return new CropBox((width - w) / 2, (height - h) / 2, w, h);
    }
}
