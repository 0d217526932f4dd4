package org.surgenet.image;

import org.surgenet.common.CounterRandom;

/**
 * One draw of torchvision's {@code ColorJitter}: four changes in a random order.
 *
 * @param order a permutation of 0 brightness, 1 contrast, 2 saturation, 3 hue
 * @param brightness factor; 1 changes nothing
 * @param contrast factor; 1 changes nothing
 * @param saturation factor; 1 changes nothing
 * @param hue share of the colour circle, -0.5 to 0.5; 0 changes nothing
 */
record ColorJitter(int[] order, double brightness, double contrast, double saturation, double hue) {

    /**
     * Draws factors uniform in 1 ± their strength (not below 0) and a hue uniform in ± its
     * strength.
     */
    static ColorJitter random(CounterRandom random, Strength strength) {
        return new ColorJitter(
                random.permutation(4),
                factor(random, strength.brightness()),
                factor(random, strength.contrast()),
                factor(random, strength.saturation()),
                random.uniform(-strength.hue(), strength.hue()));
    }

    private static double factor(CounterRandom random, double strength) {
        return random.uniform(Math.max(0, 1 - strength), 1 + strength);
    }

    /** How far the four changes may go; the arguments of torchvision's {@code ColorJitter}. */
    record Strength(double brightness, double contrast, double saturation, double hue) {}

    void applyTo(Planes picture) {
        for (int change : order) {
            switch (change) {
                case 0 -> picture.brightness(brightness);
                case 1 -> picture.contrast(contrast);
                case 2 -> picture.saturation(saturation);
                default -> picture.hue(hue);
            }
        }
    }
}
