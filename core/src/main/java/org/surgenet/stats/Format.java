package org.surgenet.stats;

import java.util.Locale;

/** Numbers as tables show them; a dash where missing. */
final class Format {
    private static final String MISSING = "–";

    private Format() {}

    static String score(double value) {
        return Double.isNaN(value) ? MISSING : String.format(Locale.ROOT, "%.3f", value + 0.0);
    }

    /** With its sign, so that the direction of a difference shows; a rounded zero has none. */
    static String difference(double value) {
        if (Double.isNaN(value)) {
            return MISSING;
        }
        String text = String.format(Locale.ROOT, "%+.3f", value);
        return text.equals("+0.000") || text.equals("-0.000") ? "0.000" : text;
    }

    static String interval(Interval interval, boolean signed) {
        if (Double.isNaN(interval.low())) {
            return MISSING;
        }
        return signed
                ? "[" + difference(interval.low()) + ", " + difference(interval.high()) + "]"
                : "[" + score(interval.low()) + ", " + score(interval.high()) + "]";
    }

    /** Three decimals, "<0.001" below them. */
    static String pValue(double p) {
        if (Double.isNaN(p)) {
            return MISSING;
        }
        return p < 0.001 ? "<0.001" : String.format(Locale.ROOT, "%.3f", p);
    }

    /** Shortest text that reads back as the same number; empty where missing. */
    static String exact(double value) {
        return Double.isNaN(value) ? "" : Double.toString(value + 0.0);
    }
}
