package org.surgenet.metrics;

/**
 * One score of one unit: a line of {@code scores.csv}.
 *
 * @param model whose predictions were scored; the name that tables show
 * @param task {@code seg}, {@code phase} or {@code cvs}
 * @param dataset the data set's name
 * @param unit the patient or video, the level at which observations are independent
 * @param metric such as {@code dice}, {@code accuracy}, {@code map}; larger must be better unless
 *     the metric is {@code brier}
 * @param label the class, phase or criterion; {@link #ALL} for a score over all of them
 * @param value NaN where missing
 * @param n how many images or frames of the unit the value rests on
 */
public record ScoreRow(
        String model,
        String task,
        String dataset,
        String unit,
        String metric,
        String label,
        double value,
        long n) {
    /** The {@code class} of a score over all classes, phases or criteria. */
    public static final String ALL = "all";
}
