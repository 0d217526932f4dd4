package org.surgenet.image;

/**
 * How much of an image a random crop takes: a fraction of its area between two limits.
 *
 * @param min smallest fraction, above 0
 * @param max largest fraction, at most 1
 */
public record AreaRange(double min, double max) {
    /**
     * @throws IllegalArgumentException if the limits are not in this order, or outside of 0 to 1
     */
    public AreaRange {
        if (!(min > 0 && min <= max && max <= 1)) {
            throw new IllegalArgumentException(
                    "must be two fractions of the area, the smaller one first, above 0 and at most"
                            + " 1, not "
                            + min
                            + ","
                            + max);
        }
    }

    /**
     * Reads {@code MIN,MAX}.
     *
     * @throws IllegalArgumentException if it is something else, or a wrong range
     */
    public static AreaRange parse(String text) {
        String[] limits = text.split(",", -1);
        if (limits.length != 2) {
            throw new IllegalArgumentException("must be MIN,MAX, not '" + text + "'");
        }
        return new AreaRange(number(limits[0], text), number(limits[1], text));
    }

    private static double number(String limit, String text) {
        try {
            return Double.parseDouble(limit);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be MIN,MAX, not '" + text + "'", e);
        }
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        return min + "," + max;
    }
}
