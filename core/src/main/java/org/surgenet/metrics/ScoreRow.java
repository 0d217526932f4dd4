package org.surgenet.metrics;

import java.util.List;
import java.util.Optional;

/**
 * One score of one unit: a line of {@code scores.csv}.
 *
 * @param model whose predictions were scored; the name that tables show
 * @param task {@code seg}, {@code phase} or {@code cvs}
 * @param dataset the data set's name
 * @param unit the patient or video, the level at which observations are independent
 * @param metric such as {@code dice}, {@code accuracy}, {@code map}; see {@link Direction} for
 *     which values are better
 * @param label the class, phase or criterion; {@link #ALL} for a score over all of them
 * @param value NaN where missing
 * @param n how many images or frames of the unit the value rests on
 * @param timing which frames the predictions rest on; empty for each frame alone, or where unknown
 */
public record ScoreRow(
        String model,
        String task,
        String dataset,
        String unit,
        String metric,
        String label,
        double value,
        long n,
        Optional<Timing> timing) {
    /** The {@code class} of a score over all classes, phases or criteria. */
    public static final String ALL = "all";

    /** A score of predictions that say nothing of their timing. */
    public ScoreRow(
            String model,
            String task,
            String dataset,
            String unit,
            String metric,
            String label,
            double value,
            long n) {
        this(model, task, dataset, unit, metric, label, value, n, Optional.empty());
    }

    /** The same score of a model of another name. */
    public ScoreRow named(String other) {
        return new ScoreRow(other, task, dataset, unit, metric, label, value, n, timing);
    }

    /** The same score of predictions of this timing. */
    public ScoreRow with(Optional<Timing> other) {
        return new ScoreRow(model, task, dataset, unit, metric, label, value, n, other);
    }

    /**
     * What it is a score of, all but the value: two rows with the same one contradict each other.
     */
    public List<String> subject() {
        return List.of(model, task, dataset, unit, metric, label);
    }
}
