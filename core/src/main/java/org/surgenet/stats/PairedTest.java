package org.surgenet.stats;

/**
 * A two-sided test of paired differences over units. A new one is a class and a line in {@link
 * PairedTests#ALL}: the option, the files and the notes follow.
 */
public interface PairedTest {
    /** As it is asked for, and in the keys of {@code stats.json}: {@code p_ID}. */
    String id();

    /** Its name in a sentence. */
    String name();

    /** What it tests and how, for the foot of a table. */
    String description(Settings settings);

    /** What it asks, where its answer differs from the interval's; a sentence. */
    String question();

    /**
     * A test's result.
     *
     * @param pValue in (0, 1]
     * @param exact whether it is of the exact distribution
     * @param statistic NaN for a test whose statistic is not reported
     */
    record Result(double pValue, boolean exact, double statistic) {}

    /**
     * Tests.
     *
     * @param differences two or more, finite
     */
    Result test(double[] differences, Settings settings);

    /** The smallest p-value of any signs of these differences. */
    double least(double[] differences, Settings settings);
}
