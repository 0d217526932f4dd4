package org.surgenet.image;

import java.nio.ByteBuffer;

/** Other colours for a picture in planes, as torchvision's {@code ColorJitter} makes them. */
public final class ColorShift {
    private ColorShift() {}

    /**
     * Changes saturation, then hue, in place.
     *
     * @param planes (3, H, W), RGB
     * @param saturation factor; 1 changes nothing
     * @param hue fraction of the colour circle, -0.5 to 0.5; 0 changes nothing
     */
    public static void apply(byte[] planes, int width, int height, double saturation, double hue) {
        Planes picture = new Planes(width, height);
        int area = width * height;
        for (int y = 0; y < height; y++) {
            int[] row = picture.row(y);
            for (int c = 0; c < 3; c++) {
                for (int x = 0; x < width; x++) {
                    row[c * width + x] = planes[c * area + y * width + x] & 0xFF;
                }
            }
        }
        if (saturation != 1) {
            picture.saturation(saturation);
        }
        if (hue != 0) {
            picture.hue(hue);
        }
        picture.copyTo(ByteBuffer.wrap(planes), 0, new byte[width]);
    }
}
