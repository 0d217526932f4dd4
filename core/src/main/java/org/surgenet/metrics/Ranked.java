package org.surgenet.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Frames of one yes-or-no criterion, sorted once by descending score, so that scores of any
 * resample of their units take one pass. Immutable.
 */
final class Ranked {
    /** Per frame, by descending score. */
    private final int[] unit;

    private final boolean[] target;
    private final double[] score;

    private Ranked(int[] unit, boolean[] target, double[] score) {
        this.unit = unit;
        this.target = target;
        this.score = score;
    }

    /**
     * Sorts frames.
     *
     * @param unit of each frame, from 0
     * @param target of each frame
     * @param score of each frame; grows with the probability
     * @throws IllegalArgumentException if the lengths differ or a score is NaN
     */
    static Ranked of(int[] unit, boolean[] target, double[] score) {
        Arguments.sameLength(target.length, score.length);
        if (Arrays.stream(score).anyMatch(Double::isNaN)) {
            throw new IllegalArgumentException("a score is NaN");
        }
        int[] order =
                IntStream.range(0, score.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> score[i]).reversed())
                        .mapToInt(Integer::intValue)
                        .toArray();
        int[] units = new int[order.length];
        boolean[] targets = new boolean[order.length];
        double[] scores = new double[order.length];
        for (int i = 0; i < order.length; i++) {
            units[i] = unit[order[i]];
            targets[i] = target[order[i]];
            scores[i] = score[order[i]];
        }
        return new Ranked(units, targets, scores);
    }

    /** The frames of units whose new number is not negative. */
    Ranked renumbered(int[] number) {
        int[] kept = IntStream.range(0, unit.length).filter(i -> number[unit[i]] >= 0).toArray();
        int[] units = new int[kept.length];
        boolean[] targets = new boolean[kept.length];
        double[] scores = new double[kept.length];
        for (int i = 0; i < kept.length; i++) {
            units[i] = number[unit[kept[i]]];
            targets[i] = target[kept[i]];
            scores[i] = score[kept[i]];
        }
        return new Ranked(units, targets, scores);
    }

    /** These frames and the other's, whose units are numbered from {@code first} on. */
    Ranked joined(Ranked other, int first) {
        int n = unit.length;
        int[] units = Arrays.copyOf(unit, n + other.unit.length);
        boolean[] targets = Arrays.copyOf(target, units.length);
        double[] scores = Arrays.copyOf(score, units.length);
        for (int i = 0; i < other.unit.length; i++) {
            units[n + i] = first + other.unit[i];
            targets[n + i] = other.target[i];
            scores[n + i] = other.score[i];
        }
        return of(units, targets, scores);
    }

    private long positives(int[] weights) {
        long positives = 0;
        for (int i = 0; i < unit.length; i++) {
            positives += target[i] ? weights[unit[i]] : 0;
        }
        return positives;
    }

    private long total(int[] weights) {
        long total = 0;
        for (int u : unit) {
            total += weights[u];
        }
        return total;
    }

    /** See {@link MultilabelScores#averagePrecision}. */
    double averagePrecision(int[] weights) {
        long positives = positives(weights);
        if (positives == 0) {
            return Double.NaN;
        }
        double sum = 0;
        long hits = 0;
        long seen = 0;
        for (int i = 0; i < unit.length; ) {
            double step = score[i];
            long gained = 0;
            for (; i < unit.length && score[i] == step; i++) {
                int weight = weights[unit[i]];
                seen += weight;
                gained += target[i] ? weight : 0;
            }
            if (gained > 0) {
                hits += gained;
                sum += (double) gained / positives * ((double) hits / seen);
            }
        }
        return sum;
    }

    /** See {@link MultilabelScores#rocAuc}. */
    double rocAuc(int[] weights) {
        long positives = positives(weights);
        long negatives = total(weights) - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        // Twice the number of (positive, negative) pairs in the right order, so that half counts
        // stay whole numbers.
        long twice = 0;
        long hits = 0;
        for (int i = 0; i < unit.length; ) {
            double step = score[i];
            long gained = 0;
            long misses = 0;
            for (; i < unit.length && score[i] == step; i++) {
                int weight = weights[unit[i]];
                gained += target[i] ? weight : 0;
                misses += target[i] ? 0 : weight;
            }
            twice += misses * (2 * hits + gained);
            hits += gained;
        }
        return (double) twice / 2 / ((double) positives * negatives);
    }

    /** See {@link MultilabelScores#balancedAccuracy}. */
    double balancedAccuracy(int[] weights, double threshold) {
        long positives = positives(weights);
        long negatives = total(weights) - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        long hits = 0;
        long rejections = 0;
        for (int i = 0; i < unit.length; i++) {
            boolean called = score[i] >= threshold;
            hits += target[i] && called ? weights[unit[i]] : 0;
            rejections += !target[i] && !called ? weights[unit[i]] : 0;
        }
        return ((double) hits / positives + (double) rejections / negatives) / 2;
    }

    /** See {@link MultilabelScores#fitThreshold}. */
    double fitThreshold(int[] weights) {
        long positives = positives(weights);
        long negatives = total(weights) - positives;
        if (positives == 0 || negatives == 0) {
            return Double.NaN;
        }
        // TPR - FPR times both counts: whole numbers, so that equal ones are equal.
        long best = Long.MIN_VALUE;
        double threshold = Double.NaN;
        long hits = 0;
        long misses = 0;
        for (int i = 0; i < unit.length; i++) {
            int weight = weights[unit[i]];
            hits += target[i] ? weight : 0;
            misses += target[i] ? 0 : weight;
            boolean last = i + 1 == unit.length || score[i + 1] != score[i];
            long gain = hits * negatives - misses * positives;
            if (last && gain >= best) {
                best = gain;
                threshold = score[i];
            }
        }
        return threshold;
    }

    /** See {@link MultilabelScores#brier}. */
    double brier(int[] weights) {
        double sum = 0;
        long n = 0;
        for (int i = 0; i < unit.length; i++) {
            double difference = score[i] - (target[i] ? 1 : 0);
            sum += weights[unit[i]] * difference * difference;
            n += weights[unit[i]];
        }
        return n == 0 ? Double.NaN : sum / n;
    }
}
