package org.surgenet.stats;

/** Scores of a table's models and their differences, with intervals and tests. */
interface Estimator {
    /**
     * @param model its place in the table
     */
    Comparison.Estimate estimate(int model);

    /** The difference of two models, before any correction. */
    Comparison.Difference difference(int model, int baseline);
}
