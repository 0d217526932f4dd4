package org.surgenet.metrics;

import java.util.Arrays;
import java.util.Comparator;
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
        return new Criterion(
                target.length,
                positives,
                averagePrecision(target, score),
                rocAuc(target, score),
                balancedAccuracy(target, score, 0.5),
                brier(target, score));
    }

    /**
     * Area under the precision-recall curve as a step sum, Σ (Rₙ − Rₙ₋₁) Pₙ over descending
     * thresholds, equal scores forming one step. NaN where no frame is positive.
     *
     * @throws IllegalArgumentException if the lengths differ or a score is NaN
     */
    public static double averagePrecision(boolean[] target, double[] score) {
        int[] order = descending(target, score);
        long positives = positives(target);
        if (positives == 0) {
            return Double.NaN;
        }
        double sum = 0;
        long hits = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            long gained = 0;
            while (end < order.length && score[order[end]] == score[order[start]]) {
                gained += target[order[end]] ? 1 : 0;
                end++;
            }
            hits += gained;
            sum += (double) gained / positives * ((double) hits / end);
            start = end;
        }
        return sum;
    }

    /**
     * Probability that a positive frame scores above a negative one, ties counting half. NaN where
     * either kind is absent.
     */
    public static double rocAuc(boolean[] target, double[] score) {
        int[] order = descending(target, score);
        long positives = positives(target);
        long negatives = target.length - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        // Twice the number of (positive, negative) pairs in the right order, so that half counts
        // stay whole numbers.
        long twice = 0;
        long hits = 0;
        for (int start = 0; start < order.length; ) {
            int end = start;
            long gained = 0;
            while (end < order.length && score[order[end]] == score[order[start]]) {
                gained += target[order[end]] ? 1 : 0;
                end++;
            }
            long misses = end - start - gained;
            twice += misses * (2 * hits + gained);
            hits += gained;
            start = end;
        }
        return (double) twice / 2 / ((double) positives * negatives);
    }

    /**
     * (TPR + TNR) / 2, a frame being called positive where its score is at least {@code threshold}.
     * NaN where the target has no positive or no negative frame.
     */
    public static double balancedAccuracy(boolean[] target, double[] score, double threshold) {
        check(target, score);
        long positives = positives(target);
        long negatives = target.length - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        long hits = 0;
        long rejections = 0;
        for (int i = 0; i < target.length; i++) {
            boolean called = score[i] >= threshold;
            hits += target[i] && called ? 1 : 0;
            rejections += !target[i] && !called ? 1 : 0;
        }
        return ((double) hits / positives + (double) rejections / negatives) / 2;
    }

    /**
     * The threshold with the highest {@link #balancedAccuracy}, the lowest of several; one of the
     * scores. To be fitted on validation data, never on the data it is then judged by. NaN where
     * the balanced accuracy is.
     */
    public static double fitThreshold(boolean[] target, double[] score) {
        int[] order = descending(target, score);
        long positives = positives(target);
        long negatives = target.length - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        double best = Double.NEGATIVE_INFINITY;
        double threshold = Double.NaN;
        long hits = 0;
        for (int i = 0; i < order.length; i++) {
            hits += target[order[i]] ? 1 : 0;
            boolean last = i + 1 == order.length || score[order[i + 1]] != score[order[i]];
            double gain = (double) hits / positives - (double) (i + 1 - hits) / negatives;
            if (last && gain >= best) {
                best = gain;
                threshold = score[order[i]];
            }
        }
        return threshold;
    }

    /** Mean squared difference of probability and target; NaN without frames. */
    public static double brier(boolean[] target, double[] probability) {
        check(target, probability);
        double sum = 0;
        for (int i = 0; i < target.length; i++) {
            double difference = probability[i] - (target[i] ? 1 : 0);
            sum += difference * difference;
        }
        return target.length == 0 ? Double.NaN : sum / target.length;
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

    private static int[] descending(boolean[] target, double[] score) {
        check(target, score);
        return IntStream.range(0, score.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> score[i]).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static void check(boolean[] target, double[] score) {
        Arguments.sameLength(target.length, score.length);
        if (Arrays.stream(score).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("a score is NaN");
        }
    }

    private static long positives(boolean[] target) {
        long n = 0;
        for (boolean t : target) {
            n += t ? 1 : 0;
        }
        return n;
    }
}
