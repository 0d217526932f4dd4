package org.surgenet.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is known of a metric: files, tables and figures ask here for its name and direction. One
 * that a {@link Measure} brings is known like those of {@link #ALL}.
 *
 * @param id in {@code scores.csv} and {@code metrics.json}
 * @param name for people
 * @param direction which values are better
 * @param main whether it is compared unless metrics are named; the more metrics a table shows, the
 *     more its p-values are corrected
 * @param observed what it is taken on: pixels, frames, segments
 * @param description in a few words
 * @param source of the definition
 * @param fraction whether its values lie in [0, 1]
 */
public record Metric(
        String id,
        String name,
        Direction direction,
        boolean main,
        String observed,
        String description,
        String source,
        boolean fraction) {
    private static final Pattern MEAN = Pattern.compile("(.+)_mean_over_([a-z]+)");
    private static final Pattern OVER = Pattern.compile("(.+)_over_([a-z]+)");

    private static final String METHOD = "METHOD A.6";

    /** Of distances, which are no fractions. */
    private static final String PIXELS = "outlines, pixels";

    private static final String MONAI = "MONAI";
    private static final String MS_TCN = "Lea 2017, MS-TCN";
    private static final Direction HIGHER = Direction.HIGHER;
    private static final Direction LOWER = Direction.LOWER;

    /** The metrics that {@code evaluate} writes, and their like. */
    static final List<Metric> ALL =
            List.of(
                    of("dice", "Dice", HIGHER, "pixels", "2 TP / (2 TP + FP + FN)"),
                    of("iou", "IoU", HIGHER, "pixels", "TP / (TP + FP + FN)"),
                    of("precision", "precision", HIGHER, "pixels or frames", "TP / (TP + FP)"),
                    of("recall", "recall", HIGHER, "pixels or frames", "TP / (TP + FN)"),
                    of("accuracy", "accuracy", HIGHER, "frames", "fraction that is right"),
                    of("f1", "F1", HIGHER, "frames", "2 TP / (2 TP + FP + FN)"),
                    of("jaccard", "Jaccard", HIGHER, "frames", "TP / (TP + FP + FN)"),
                    of("macro_f1", "macro F1", HIGHER, "frames", "mean F1 over phases"),
                    of("macro_precision", "macro precision", HIGHER, "frames", "mean over phases"),
                    of("macro_recall", "macro recall", HIGHER, "frames", "mean over phases"),
                    of("macro_jaccard", "macro Jaccard", HIGHER, "frames", "mean over phases"),
                    of("ap", "AP", HIGHER, "frames", "average precision, step sum"),
                    of("map", "mAP", HIGHER, "frames", "mean AP over criteria"),
                    of("roc_auc", "ROC AUC", HIGHER, "frames", "area under the ROC curve"),
                    of(
                            "balanced_accuracy",
                            "balanced accuracy",
                            HIGHER,
                            "frames",
                            "(TPR + TNR) / 2 at a probability of 0.5"),
                    new Metric(
                            "brier",
                            "Brier score",
                            LOWER,
                            true,
                            "frames",
                            "mean squared error of the probability",
                            "Brier 1950",
                            // Up to 2 where it is summed over two classes.
                            false),
                    more("sensitivity", "sensitivity", HIGHER, "pixels", "TP / (TP + FN)", METHOD),
                    more("ppv", "precision", HIGHER, "pixels", "TP / (TP + FP)", METHOD),
                    more("hd95", "HD95", LOWER, PIXELS, "95th percentile", MONAI),
                    more("assd", "ASSD", LOWER, PIXELS, "mean distance", MONAI),
                    more("nsd", "NSD", HIGHER, "outlines", "surface Dice", "Nikolov 2018"),
                    more(
                            "video_consistency",
                            "video consistency",
                            HIGHER,
                            "pixels of consecutive frames",
                            "fraction of steady pixels that is steadily right",
                            "Miao 2021, VSPW"),
                    more("edit", "edit score", HIGHER, "segments", "1 - edit distance", MS_TCN),
                    more("segment_f1_10", "segment F1@10", HIGHER, "segments", "IoU .10", MS_TCN),
                    more("segment_f1_25", "segment F1@25", HIGHER, "segments", "IoU .25", MS_TCN),
                    more("segment_f1_50", "segment F1@50", HIGHER, "segments", "IoU .50", MS_TCN),
                    more(
                            "relaxed_accuracy",
                            "relaxed accuracy",
                            HIGHER,
                            "frames",
                            "either phase is right near a change",
                            METHOD),
                    more("ece", "ECE", LOWER, "frames", "calibration error", "Guo 2017"));

    private static Metric more(
            String id,
            String name,
            Direction direction,
            String observed,
            String description,
            String source) {
        return new Metric(
                id,
                name,
                direction,
                false,
                observed,
                description,
                source,
                !observed.equals(PIXELS));
    }

    private static Metric of(
            String id, String name, Direction direction, String observed, String description) {
        return new Metric(id, name, direction, true, observed, description, METHOD, true);
    }

    /** The metric of exactly this id. */
    public static Optional<Metric> find(String id) {
        return ALL.stream().filter(m -> m.id.equals(id)).findFirst().or(() -> Measures.metric(id));
    }

    /** The ids that evaluate writes by itself. */
    public static List<String> ids() {
        return ALL.stream().map(Metric::id).toList();
    }

    /** Whether evaluate may write a metric of this id, or bootstrap-stats makes a mean of one. */
    public static boolean isKnown(String id) {
        return find(id.replaceFirst("_(mean_)?over_[a-z]+$", "")).isPresent();
    }

    /** Whether a metric is compared unless metrics are named; unknown ones are. */
    public static boolean main(String id) {
        return find(id).map(Metric::main).orElse(true);
    }

    /** Whether a metric, or the mean of one over units, is known to lie in [0, 1]. */
    public static boolean fraction(String id) {
        String plain = id.toLowerCase(Locale.ROOT).replaceFirst("_(mean_)?over_[a-z]+$", "");
        return find(plain).map(Metric::fraction).orElse(false);
    }

    /** A metric's name for people; an unknown one's is its id. */
    public static String name(String id) {
        for (Pattern pattern : List.of(MEAN, OVER)) {
            Matcher part = pattern.matcher(id);
            if (part.matches()) {
                return String.format(
                        Locale.ROOT,
                        pattern == MEAN ? "%s, mean over %s" : "%s over %s",
                        name(part.group(1)),
                        part.group(2));
            }
        }
        return find(id).map(Metric::name).orElse(id);
    }
}
