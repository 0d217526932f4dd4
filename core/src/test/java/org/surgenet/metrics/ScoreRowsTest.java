package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreRowsTest {
    private final ScoreRows rows = new ScoreRows("m", "d");

    @Test
    void segmentation() {
        SegmentationScores scores = new SegmentationScores(3, 255);
        scores.add("p", "i", new int[] {0, 1}, new int[] {0, 1});

        assertThat(rows.segmentation(scores.perPatient(), List.of("background", "liver", "fat")))
                .contains(
                        new ScoreRow("m", "seg", "d", "p", "dice", "all", 1, 1),
                        new ScoreRow("m", "seg", "d", "p", "dice", "background", 1, 1),
                        new ScoreRow("m", "seg", "d", "p", "iou", "liver", 1, 1),
                        new ScoreRow("m", "seg", "d", "p", "dice", "fat", Double.NaN, 1))
                .hasSize(8);
        assertThatThrownBy(() -> rows.segmentation(scores.perPatient(), List.of("a")))
                .hasMessage("3 values of dice but 1 names");
    }

    @Test
    void phases() {
        PhaseScores scores = new PhaseScores(2);
        scores.add("v", new int[] {0, 0}, new int[] {0, 1});

        assertThat(rows.phases(scores.videos(), List.of("a", "b"), false))
                .contains(
                        new ScoreRow("m", "phase", "d", "v", "accuracy", "all", .5, 2),
                        new ScoreRow("m", "phase", "d", "v", "recall", "a", .5, 2),
                        new ScoreRow("m", "phase", "d", "v", "f1", "b", Double.NaN, 2))
                .noneMatch(row -> row.metric().equals("relaxed_accuracy"));
        assertThat(rows.phases(scores.videos(), List.of("a", "b"), true))
                .contains(new ScoreRow("m", "phase", "d", "v", "relaxed_accuracy", "all", .5, 2));
    }

    @Test
    void criteria() {
        CriteriaScores scores = new CriteriaScores(2, 0.5);
        scores.add("v", new boolean[] {true, true}, new double[] {.9, .8});
        scores.add("v", new boolean[] {false, true}, new double[] {.2, .4});
        scores.add("w", new boolean[] {false, false}, new double[] {.1, .3});

        List<ScoreRow> written = rows.criteria(scores.perVideo(), List.of("c1", "c2"));

        assertThat(written)
                .contains(
                        new ScoreRow("m", "cvs", "d", "v", "map", "all", 1, 2),
                        new ScoreRow("m", "cvs", "d", "v", "balanced_accuracy", "c1", 1, 2),
                        // Criterion 2 is met in every frame of the video.
                        new ScoreRow(
                                "m", "cvs", "d", "v", "balanced_accuracy", "c2", Double.NaN, 2),
                        new ScoreRow(
                                "m",
                                "cvs",
                                "d",
                                "v",
                                "all_criteria_balanced_accuracy",
                                "all",
                                1,
                                2),
                        new ScoreRow("m", "cvs", "d", "w", "map", "all", Double.NaN, 1))
                .filteredOn(row -> row.unit().equals("w"))
                .hasSize(13);
        assertThat(scores.pooled().frames()).isEqualTo(3);
        // Criterion 2 over all frames: one of two positives reaches 0.5, the negative does not.
        assertThat(scores.pooled().criteria().get(1).balancedAccuracy()).isEqualTo(.75);
        assertThatThrownBy(() -> scores.add("v", new boolean[1], new double[2]))
                .hasMessageContaining("1 targets and 2 probabilities for 2 criteria");
    }
}
