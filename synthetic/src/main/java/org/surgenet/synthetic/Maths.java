package org.surgenet.synthetic;

/** Small functions of the rasteriser. */
final class Maths {
    private static final int SINES = 4096;
    private static final float[] SINE = new float[SINES + 1];

    static {
        for (int i = 0; i <= SINES; i++) {
            SINE[i] = (float) StrictMath.sin(2.0 * StrictMath.PI * i / SINES);
        }
    }

    private Maths() {}

    static float clamp(float v) {
        return v < 0f ? 0f : Math.min(v, 1f);
    }

    static float mix(float a, float b, float t) {
        return a + (b - a) * t;
    }

    /** 0 below {@code low}, 1 above {@code high}, smooth between. */
    static float smoothstep(float low, float high, float v) {
        float t = clamp((v - low) / (high - low));
        return t * t * (3f - 2f * t);
    }

    /** Sine of an angle given in turns, from a table (the same on every machine). */
    static float sine(double turns) {
        double t = (turns - Math.floor(turns)) * SINES;
        int i = (int) t;
        return SINE[i] + (SINE[i + 1] - SINE[i]) * (float) (t - i);
    }

    static float cosine(double turns) {
        return sine(turns + 0.25);
    }
}
