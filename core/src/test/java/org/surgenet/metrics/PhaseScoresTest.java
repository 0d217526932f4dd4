package org.surgenet.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PhaseScoresTest {
    @Test
    void phasesThatDoNotOccurAreMissing() {
        PhaseScores scores = new PhaseScores(4);
        PhaseScores.Video video = scores.add("v", new int[] {0, 0, 1, 1}, new int[] {0, 2, 0, 0});

        assertThat(video.accuracy()).isEqualTo(0.25);
        // Phase 0: TP 1, FP 2, FN 1. Phase 1 is never predicted. Phase 2 only predicted.
        assertThat(video.f1()[0]).isCloseTo(0.4, within(1e-12));
        assertThat(video.f1()[1]).isZero();
        assertThat(video.precision()[1]).isZero();
        assertThat(video.f1()[2]).isNaN();
        assertThat(video.precision()[2]).isNaN();
        assertThat(video.recall()[3]).isNaN();
        assertThat(video.jaccard()[0]).isEqualTo(0.25);
        assertThat(video.macroF1()).isCloseTo(0.2, within(1e-12));
        assertThat(video.macroRecall()).isEqualTo(0.25);
    }

    @Test
    void videosCountAlikeWhateverTheirLength() {
        PhaseScores scores = new PhaseScores(2);
        scores.add("short", new int[] {0}, new int[] {1});
        scores.add("long", new int[] {0, 0, 1, 1}, new int[] {0, 0, 1, 1});

        assertThat(scores.accuracy()).isEqualTo(0.5);
        assertThat(scores.pooled().accuracy()).isEqualTo(0.8);
        assertThat(scores.macroF1()).isEqualTo(0.5);
        assertThat(scores.macroJaccard()).isEqualTo(0.5);
        assertThat(scores.videos()).hasSize(2);
        assertThat(new PhaseScores(2).accuracy()).isNaN();
    }

    @Test
    void nearAChangeEitherSideIsRight() {
        int[] target = {0, 0, 0, 0, 1, 1, 1, 1};
        int[] late = {0, 0, 0, 0, 0, 0, 0, 1};
        int[] wrong = {0, 0, 0, 2, 2, 1, 1, 1};

        assertThat(new PhaseScores(3, 2).add("v", target, late).relaxedAccuracy())
                .isEqualTo(7.0 / 8);
        assertThat(new PhaseScores(3, 2).add("v", target, wrong).relaxedAccuracy())
                .isEqualTo(6.0 / 8);
        assertThat(new PhaseScores(3, 0).add("v", target, late).relaxedAccuracy())
                .isEqualTo(5.0 / 8);
    }

    @Test
    void refusesWhatDoesNotFit() {
        PhaseScores scores = new PhaseScores(2);

        assertThatThrownBy(() -> scores.add("v", new int[0], new int[0]))
                .hasMessage("v: has no frames to score");
        assertThatThrownBy(() -> scores.add("v", new int[] {2}, new int[] {0}))
                .hasMessage("target 2 is outside 0 .. 1");
    }

    @Property(tries = 100)
    void boundsAndOrder(
            @ForAll @Size(25) List<@IntRange(min = 0, max = 4) Integer> target,
            @ForAll @Size(25) List<@IntRange(min = 0, max = 4) Integer> prediction) {
        int[] t = target.stream().mapToInt(v -> v).toArray();
        int[] p = prediction.stream().mapToInt(v -> v).toArray();
        PhaseScores.Video video = new PhaseScores(5, 3).add("v", t, p);
        PhaseScores.Video perfect = new PhaseScores(5).add("v", t, t);

        assertThat(video.macroF1()).isBetween(0.0, 1.0);
        assertThat(video.macroJaccard()).isLessThanOrEqualTo(video.macroF1());
        assertThat(video.relaxedAccuracy()).isBetween(video.accuracy(), 1.0);
        assertThat(perfect.macroF1()).isEqualTo(1);
        assertThat(perfect.accuracy()).isEqualTo(1);
    }
}
