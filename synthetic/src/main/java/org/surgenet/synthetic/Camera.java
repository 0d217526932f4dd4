package org.surgenet.synthetic;

import org.surgenet.common.CounterRandom;

/**
 * How one operating room's camera and lamp render light. Rooms differ in it more than tissues do,
 * and it says nothing about what is shown: who learns from few rooms and is to work in others must
 * disregard it.
 */
final class Camera {
    private static final int LEVELS = 1 << 15;

    /** Linear light at which the table of tones ends. */
    private static final float WHITE = 2.4f;

    private static final Camera NEUTRAL = new Camera(0, 0, 1, 1, 1);

    private final float red;
    private final float green;
    private final float blue;
    private final float saturation;
    private final byte[] tones;

    /**
     * @param warmth natural logarithm of red's gain, and of blue's with the other sign
     * @param tint natural logarithm of green's gain
     * @param saturation 0 grey, 1 unchanged
     * @param exposure gain of all channels
     * @param gamma exponent on linear light; above 1 the contrast is harder
     */
    Camera(double warmth, double tint, double saturation, double exposure, double gamma) {
        this.red = (float) StrictMath.exp(warmth);
        this.green = (float) StrictMath.exp(tint);
        this.blue = (float) StrictMath.exp(-warmth);
        this.saturation = (float) saturation;
        this.tones = tones(exposure, gamma);
    }

    /** Renders light as it is. */
    static Camera neutral() {
        return NEUTRAL;
    }

    /** The camera of a patient's operating room. */
    static Camera of(long seed) {
        CounterRandom random = CounterRandom.of(seed, 4);
        return new Camera(
                random.uniform(-0.4, 0.4),
                random.uniform(-0.2, 0.2),
                random.uniform(0.5, 1.3),
                StrictMath.exp(random.uniform(-0.6, 0.4)),
                random.uniform(0.8, 1.3));
    }

    private static byte[] tones(double exposure, double gamma) {
        byte[] tones = new byte[LEVELS + 1];
        for (int i = 0; i <= LEVELS; i++) {
            double v = exposure * StrictMath.pow(WHITE * i / LEVELS, gamma);
            // A square root for the eye, with a soft shoulder below white.
            double tone = StrictMath.sqrt(v) * (1.0 - 0.12 * v / (1.0 + v));
            tones[i] = (byte) Math.max(0, Math.min(255, Math.round(255 * tone)));
        }
        return tones;
    }

    /**
     * Takes a picture of one pixel.
     *
     * @param light linear RGB, three values from {@code at} on
     * @param factor of the light
     * @param tones gets 0 .. 255 per channel, without grain
     */
    void expose(float[] light, int at, float factor, int[] tones) {
        float r = red * light[at];
        float g = green * light[at + 1];
        float b = blue * light[at + 2];
        float grey = 0.3f * r + 0.6f * g + 0.1f * b;
        tones[0] = tone(factor * Maths.mix(grey, r, saturation));
        tones[1] = tone(factor * Maths.mix(grey, g, saturation));
        tones[2] = tone(factor * Maths.mix(grey, b, saturation));
    }

    private int tone(float light) {
        int level = (int) (light * (LEVELS / WHITE));
        return tones[Math.min(LEVELS, Math.max(0, level))] & 255;
    }
}
