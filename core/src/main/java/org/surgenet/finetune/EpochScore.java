package org.surgenet.finetune;

import org.surgenet.train.TrainState;

/**
 * What decides which epoch is the best: the higher score, among equal scores the lower validation
 * loss, among equals in both the earlier epoch. An undefined score loses to any defined one.
 *
 * @param score on the validation part; NaN if undefined
 * @param loss on the validation part
 */
record EpochScore(double score, double loss) {
    /** That of an epoch that was the best so far. */
    static EpochScore of(TrainState.Best best) {
        return new EpochScore(best.score(), best.loss());
    }

    /** Whether this epoch takes the place of {@code earlier}. */
    boolean isBetterThan(EpochScore earlier) {
        double before = defined(earlier.score);
        double now = defined(score);
        return now > before || now == before && loss < earlier.loss;
    }

    private static double defined(double score) {
        return Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
    }
}
