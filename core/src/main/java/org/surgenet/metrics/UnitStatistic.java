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
     * The scores whose mean the statistic is, of a sample that has unit u {@code weights[u]} times:
     * one for each class or criterion, or a single one.
     *
     * @param weights one per unit, not negative
     * @return NaN where the sample leaves a score undefined, as without a positive frame
     */
    double[] parts(int[] weights);

    /**
     * The mean of the {@link #parts} that the sample defines. A resample without the few units that
     * have a rare class therefore averages over the other classes. Leaving such resamples out would
     * be less biased, but their intervals are too narrow: in simulated studies of 10 units with a
     * class in one of five, 95 % intervals then covered the truth in 76 to 91 % instead of 88 to 97
     * % ({@code PartialResamplesTest}). They are counted instead, and reported.
     *
     * @return NaN where no part is defined
     */
    default double value(int[] weights) {
        return Means.mean(parts(weights));
    }

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
