package org.surgenet.probe;

import java.util.List;

/** A way to tell targets from frozen features, under several settings of which one is chosen. */
interface Classifier {
    /** What the settings are settings of, such as "k". */
    String setting();

    /** The settings, such as 10, 20, 100 and 200, in the order in which ties are resolved. */
    List<Double> settings();

    /** Usual settings that these examples do not allow. */
    default List<Double> leftOut() {
        return List.of();
    }

    /**
     * Probabilities under every setting.
     *
     * @param queries (N, D)
     * @return settings × N × C
     */
    double[][][] predict(List<float[]> queries);
}
