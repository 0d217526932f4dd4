package org.surgenet.video.picture;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;

/**
 * The wanted size of pictures.
 *
 * @param kind what the numbers mean
 * @param width of {@link Kind#EXACT}; the side's length of {@link Kind#SHORT} and {@link Kind#LONG}
 * @param height of {@link Kind#EXACT}
 */
public record PictureSize(Kind kind, int width, int height) {
    /** The stored pixels as they are. */
    public static final PictureSize SOURCE = new PictureSize(Kind.SOURCE, 0, 0);

    private static final Pattern EXACT = Pattern.compile("(\\d{1,5})x(\\d{1,5})");
    private static final Pattern SIDE = Pattern.compile("(short|long):(\\d{1,5})");

    /** What a size fixes. */
    public enum Kind {
        /** Width and height, whatever the shape of the video. */
        EXACT,
        /** The shorter side; the other follows the shape. */
        SHORT,
        /** The longer side; the other follows the shape. */
        LONG,
        /** Nothing: neither scaled nor brought to square pixels. */
        SOURCE
    }

    /** Width and height in pixels. */
    record Dimensions(int width, int height) {}

    /**
     * Reads {@code 640x360}, {@code short:256}, {@code long:512} or {@code source}.
     *
     * @throws UserException if it is none of these
     */
    public static PictureSize parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        Matcher exact = EXACT.matcher(lower);
        Matcher side = SIDE.matcher(lower);
        if (lower.equals("source")) {
            return SOURCE;
        }
        if (exact.matches()) {
            return new PictureSize(
                    Kind.EXACT, positive(text, exact.group(1)), positive(text, exact.group(2)));
        }
        if (side.matches()) {
            int length = positive(text, side.group(2));
            Kind kind = side.group(1).equals("short") ? Kind.SHORT : Kind.LONG;
            return new PictureSize(kind, length, length);
        }
        throw wrong(text);
    }

    private static int positive(String text, String digits) {
        int value = Integer.parseInt(digits);
        if (value == 0) {
            throw wrong(text);
        }
        return value;
    }

    private static UserException wrong(String text) {
        return new UserException(
                "size '"
                        + text
                        + "' is not one of WIDTHxHEIGHT, short:N, long:N, source, such as"
                        + " short:256");
    }

    /**
     * The size of the upright picture.
     *
     * @param storedWidth of the upright picture in stored pixels
     * @param storedHeight of the upright picture in stored pixels
     * @param aspect width of an upright stored pixel over its height; the picture gets square ones
     * @param upscale whether the picture may become larger than it is; otherwise it is brought to
     *     the wanted shape and left as large as it can be
     */
    Dimensions of(int storedWidth, int storedHeight, Rational aspect, boolean upscale) {
        if (kind == Kind.SOURCE) {
            return new Dimensions(storedWidth, storedHeight);
        }
        double w = storedWidth * aspect.toDouble();
        double h = storedHeight;
        double wantedWidth = width;
        double wantedHeight = height;
        double enlarged;
        if (kind == Kind.EXACT) {
            enlarged = Math.max(wantedWidth / w, wantedHeight / h);
        } else {
            double side = kind == Kind.SHORT ? Math.min(w, h) : Math.max(w, h);
            wantedWidth = w * width / side;
            wantedHeight = h * width / side;
            enlarged = width / side;
        }
        double factor = upscale ? 1 : Math.min(1, 1 / enlarged);
        return new Dimensions(pixels(wantedWidth * factor), pixels(wantedHeight * factor));
    }

    private static int pixels(double length) {
        return Math.max(1, (int) Math.round(length));
    }

    @Override
    public String toString() {
        return switch (kind) {
            case EXACT -> width + "x" + height;
            case SHORT -> "short:" + width;
            case LONG -> "long:" + width;
            case SOURCE -> "source";
        };
    }
}
