package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectionTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "brier",
                "hd95",
                "HD95",
                "hd95_mm",
                "HD95 (mm)",
                "inference_ms",
                "assd",
                "ece",
                "latency_ms",
                "fnr"
            })
    void lower(String metric) {
        assertThat(Direction.known(metric)).contains(Direction.LOWER);
    }

    /** All that 'evaluate' writes, and others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dice",
                "iou",
                "accuracy",
                "macro_f1",
                "macro_precision",
                "macro_recall",
                "macro_jaccard",
                "f1",
                "precision",
                "recall",
                "jaccard",
                "ap",
                "map",
                "balanced_accuracy",
                "F1@10",
                "NSD"
            })
    void higher(String metric) {
        assertThat(Direction.known(metric)).contains(Direction.HIGHER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dyce", "hd95_score", "our_score", ""})
    void unknown(String metric) {
        assertThat(Direction.known(metric)).isEmpty();
    }
}
