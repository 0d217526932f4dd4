package org.surgenet.curate;

import java.util.Locale;
import org.surgenet.common.CsvTable;

/**
 * A number that a {@link Detector} measures of a frame, and a column of {@code curated.csv}.
 *
 * @param name of the column
 * @param title heading of its histogram
 * @param quantity what the number is, in words; labels the histogram's axis
 * @param low lowest possible value
 * @param high highest possible value
 * @param kind how it is written and shown
 */
record Score(String name, String title, String quantity, double low, double high, Kind kind) {
    /** How a score is written and shown. */
    enum Kind {
        /** Four decimals; every frame has a value. */
        NUMBER,
        /** Four decimals; NaN, written as an empty field, where a frame has no value. */
        OPTIONAL,
        /** As {@link #NUMBER}, with a histogram in the report and a place in captions. */
        CHARTED,
        /** As {@link #CHARTED}, with a logarithmic axis. */
        CHARTED_LOGARITHMICALLY,
        /** 64 bits, 16 hexadecimal digits. */
        BITS
    }

    /** Lowest value on a logarithmic axis. */
    private static final double SMALLEST = 1e-2;

    boolean charted() {
        return kind == Kind.CHARTED || kind == Kind.CHARTED_LOGARITHMICALLY;
    }

    /** Where {@code value} lies on the histogram's axis. */
    double onAxis(double value) {
        return kind == Kind.CHARTED_LOGARITHMICALLY ? Math.log10(Math.max(SMALLEST, value)) : value;
    }

    String axisLabel() {
        return kind == Kind.CHARTED_LOGARITHMICALLY ? "log10 of the " + quantity : quantity;
    }

    /** Name and value for a caption: two decimals for fractions, none for larger numbers. */
    String caption(double value) {
        return name + " " + String.format(Locale.ROOT, high > 1 ? "%.0f" : "%.2f", value);
    }

    /** The range in words, such as "0 to 1". */
    String range() {
        if (kind == Kind.BITS) {
            return "64 bits, hexadecimal";
        }
        return bound(low) + (high == Double.POSITIVE_INFINITY ? " or more" : " to " + bound(high));
    }

    private static String bound(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /**
     * The field's text.
     *
     * @param value a double's bits, or 64 bits as they are
     */
    String text(long value) {
        if (kind == Kind.BITS) {
            return String.format(Locale.ROOT, "%016x", value);
        }
        double number = Double.longBitsToDouble(value);
        return Double.isNaN(number) ? "" : String.format(Locale.ROOT, "%.4f", number);
    }

    /**
     * The value of a row, as for {@link #text}.
     *
     * @throws org.surgenet.common.UserException if the field is malformed
     */
    long read(CsvTable.Row row) {
        if (kind == Kind.BITS) {
            try {
                return Long.parseUnsignedLong(row.get(name), 16);
            } catch (NumberFormatException e) {
                throw row.error(name, "is not a hash");
            }
        }
        boolean none = kind == Kind.OPTIONAL && row.get(name).isEmpty();
        return Double.doubleToLongBits(none ? Double.NaN : row.number(name));
    }
}
