package org.surgenet.metrics;

import java.util.stream.IntStream;

/**
 * Scores of independent yes-or-no criteria, such as the three of the critical view of safety.
 *
 * <p>Targets are binary. Endoscapes gives the mean of three raters (0, 1/3, 2/3, 1): {@link
 * #majority} makes the binary target of it. Predictions are probabilities or any score that grows
 * with the probability, except for {@link #brier} and fixed thresholds, which need probabilities.
 *
 * <p>Source: METHOD A.6: mAP is the mean of the criteria's average precision, skipping those that
 * have no positive frame (torchmetrics' multilabel AP with {@code nanmean}).
 */
public final class MultilabelScores {
    /** The weight of the only unit. */
    private static final int[] ONCE = {1};

    private MultilabelScores() {}

    /**
     * Scores of one criterion.
     *
     * @param frames how many frames were scored
     * @param positives how many of them are positive in the target
     * @param averagePrecision see {@link MultilabelScores#averagePrecision}
     * @param rocAuc see {@link MultilabelScores#rocAuc}
     * @param balancedAccuracy see {@link MultilabelScores#balancedAccuracy}
     * @param brier see {@link MultilabelScores#brier}
     */
    public record Criterion(
            int frames,
            int positives,
            double averagePrecision,
            double rocAuc,
            double balancedAccuracy,
            double brier) {}

    /** The binary target of raters' mean vote: true from one half on. */
    public static boolean majority(double votes) {
        return votes >= 0.5;
    }

    /** All scores of one criterion, with 0.5 as threshold. */
    public static Criterion criterion(boolean[] target, double[] score) {
        int positives = 0;
        for (boolean t : target) {
            positives += t ? 1 : 0;
        }
        Ranked ranked = ranked(target, score);
        return new Criterion(
                target.length,
                positives,
                ranked.averagePrecision(ONCE),
                ranked.rocAuc(ONCE),
                ranked.balancedAccuracy(ONCE, 0.5),
                ranked.brier(ONCE));
    }

    /**
     * Area under the precision-recall curve as a step sum, Σ (Rₙ − Rₙ₋₁) Pₙ over descending
     * thresholds, equal scores forming one step. NaN where no frame is positive.
     *
     * @throws IllegalArgumentException if the lengths differ or a score is NaN
     */
    public static double averagePrecision(boolean[] target, double[] score) {
        return ranked(target, score).averagePrecision(ONCE);
    }

    /**
     * Probability that a positive frame scores above a negative one, ties counting half. NaN where
     * either kind is absent.
     */
    public static double rocAuc(boolean[] target, double[] score) {
        return ranked(target, score).rocAuc(ONCE);
    }

    /**
     * (TPR + TNR) / 2, a frame being called positive where its score is at least {@code threshold}.
     * NaN where the target has no positive or no negative frame.
     */
    public static double balancedAccuracy(boolean[] target, double[] score, double threshold) {
        return ranked(target, score).balancedAccuracy(ONCE, threshold);
    }

    /**
     * The threshold with the highest {@link #balancedAccuracy}, the lowest of several; one of the
     * scores. To be fitted on validation data, never on the data it is then judged by. NaN where
     * the balanced accuracy is.
     */
    public static double fitThreshold(boolean[] target, double[] score) {
        return ranked(target, score).fitThreshold(ONCE);
    }

    /** Mean squared difference of probability and target; NaN without frames. */
    public static double brier(boolean[] target, double[] probability) {
        return ranked(target, probability).brier(ONCE);
    }

    /**
     * Mean average precision over criteria, skipping those without a positive frame.
     *
     * @param target frames × criteria
     * @param score frames × criteria
     */
    public static double meanAveragePrecision(boolean[][] target, double[][] score) {
        Arguments.sameLength(target.length, score.length);
        int criteria = target.length == 0 ? 0 : target[0].length;
        return Means.mean(
                IntStream.range(0, criteria)
                        .mapToDouble(c -> averagePrecision(column(target, c), column(score, c)))
                        .toArray());
    }

    /** One criterion's column of a frames × criteria array. */
    public static boolean[] column(boolean[][] rows, int criterion) {
        boolean[] column = new boolean[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = rows[i][criterion];
        }
        return column;
    }

    /** One criterion's column of a frames × criteria array. */
    public static double[] column(double[][] rows, int criterion) {
        double[] column = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            column[i] = rows[i][criterion];
        }
        return column;
    }

    /** All frames as those of one unit. */
    private static Ranked ranked(boolean[] target, double[] score) {
        return Ranked.of(new int[target.length], target, score);
    }
}
