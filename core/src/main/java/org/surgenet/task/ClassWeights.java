package org.surgenet.task;

import java.util.Arrays;
import java.util.Locale;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;

/**
 * How much classes count in a loss.
 *
 * @param mode where the numbers are from
 * @param given the numbers of mode {@code GIVEN}
 */
public record ClassWeights(Mode mode, double[] given) {
    /** The setting that holds them. */
    public static final String KEY = "class-weights";

    /** All classes count the same. */
    public static final ClassWeights NONE = new ClassWeights(Mode.NONE, new double[0]);

    /** Where the numbers are from. */
    public enum Mode {
        /** All classes count the same. */
        NONE,
        /** From the training data, so that rare classes count as much as frequent ones. */
        BALANCED,
        GIVEN
    }

    /**
     * Reads {@code none}, {@code balanced} or numbers separated by commas.
     *
     * @throws UserException if the text is none of these or a number is not positive
     */
    public static ClassWeights parse(String text) {
        for (Mode mode : new Mode[] {Mode.NONE, Mode.BALANCED}) {
            if (text.equalsIgnoreCase(mode.name())) {
                return mode == Mode.NONE ? NONE : new ClassWeights(mode, new double[0]);
            }
        }
        try {
            double[] numbers =
                    Arrays.stream(text.split(",", -1))
                            .map(String::strip)
                            .mapToDouble(Double::parseDouble)
                            .toArray();
            if (Arrays.stream(numbers).allMatch(w -> w > 0 && Double.isFinite(w))) {
                return new ClassWeights(Mode.GIVEN, numbers);
            }
        } catch (NumberFormatException e) {
            throw problem(text, e);
        }
        throw problem(text, null);
    }

    private static UserException problem(String text, NumberFormatException cause) {
        return new SettingException(
                KEY,
                text,
                "must be none, balanced, or a positive number per class separated by commas",
                cause);
    }

    /**
     * The weights to use; null for none.
     *
     * @param balanced what mode {@code BALANCED} comes to
     */
    public double[] resolve(int classes, double[] balanced) {
        return switch (mode) {
            case NONE -> null;
            case BALANCED -> balanced;
            case GIVEN -> {
                if (given.length != classes) {
                    throw SettingException.about(
                            KEY,
                            " has "
                                    + given.length
                                    + " numbers, but there are "
                                    + classes
                                    + " classes");
                }
                yield given;
            }
        };
    }

    @Override
    public String toString() {
        return mode == Mode.GIVEN ? Arrays.toString(given) : mode.name().toLowerCase(Locale.ROOT);
    }
}
