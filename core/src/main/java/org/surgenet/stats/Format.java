package org.surgenet.stats;

import java.util.Locale;

/** Numbers as tables show them; a dash where missing. */
final class Format {
    private static final String MISSING = "–";

    private Format() {}

    static String score(double value) {
        return Double.isNaN(value)
                ? MISSING
                : real(String.format(Locale.ROOT, "%.3f", value + 0.0));
    }

    /** With a minus sign instead of a hyphen. */
    private static String real(String text) {
        return text.replace('-', '−');
    }

    /** With its sign, so that the direction of a difference shows; a rounded zero has none. */
    static String difference(double value) {
        if (Double.isNaN(value)) {
            return MISSING;
        }
        String text = String.format(Locale.ROOT, "%+.3f", value);
        return text.equals("+0.000") || text.equals("-0.000") ? "0.000" : real(text);
    }

    static String interval(Interval interval, boolean signed) {
        if (Double.isNaN(interval.low())) {
            return MISSING;
        }
        return signed
                ? "[" + end(interval.low()) + ", " + end(interval.high()) + "]"
                : "[" + score(interval.low()) + ", " + score(interval.high()) + "]";
    }

    /** An estimate with its interval, where it has one. */
    static String with(String estimate, Interval interval, boolean signed) {
        return Double.isNaN(interval.low())
                ? estimate
                : estimate + " " + interval(interval, signed);
    }

    /** With as many decimals as it takes to see on which side of 0 it lies, within reason. */
    private static String end(double value) {
        return Math.abs(value) < 0.0005 && Math.abs(value) >= 0.00005
                ? real(String.format(Locale.ROOT, "%+.4f", value))
                : difference(value);
    }

    /** Three decimals, "<0.001" below them. */
    static String pValue(double p) {
        if (Double.isNaN(p)) {
            return MISSING;
        }
        return p < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", p);
    }

    /** How many comparisons were corrected together; a dash where nothing could be compared. */
    static String family(int size) {
        return size == 0 ? MISSING : Integer.toString(size);
    }

    /** Four decimals, for coefficients that are small by their unit. */
    static String fine(double value) {
        return Double.isNaN(value)
                ? MISSING
                : real(String.format(Locale.ROOT, "%+.4f", value + 0.0));
    }

    static String fine(Interval interval) {
        return Double.isNaN(interval.low())
                ? MISSING
                : "[" + fine(interval.low()) + ", " + fine(interval.high()) + "]";
    }

    /** The level that belongs to the intervals' confidence, such as 0.05. */
    static String level(Settings settings) {
        return String.format(Locale.ROOT, "%.3f", 1 - settings.confidence()).replaceAll("0+$", "");
    }

    /** The confidence, such as 95%. */
    static String percent(Settings settings) {
        return String.format(Locale.ROOT, "%.4g%%", 100 * settings.confidence())
                .replaceAll("\\.?0+%", "%");
    }

    /** A lower bound of p-values, however small. */
    static String bound(double p) {
        return String.format(Locale.ROOT, p < 0.001 ? "%.1e" : "%.3f", p);
    }

    /** Shortest text that reads back as the same number; empty where missing. */
    static String exact(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value + 0.0);
    }
}
