package org.surgenet.metrics;

import java.util.Locale;

/**
 * Counts of (target, prediction) pairs over K classes, and the scores that follow from them. Rows
 * are targets, columns predictions. Counts add up: matrices of parts may be merged with {@link
 * #add(ConfusionMatrix)}.
 *
 * <p>A score that is 0/0 is NaN, with the one exception that {@link #precision} says. Not
 * thread-safe.
 */
public final class ConfusionMatrix {
    private final int classes;
    private final long[] counts;

    /**
     * An empty matrix.
     *
     * @throws IllegalArgumentException if {@code classes} is not positive
     */
    public ConfusionMatrix(int classes) {
        if (classes < 1) {
            throw new IllegalArgumentException("classes (" + classes + ") must be positive");
        }
        this.classes = classes;
        this.counts = new long[classes * classes];
    }

    public int classes() {
        return classes;
    }

    /** Counts one pair. */
    public void add(int target, int prediction) {
        add(target, prediction, 1);
    }

    /**
     * Counts a pair {@code times} times.
     *
     * @throws IllegalArgumentException if either class is outside 0 .. classes-1
     */
    public void add(int target, int prediction, long times) {
        check("target", target);
        check("prediction", prediction);
        counts[target * classes + prediction] += times;
    }

    /**
     * Counts pairs position by position.
     *
     * @throws IllegalArgumentException if the lengths differ or a class is out of range
     */
    public void add(int[] target, int[] prediction) {
        Arguments.sameLength(target.length, prediction.length);
        for (int i = 0; i < target.length; i++) {
            add(target[i], prediction[i]);
        }
    }

    /** Adds another matrix's counts to this one's. */
    public void add(ConfusionMatrix other) {
        if (other.classes != classes) {
            throw new IllegalArgumentException(
                    "classes differ: " + classes + " and " + other.classes);
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] += other.counts[i];
        }
    }

    private void check(String what, int value) {
        if (value < 0 || value >= classes) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT, "%s %d is outside 0 .. %d", what, value, classes - 1));
        }
    }

    public long count(int target, int prediction) {
        return counts[target * classes + prediction];
    }

    /** A copy of the counts, rows being targets. */
    public long[][] toArray() {
        long[][] rows = new long[classes][classes];
        for (int t = 0; t < classes; t++) {
            System.arraycopy(counts, t * classes, rows[t], 0, classes);
        }
        return rows;
    }

    /** Number of pairs counted. */
    public long total() {
        long sum = 0;
        for (long count : counts) {
            sum += count;
        }
        return sum;
    }

    /** How often the class is the target. */
    public long support(int label) {
        long sum = 0;
        for (int p = 0; p < classes; p++) {
            sum += count(label, p);
        }
        return sum;
    }

    /** How often the class was predicted. */
    public long predicted(int label) {
        long sum = 0;
        for (int t = 0; t < classes; t++) {
            sum += count(t, label);
        }
        return sum;
    }

    /** One class's true and false positives and false negatives. */
    public ClassCounts counts(int label) {
        long hits = count(label, label);
        return ClassCounts.of(hits, predicted(label) - hits, support(label) - hits);
    }

    /** Share of pairs that agree; NaN if nothing was counted. */
    public double accuracy() {
        long right = 0;
        for (int c = 0; c < classes; c++) {
            right += count(c, c);
        }
        return ratio(right, total());
    }

    /** TP / (TP + FN); NaN where the class is never the target. */
    public double recall(int label) {
        return ratio(count(label, label), support(label));
    }

    /**
     * TP / (TP + FP). Where the class is a target but never predicted this is 0, as in
     * scikit-learn: leaving it out would reward a model for never naming a class. NaN where the
     * class is neither target nor prediction.
     */
    public double precision(int label) {
        long predicted = predicted(label);
        if (predicted == 0) {
            return support(label) > 0 ? 0 : Double.NaN;
        }
        return ratio(count(label, label), predicted);
    }

    /** 2 TP / (2 TP + FP + FN), which is Dice; NaN where the class is in neither. */
    public double f1(int label) {
        return ratio(2 * count(label, label), support(label) + predicted(label));
    }

    /** TP / (TP + FP + FN), which is IoU; NaN where the class is in neither. */
    public double jaccard(int label) {
        long hits = count(label, label);
        return ratio(hits, support(label) + predicted(label) - hits);
    }

    /**
     * Mean F1 over the classes that occur as targets; NaN if none does. A class that is only
     * predicted counts against the others through their false negatives, not by a zero of its own.
     */
    public double macroF1() {
        double[] values = new double[classes];
        for (int c = 0; c < classes; c++) {
            values[c] = support(c) > 0 ? f1(c) : Double.NaN;
        }
        return Means.mean(values);
    }

    /** Mean F1 weighted by how often each class is the target; NaN if nothing was counted. */
    public double weightedF1() {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            long support = support(c);
            sum += support > 0 ? support * f1(c) : 0;
        }
        return sum / total();
    }

    private static double ratio(long numerator, long denominator) {
        return denominator == 0 ? Double.NaN : (double) numerator / denominator;
    }
}
