package org.surgenet.temporal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.surgenet.metrics.Timing;

class ModeFilterTest {
    private static final int[] PREDICTIONS = {0, 0, 1, 0, 2, 2, 2, 1, 2, 2};

    /** By hand: the mode of the frame and the two before it; the own one among equals. */
    @Test
    void onlineTheWindowLiesInThePast() {
        assertThat(ModeFilter.apply(PREDICTIONS, 3, 3, Timing.ONLINE))
                .containsExactly(0, 0, 0, 0, 2, 2, 2, 2, 2, 2);
    }

    /** By hand: the mode of the frame and one on each side. */
    @Test
    void offlineTheFrameIsInTheMiddle() {
        assertThat(ModeFilter.apply(PREDICTIONS, 3, 3, Timing.OFFLINE))
                .containsExactly(0, 0, 0, 0, 2, 2, 2, 2, 2, 2);
        assertThat(ModeFilter.apply(new int[] {0, 1, 1, 0, 0}, 2, 3, Timing.OFFLINE))
                .containsExactly(0, 1, 1, 0, 0);
        assertThat(ModeFilter.apply(new int[] {0, 1, 1, 0, 0}, 2, 3, Timing.ONLINE))
                .containsExactly(0, 1, 1, 1, 0);
    }

    @Test
    void aWindowOfOneChangesNothing() {
        for (Timing timing : Timing.values()) {
            assertThat(ModeFilter.apply(PREDICTIONS, 3, 1, timing)).isEqualTo(PREDICTIONS);
        }
    }

    @Test
    void onlineTheFutureChangesNothing() {
        int[] other = PREDICTIONS.clone();
        other[7] = 0;
        other[8] = 0;
        other[9] = 0;

        int[] before = ModeFilter.apply(PREDICTIONS, 3, 5, Timing.ONLINE);
        int[] after = ModeFilter.apply(other, 3, 5, Timing.ONLINE);

        assertThat(java.util.Arrays.copyOf(after, 7)).isEqualTo(java.util.Arrays.copyOf(before, 7));
        assertThat(ModeFilter.apply(other, 3, 7, Timing.OFFLINE)[6])
                .isNotEqualTo(ModeFilter.apply(PREDICTIONS, 3, 7, Timing.OFFLINE)[6]);
    }

    @Test
    void medianWeightsAreTeCnos() {
        assertThat(SequenceWeights.MEDIAN.of(10, 40, 20, 0)).containsExactly(2, 0.5, 1, 1);
        assertThat(SequenceWeights.MEDIAN.of(10, 30)).containsExactly(2, 20 / 30.0);
        assertThat(SequenceWeights.NONE.of(10, 30)).isNull();
    }
}
