package org.surgenet.metrics;

/**
 * A statistic of a set of independent units (patients or videos) that can be taken again on any
 * resample of them: not only a mean of one number per unit, but also a ratio of sums or the area
 * under a curve. Immutable and thread-safe.
 */
public interface UnitStatistic {
    /** How many units there are. */
    int units();

    /**
     * The statistic of a sample that has unit u {@code weights[u]} times.
     *
     * @param weights one per unit, not negative
     * @return NaN where the sample leaves it undefined, as without a positive frame
     */
    double value(int[] weights);

    /** The statistic on some of the units, in the order given. */
    UnitStatistic select(int[] units);

    /**
     * The statistic on this one's units followed by the other's.
     *
     * @param other of the same kind, such as another model's or another fold's
     * @throws IllegalArgumentException if it is of another kind
     * @throws org.surgenet.common.UserException if it is of other criteria
     */
    UnitStatistic joined(UnitStatistic other);
}
