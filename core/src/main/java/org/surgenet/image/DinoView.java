package org.surgenet.image;

import org.surgenet.common.CounterRandom;

/**
 * All that is random in one view of DINO's augmentation.
 *
 * @param box what is cut out
 * @param flip whether left and right are exchanged
 * @param jitter change of colours, or null for none
 * @param grey whether the view is grey
 * @param blur standard deviation of the blur in pixels, or 0 for none
 * @param solarize whether bright values are inverted
 */
record DinoView(
        CropBox box,
        boolean flip,
        ColorJitter jitter,
        boolean grey,
        double blur,
        boolean solarize) {

    private static final ColorJitter.Strength JITTER = new ColorJitter.Strength(0.4, 0.4, 0.2, 0.1);
    private static final double JITTER_CHANCE = 0.8;
    private static final double GREY_CHANCE = 0.2;
    private static final double MIN_BLUR = 0.1;
    private static final double MAX_BLUR = 2.0;

    /** The operations, each with a generator of its own. */
    private enum Operation {
        BOX,
        FLIP,
        JITTER,
        GREY,
        BLUR,
        SOLARIZE
    }

    /** What differs between the kinds of views. */
    enum Kind {
        FIRST_GLOBAL(1.0, 0.0),
        SECOND_GLOBAL(0.1, 0.2),
        LOCAL(0.5, 0.0);

        private final double blurChance;
        private final double solarizeChance;

        Kind(double blurChance, double solarizeChance) {
            this.blurChance = blurChance;
            this.solarizeChance = solarizeChance;
        }
    }

    /**
     * Draws a view.
     *
     * @param key generator of the (seed, epoch, sample, view)
     * @param scale fraction of the picture's area in the view
     */
    static DinoView random(CounterRandom key, Kind kind, int width, int height, AreaRange scale) {
        CounterRandom jitter = of(key, Operation.JITTER);
        CounterRandom blur = of(key, Operation.BLUR);
        return new DinoView(
                CropBox.random(of(key, Operation.BOX), width, height, scale.min(), scale.max()),
                of(key, Operation.FLIP).chance(0.5),
                jitter.chance(JITTER_CHANCE) ? ColorJitter.random(jitter, JITTER) : null,
                of(key, Operation.GREY).chance(GREY_CHANCE),
                blur.chance(kind.blurChance) ? blur.uniform(MIN_BLUR, MAX_BLUR) : 0,
                of(key, Operation.SOLARIZE).chance(kind.solarizeChance));
    }

    private static CounterRandom of(CounterRandom key, Operation operation) {
        return key.derive(operation.ordinal());
    }

    /** Applies what comes after cutting, resizing and flipping. */
    void changeColours(Planes picture) {
        if (jitter != null) {
            jitter.applyTo(picture);
        }
        if (grey) {
            picture.greyscale();
        }
        if (blur > 0) {
            picture.gaussianBlur(blur);
        }
        if (solarize) {
            picture.solarize();
        }
    }
}
