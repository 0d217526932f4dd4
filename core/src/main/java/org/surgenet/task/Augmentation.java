package org.surgenet.task;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;

/**
 * How training images, and their masks alike, are varied. Our own choice: what the paper did is not
 * known.
 *
 * @param name of the set of ranges that this was made from
 * @param smallestCrop smallest fraction of the area that a crop keeps; 1 for no crops
 * @param flip whether every second image is mirrored left to right
 * @param light largest change of brightness and of contrast, as a fraction
 * @param rotation largest turn to either side, degrees
 * @param scale largest change of size: factors are drawn from 1 / (1 + scale) to 1 + scale
 * @param saturation largest change of the saturation, as a fraction
 * @param hue largest turn of the hue to either side, as a fraction of the colour circle
 */
public record Augmentation(
        String name,
        double smallestCrop,
        boolean flip,
        double light,
        double rotation,
        double scale,
        double saturation,
        double hue) {
    /** Images as they are. */
    public static final Augmentation NONE = new Augmentation("none", 1, false, 0, 0, 0, 0, 0);

    /** Crops of 70 to 100 % of the area, flips, brightness and contrast by up to 20 %. */
    public static final Augmentation LIGHT = new Augmentation("light", 0.7, true, 0.2, 0, 0, 0, 0);

    /** As {@link #LIGHT}, and turned, scaled and in other colours. */
    public static final Augmentation STRONG =
            new Augmentation("strong", 0.7, true, 0.2, 30, 0.25, 0.2, 0.05);

    private static final Augmentation[] ALL = {NONE, LIGHT, STRONG};
    private static final double HALF_TURN = 180;
    private static final double HALF_CIRCLE = 0.5;

    /**
     * @throws SettingException if a range makes no sense
     */
    public Augmentation {
        require("augment-rotation", rotation, HALF_TURN);
        require("augment-scale", scale, 1);
        require("augment-saturation", saturation, 1);
        require("augment-hue", hue, HALF_CIRCLE);
    }

    private static void require(String key, double value, double largest) {
        if (!(value >= 0 && value <= largest)) {
            throw new SettingException(
                    key,
                    value,
                    "must lie between 0 and "
                            + new BigDecimal(String.valueOf(largest))
                                    .stripTrailingZeros()
                                    .toPlainString());
        }
    }

    /**
     * The set of ranges of a name.
     *
     * @throws SettingException if there is none
     */
    public static Augmentation of(String name) {
        return Arrays.stream(ALL)
                .filter(one -> one.name.equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "augment",
                                        name,
                                        "must be one of "
                                                + Arrays.stream(ALL)
                                                        .map(Augmentation::name)
                                                        .collect(Collectors.joining(", "))));
    }

    /** The same with other ranges where they are given; null leaves a range as it is. */
    public Augmentation with(
            Double otherRotation, Double otherScale, Double otherSaturation, Double otherHue) {
        return new Augmentation(
                name,
                smallestCrop,
                flip,
                light,
                otherRotation == null ? rotation : otherRotation,
                otherScale == null ? scale : otherScale,
                otherSaturation == null ? saturation : otherSaturation,
                otherHue == null ? hue : otherHue);
    }

    /** Whether images stay as they are. */
    public boolean isNone() {
        return smallestCrop == 1 && !flip && light == 0 && !turns() && saturation == 0 && hue == 0;
    }

    /** Whether images are turned or scaled. */
    boolean turns() {
        return rotation > 0 || scale > 0;
    }
}
