package org.surgenet.stats;

/** Scores of a table's models and their differences, with intervals and tests. */
interface Estimator {
    /**
     * @param model its place in the table
     */
    Comparison.Estimate estimate(int model);

    /** The difference of two models with its interval, without tests. */
    Gap gap(int model, int baseline);

    /**
     * A difference of two models.
     *
     * @param estimate model − baseline; NaN without a unit that both have
     * @param interval of it
     * @param replicates the difference on each resample, in the order of the draws
     */
    record Gap(double estimate, Interval interval, double[] replicates) {}

    /** The difference of two models, before any correction. */
    Comparison.Difference difference(int model, int baseline);
}
