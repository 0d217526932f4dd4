package org.surgenet.image;

/**
 * A turn of the hue through Pillow's 8-bit HSV ({@code Convert.c: rgb2hsv_row, hsv2rgb}), to the
 * bit: the conversion is tabulated, in the float arithmetic of the original.
 */
final class HueShift {
    /**
     * Hue by which channel is largest and which smallest (6 cases), range (largest - smallest) and
     * largest - middle.
     */
    private static final byte[] HUE = new byte[6 * 256 * 256];

    /** Saturation by largest value and range. */
    private static final byte[] SATURATION = new byte[256 * 256];

    /** Sixth of the colour circle by hue; 6 for hue 255. */
    private static final int[] SECTOR = new int[256];

    /** Position within the sixth by hue. */
    private static final float[] WITHIN = new float[256];

    private static final float[] SHARE = new float[256];

    static {
        for (int range = 1; range < 256; range++) {
            for (int d = 0; d <= range; d++) {
                float middle = d / (float) range;
                int at = range * 256 + d;
                // In this order: red largest with green, blue smallest; green largest with red,
                // blue smallest; blue largest with red, green smallest.
                HUE[at] = hue(middle - 1f);
                HUE[65536 + at] = hue(1f - middle);
                HUE[2 * 65536 + at] = hue((float) (2.0 + 1f - middle));
                HUE[3 * 65536 + at] = hue((float) (2.0 + middle - 1f));
                HUE[4 * 65536 + at] = hue((float) (4.0 + middle - 1f));
                HUE[5 * 65536 + at] = hue((float) (4.0 + 1f - middle));
            }
        }
        for (int largest = 1; largest < 256; largest++) {
            for (int range = 1; range <= largest; range++) {
                SATURATION[largest * 256 + range] = (byte) (int) (range / (float) largest * 255.0);
            }
        }
        for (int v = 0; v < 256; v++) {
            SECTOR[v] = (int) Math.floor((float) v * 6.0 / 255.0);
            WITHIN[v] = (float) ((float) v * 6.0 / 255.0 - SECTOR[v]);
            SHARE[v] = (float) (v / 255.0);
        }
    }

    /**
     * The case of {@link #HUE} by the bits red < green, green < blue, red < blue. Equal channels
     * may be taken in either order: the hues agree. Two combinations cannot be.
     */
    private static final int[] CASE = {1, 0, 0, 5, 3, 2, 0, 4};

    private HueShift() {}

    private static byte hue(float sixths) {
        float share = (float) ((sixths / 6.0 + 1.0) % 1.0);
        return (byte) (int) (share * 255.0);
    }

    /**
     * Shifts the hues of one row.
     *
     * @param row red, green and blue values, {@code width} each
     * @param shift added to the 8-bit hue, which wraps around at 256
     */
    static void apply(int[] row, int width, int shift) {
        for (int x = 0; x < width; x++) {
            int r = row[x];
            int g = row[x + width];
            int b = row[x + 2 * width];
            int largest = Math.max(r, Math.max(g, b));
            int smallest = Math.min(r, Math.min(g, b));
            int range = largest - smallest;
            int s = SATURATION[largest * 256 + range] & 0xFF;
            if (s == 0) {
                row[x] = largest;
                row[x + width] = largest;
                row[x + 2 * width] = largest;
                continue;
            }
            // Without branches: which of two neighbouring greens and blues is larger is chance.
            int which = CASE[(r - g >>> 31) << 2 | (g - b >>> 31) << 1 | r - b >>> 31];
            int toMiddle = 2 * largest + smallest - r - g - b;
            int h = ((HUE[which << 16 | range << 8 | toMiddle] & 0xFF) + shift) & 0xFF;

            int sector = SECTOR[h];
            float fs = SHARE[s];
            int p = (int) (largest * (1.0 - fs) + 0.5);
            // Even sectors rise towards the largest value, odd ones fall from it.
            int q =
                    (sector & 1) == 0
                            ? (int) (largest * (1.0 - fs * (1.0 - WITHIN[h])) + 0.5)
                            : (int) (largest * (1.0 - (double) (fs * WITHIN[h])) + 0.5);
            switch (sector) {
                case 1 -> put(row, x, width, q, largest, p);
                case 2 -> put(row, x, width, p, largest, q);
                case 3 -> put(row, x, width, p, q, largest);
                case 4 -> put(row, x, width, q, p, largest);
                case 5 -> put(row, x, width, largest, p, q);
                default -> put(row, x, width, largest, q, p);
            }
        }
    }

    private static void put(int[] row, int x, int width, int r, int g, int b) {
        row[x] = r;
        row[x + width] = g;
        row[x + 2 * width] = b;
    }
}
