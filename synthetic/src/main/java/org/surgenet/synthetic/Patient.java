package org.surgenet.synthetic;

import org.surgenet.common.CounterRandom;

/**
 * What differs between patients: colours of the tissues, and the anatomy. Lengths are in world
 * units: one is half the picture's height at zoom 1; x points right, y down, the origin is the
 * middle of the operating field.
 *
 * @param seed of everything random about this patient
 * @param liver colour, linear RGB in 0 .. 1
 * @param gallbladder main colour
 * @param gallbladderAccent second colour, in patches
 * @param fat colour
 * @param bowel colour of the gastrointestinal tract
 * @param wall colour of the abdominal wall
 * @param fundusX where the grasper holds the gallbladder
 * @param neckX where the cystic duct begins
 * @param gallbladderWidth greatest half width
 * @param fatLevel y of the fat's upper border
 * @param lobeX middle of the second liver lobe
 * @param inflammation 0 .. 1, redness and vessels of the gallbladder
 * @param discX middle of the round view, view units
 * @param discRadius of the round view, view units
 * @param whiteHook whether the hook's sheath is ceramic white, not black
 */
record Patient(
        long seed,
        float[] liver,
        float[] gallbladder,
        float[] gallbladderAccent,
        float[] fat,
        float[] bowel,
        float[] wall,
        float fundusX,
        float fundusY,
        float neckX,
        float neckY,
        float gallbladderWidth,
        float fatLevel,
        float lobeX,
        float lobeY,
        float inflammation,
        float discX,
        float discY,
        float discRadius,
        boolean whiteHook) {

    // sRGB colours between which patients lie.
    private static final int[] LIVERS = {0x6E2A26, 0x7C3A2C, 0x5A2226, 0x85503A};
    private static final int[] GALLBLADDERS = {0xD9A877, 0xC8B48C, 0xD08E78, 0xBCA690};
    private static final int[] ACCENTS = {0x8C9A9C, 0x9AA37E, 0xB06A62, 0x7F8B97};
    private static final int[] FATS = {0xE2B45A, 0xE8C678, 0xD9A04C, 0xEBCB8A};
    private static final int[] BOWELS = {0xD79A86, 0xCC8678, 0xDDAA90, 0xC98B8B};
    private static final int[] WALLS = {0xB87A72, 0xC08C7E, 0xA86A6C, 0xB98378};

    static Patient of(long seed, int number) {
        CounterRandom random = CounterRandom.of(seed, number, 1);
        float inflammation = (float) random.nextDouble();
        float warmth = (float) random.uniform(-0.07, 0.07);
        return new Patient(
                CounterRandom.of(seed, number, 2).nextLong(),
                colour(LIVERS, random, warmth),
                colour(GALLBLADDERS, random, warmth),
                colour(ACCENTS, random, warmth),
                colour(FATS, random, warmth),
                colour(BOWELS, random, warmth),
                colour(WALLS, random, warmth),
                (float) random.uniform(-0.62, -0.30),
                (float) random.uniform(-0.74, -0.58),
                (float) random.uniform(0.02, 0.22),
                (float) random.uniform(0.36, 0.48),
                (float) random.uniform(0.23, 0.33),
                (float) random.uniform(0.62, 0.76),
                (float) random.uniform(0.95, 1.2),
                (float) random.uniform(-0.55, -0.3),
                inflammation,
                (float) random.uniform(-0.12, 0.12),
                (float) random.uniform(-0.05, 0.05),
                (float) random.uniform(1.18, 1.42),
                random.chance(0.5));
    }

    private static float[] colour(int[] palette, CounterRandom random, float warmth) {
        int a = palette[random.nextInt(palette.length)];
        int b = palette[random.nextInt(palette.length)];
        float t = (float) random.nextDouble();
        float[] mixed = new float[3];
        for (int c = 0; c < 3; c++) {
            int shift = 16 - 8 * c;
            float v = Maths.mix((a >> shift) & 255, (b >> shift) & 255, t) / 255f;
            // Red up and blue down, or the other way round: the camera's white balance.
            v *= 1f + warmth * (1 - c);
            mixed[c] = v * v;
        }
        return mixed;
    }
}
