package org.surgenet.finetune;

import java.io.IOException;
import java.nio.file.Path;
import org.surgenet.common.Hashes;

/**
 * Scores that are taken only where asked for.
 *
 * @param relaxed frames around each change of phase where either phase is right; 0 for none
 * @param surfaceTolerance of the surface Dice in pixels, beside which the distances of outlines are
 *     measured; NaN for none of them
 * @param thresholds the {@code probabilities.csv} of the validation part, on which thresholds of
 *     criteria are fitted; null for none
 */
public record EvaluationExtras(int relaxed, double surfaceTolerance, Path thresholds) {
    /** None of them. */
    public static final EvaluationExtras NONE = new EvaluationExtras(0, Double.NaN, null);

    /** For the record, with the content of the file. */
    String recorded() throws IOException {
        return "relaxed "
                + relaxed
                + ", surface tolerance "
                + surfaceTolerance
                + ", thresholds "
                + (thresholds == null ? "none" : Hashes.sha256(thresholds));
    }
}
