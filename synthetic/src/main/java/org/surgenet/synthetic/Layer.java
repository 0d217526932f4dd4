package org.surgenet.synthetic;

/**
 * A map of a surface: for each texel the colour, the slope of the surface and more, from which a
 * frame is shaded. Channels lie interleaved so that one look-up touches one cache line.
 */
final class Layer {
    static final int RED = 0;
    static final int GREEN = 1;
    static final int BLUE = 2;

    /** Slope of the surface towards the camera, along x and y. */
    static final int SLOPE_X = 3;

    static final int SLOPE_Y = 4;

    /** 0 dull .. 1 wet. */
    static final int GLOSS = 5;

    /** Distance behind the operating plane, world units. */
    static final int DEPTH = 6;

    /** Layer's own: threshold at which the texel appears or goes. */
    static final int EXTENT = 7;

    static final int CHANNELS = 8;

    final int width;
    final int height;
    final float left;
    final float top;
    final float perUnit;
    final float[] data;
    final byte[] classes;

    Layer(float left, float top, float right, float bottom, float perUnit) {
        this.left = left;
        this.top = top;
        this.perUnit = perUnit;
        this.width = (int) ((right - left) * perUnit) + 1;
        this.height = (int) ((bottom - top) * perUnit) + 1;
        this.data = new float[width * height * CHANNELS];
        this.classes = new byte[width * height];
    }

    float x(int column) {
        return left + column / perUnit;
    }

    float y(int row) {
        return top + row / perUnit;
    }

    void colour(int texel, float red, float green, float blue) {
        int at = texel * CHANNELS;
        data[at + RED] = red;
        data[at + GREEN] = green;
        data[at + BLUE] = blue;
    }

    void set(int texel, int channel, float value) {
        data[texel * CHANNELS + channel] = value;
    }

    float get(int texel, int channel) {
        return data[texel * CHANNELS + channel];
    }

    /**
     * Fills the slopes from a height field and darkens hollows next to higher ground, which is what
     * makes one organ appear to lie on another.
     *
     * @param heights world units towards the camera, one per texel
     * @param occlusion strength of the darkening
     */
    void relief(float[] heights, float occlusion) {
        float[] blurred = blur(heights, Math.max(2, Math.round(0.07f * perUnit)));
        for (int j = 0; j < height; j++) {
            int up = Math.max(0, j - 1) * width;
            int down = Math.min(height - 1, j + 1) * width;
            for (int i = 0; i < width; i++) {
                int t = j * width + i;
                int l = j * width + Math.max(0, i - 1);
                int r = j * width + Math.min(width - 1, i + 1);
                float gx = (heights[r] - heights[l]) * perUnit * 0.5f;
                float gy = (heights[down + i] - heights[up + i]) * perUnit * 0.5f;
                set(t, SLOPE_X, Math.max(-2.5f, Math.min(2.5f, gx)));
                set(t, SLOPE_Y, Math.max(-2.5f, Math.min(2.5f, gy)));
                float hollow = blurred[t] - heights[t];
                float shade = Math.max(0.35f, Math.min(1.12f, 1f - occlusion * hollow));
                for (int c = RED; c <= BLUE; c++) {
                    data[t * CHANNELS + c] *= shade;
                }
            }
        }
    }

    private float[] blur(float[] field, int radius) {
        float[] rows = new float[field.length];
        for (int j = 0; j < height; j++) {
            float sum = 0f;
            for (int i = -radius; i <= radius; i++) {
                sum += field[j * width + clampIndex(i, width)];
            }
            for (int i = 0; i < width; i++) {
                rows[j * width + i] = sum / (2 * radius + 1);
                sum += field[j * width + clampIndex(i + radius + 1, width)];
                sum -= field[j * width + clampIndex(i - radius, width)];
            }
        }
        float[] both = new float[field.length];
        for (int i = 0; i < width; i++) {
            float sum = 0f;
            for (int j = -radius; j <= radius; j++) {
                sum += rows[clampIndex(j, height) * width + i];
            }
            for (int j = 0; j < height; j++) {
                both[j * width + i] = sum / (2 * radius + 1);
                sum += rows[clampIndex(j + radius + 1, height) * width + i];
                sum -= rows[clampIndex(j - radius, height) * width + i];
            }
        }
        return both;
    }

    private static int clampIndex(int i, int size) {
        return Math.max(0, Math.min(size - 1, i));
    }
}
