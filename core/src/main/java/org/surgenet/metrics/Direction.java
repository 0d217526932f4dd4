package org.surgenet.metrics;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Which values of a metric are the better ones. */
public enum Direction {
    /** Larger values are better, as for Dice. */
    HIGHER,
    /** Smaller values are better, as for distances, errors and times. */
    LOWER;

    private static final Set<String> LOWER_NAMES =
            Set.of(
                    "brier",
                    "hd",
                    "hd95",
                    "hd100",
                    "hausdorff",
                    "hausdorff95",
                    "asd",
                    "assd",
                    "masd",
                    "msd",
                    "surface_distance",
                    "distance",
                    "ece",
                    "mce",
                    "ace",
                    "nll",
                    "log_loss",
                    "loss",
                    "cross_entropy",
                    "mae",
                    "mse",
                    "rmse",
                    "error",
                    "error_rate",
                    "fpr",
                    "fnr",
                    "false_positive_rate",
                    "false_negative_rate",
                    "latency",
                    "runtime",
                    "inference",
                    "inference_time",
                    "duration",
                    "time",
                    "fid",
                    "lpips");

    private static final Set<String> HIGHER_NAMES =
            Set.of(
                    "dice",
                    "dsc",
                    "iou",
                    "miou",
                    "jaccard",
                    "f1",
                    "accuracy",
                    "precision",
                    "recall",
                    "sensitivity",
                    "specificity",
                    "ppv",
                    "npv",
                    "tpr",
                    "tnr",
                    "ap",
                    "map",
                    "map50",
                    "auc",
                    "auroc",
                    "roc_auc",
                    "auprc",
                    "pr_auc",
                    "kappa",
                    "mcc",
                    "nsd",
                    "surface_dice",
                    "boundary_f1",
                    "boundary_iou",
                    "edit",
                    "edit_score",
                    "psnr",
                    "ssim",
                    "fps");

    /**
     * The direction of a metric that is known by its name: in any case, with or without a prefix
     * such as {@code macro_}, a unit such as {@code _mm}, and what it is a mean over.
     *
     * @return empty for other names
     */
    public static Optional<Direction> known(String metric) {
        Optional<Direction> listed = Metric.find(metric).map(Metric::direction);
        if (listed.isPresent()) {
            return listed;
        }
        String name =
                metric.toLowerCase(Locale.ROOT)
                        // A unit in brackets.
                        .replaceFirst("\\s*[(\\[][^)\\]]*[)\\]]\\s*$", "")
                        .replaceAll("[\\s-]+", "_")
                        .replaceFirst("_(mean_)?over_[a-z]+$", "")
                        .replaceFirst("^(macro|micro|weighted|mean|balanced|avg)_", "")
                        .replaceFirst("_(mm|px|ms|s|sec|seconds)$", "")
                        .replaceFirst("@\\d+$", "");
        if (LOWER_NAMES.contains(name)) {
            return Optional.of(LOWER);
        }
        return HIGHER_NAMES.contains(name) ? Optional.of(HIGHER) : Optional.empty();
    }
}
