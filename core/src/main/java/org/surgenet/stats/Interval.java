package org.surgenet.stats;

/** A confidence interval; both ends NaN where there is none. */
public record Interval(double low, double high) {
    static final Interval NONE = new Interval(Double.NaN, Double.NaN);
}
