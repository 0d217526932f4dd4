package org.surgenet.probe;

import java.util.Arrays;
import java.util.List;

/**
 * Features with what they should say.
 *
 * @param features (N, D)
 * @param targets (N, C): for phases 1 for the right class and else 0, for criteria the raters' mean
 */
record Examples(List<float[]> features, List<double[]> targets) {
    int size() {
        return features.size();
    }

    /** Whether no example can be told from another, as after a collapsed pretraining. */
    boolean haveEqualFeatures() {
        return features.stream().allMatch(f -> Arrays.equals(f, features.get(0)));
    }
}
