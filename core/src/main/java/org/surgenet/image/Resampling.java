package org.surgenet.image;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.surgenet.common.UserException;

/** How whole pictures are brought to the size of a network's input. */
public enum Resampling {
    /** Pillow's {@code BICUBIC}, to the bit: what timm and DINO take for evaluation. */
    BICUBIC("bicubic, antialiased, equal to Pillow's"),
    /** Pillow's {@code BILINEAR}, to the bit. */
    BILINEAR("bilinear, antialiased, equal to Pillow's"),
    /**
     * OpenCV's mean over the area when reducing, linear when enlarging: what models were trained
     * with before there was a choice.
     */
    AREA("OpenCV's mean over the area, linear when enlarging");

    private final String text;

    Resampling(String text) {
        this.text = text;
    }

    /** Its name for users. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For records and reports: how whole pictures come to this size. */
    public String describe(int width, int height) {
        return String.format(
                Locale.ROOT, "whole image resized to %d x %d (%s)", width, height, text);
    }

    /**
     * The constant of a label.
     *
     * @param where the label is from, for the message
     * @throws UserException if there is none
     */
    public static Resampling of(String label, String where) {
        return Arrays.stream(values())
                .filter(one -> one.label().equals(label))
                .findFirst()
                .orElseThrow(
                        () ->
                                new UserException(
                                        where
                                                + ": '"
                                                + label
                                                + "' is not a way of resizing; known are "
                                                + Arrays.stream(values())
                                                        .map(Resampling::label)
                                                        .collect(Collectors.joining(", "))));
    }
}
