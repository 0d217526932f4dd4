package org.surgenet.stats;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;

/**
 * Scores that one of two models has and the other lacks.
 *
 * <p>A score of overlap is missing where the class is in neither the target nor the prediction: the
 * model is right. If the other model predicts the class there, its score is 0. Leaving the pair out
 * would reward that false alarm. If the other's score is above 0, it overlaps with a target that is
 * there, and the score is missing for another reason: that pair is left out.
 */
final class OneSidedScores {
    /** Missing only where target and prediction are both empty, and 1 at best. */
    private static final Set<String> OVERLAP =
            Set.of("dice", "dsc", "iou", "jaccard", "f1", "nsd", "surface_dice", "boundary_f1");

    private OneSidedScores() {}

    /**
     * Whether missing scores of a table count as 1 where the other model's is 0: those of overlap
     * whose values lie in [0, 1].
     */
    static boolean filled(ScoreTable table, Settings settings) {
        return settings.oneSided() == Settings.OneSided.BEST
                && OVERLAP.contains(
                        table.metric().toLowerCase(Locale.ROOT).replaceFirst("_mean_over_.*", ""))
                && Arrays.stream(table.values())
                        .flatMapToDouble(Arrays::stream)
                        .allMatch(v -> Double.isNaN(v) || v >= 0 && v <= 1);
    }

    /** {@code scores} with 1 where they are missing and {@code others} are 0. */
    static double[] filled(double[] scores, double[] others) {
        double[] filled = scores.clone();
        for (int u = 0; u < filled.length; u++) {
            if (Double.isNaN(scores[u]) && others[u] == 0) {
                filled[u] = 1;
            }
        }
        return filled;
    }

    /** Units on which some models' values are missing, but not all. */
    static int count(double[]... values) {
        int units = 0;
        for (int u = 0; u < values[0].length; u++) {
            int missing = 0;
            for (double[] model : values) {
                missing += Double.isNaN(model[u]) ? 1 : 0;
            }
            units += missing > 0 && missing < values.length ? 1 : 0;
        }
        return units;
    }
}
