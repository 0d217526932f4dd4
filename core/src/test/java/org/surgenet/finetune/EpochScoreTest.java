package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.surgenet.common.Json;
import org.surgenet.train.TrainState;

class EpochScoreTest {
    private static boolean better(double score, double loss, double earlier, double earlierLoss) {
        return new EpochScore(score, loss).isBetterThan(new EpochScore(earlier, earlierLoss));
    }

    @Test
    void theHigherScoreWinsWhateverTheLoss() {
        assertThat(better(0.8, 9, 0.7, 1)).isTrue();
        assertThat(better(0.7, 1, 0.8, 9)).isFalse();
    }

    @Test
    void amongEqualScoresTheLowerLossWins() {
        assertThat(better(0.7, 1, 0.7, 2)).isTrue();
        assertThat(better(0.7, 2, 0.7, 1)).isFalse();
    }

    @Test
    void amongEqualsInBothTheEarlierEpochStays() {
        assertThat(better(0.7, 1, 0.7, 1)).isFalse();
    }

    @Test
    void anUndefinedScoreLosesToADefinedOne() {
        assertThat(better(Double.NaN, 1, 0, 2)).isFalse();
        assertThat(better(0, 2, Double.NaN, 1)).isTrue();
        assertThat(better(Double.NaN, 1, Double.NaN, 2)).isTrue();
        assertThat(better(Double.NaN, 2, Double.NaN, 1)).isFalse();
    }

    @Test
    void theStateGivesTheBestSoFar() {
        TrainState state = TrainState.begin(0, "", Json.object());
        assertThat(state.best()).isEmpty();
        state.best(new TrainState.Best(3, "dice", 0.5, 2));
        assertThat(bestOf(state)).isEqualTo(new EpochScore(0.5, 2));
        state.best(new TrainState.Best(3, "dice", Double.NaN, 2));
        assertThat(bestOf(state)).isEqualTo(new EpochScore(Double.NaN, 2));
    }

    /** As a resumed run reads it. */
    private static EpochScore bestOf(TrainState state) {
        return EpochScore.of(TrainState.of(state.toJson(4)).best().orElseThrow());
    }
}
