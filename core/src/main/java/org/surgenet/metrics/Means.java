package org.surgenet.metrics;

/** Means and deviations that skip missing values. */
public final class Means {
    private Means() {}

    /** Mean of the values that are not NaN; NaN if there is none. */
    public static double mean(double... values) {
        double sum = 0;
        int n = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                sum += value;
                n++;
            }
        }
        return n == 0 ? Double.NaN : sum / n;
    }

    /**
     * Sample standard deviation (divisor n − 1) of the values that are not NaN; NaN below two of
     * them.
     */
    public static double deviation(double... values) {
        double mean = mean(values);
        double squares = 0;
        int n = 0;
        for (double value : values) {
            if (!Double.isNaN(value)) {
                squares += (value - mean) * (value - mean);
                n++;
            }
        }
        return n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1));
    }

    /** How many values are not NaN. */
    public static int count(double... values) {
        int n = 0;
        for (double value : values) {
            n += Double.isNaN(value) ? 0 : 1;
        }
        return n;
    }
}
