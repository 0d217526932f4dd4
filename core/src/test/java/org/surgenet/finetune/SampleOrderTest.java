package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.surgenet.task.Occurrences;

class SampleOrderTest {
    @Test
    void aShuffledEpochHasEachSampleOnceAndAnotherOrderEachTime() {
        SampleOrder order = SampleOrder.shuffled(3, 50);
        assertThat(order.of(0)).doesNotHaveDuplicates().hasSize(50);
        assertThat(order.of(0)).isEqualTo(SampleOrder.shuffled(3, 50).of(0));
        assertThat(order.of(1)).isNotEqualTo(order.of(0));
        assertThat(SampleOrder.shuffled(4, 50).of(0)).isNotEqualTo(order.of(0));
    }

    @Test
    void drawsFollowTheChances() {
        SampleOrder order = SampleOrder.weighted(7, new double[] {0, 1, 3, 0});
        int[] drawn = new int[4];
        for (int epoch = 0; epoch < 5000; epoch++) {
            for (int sample : order.of(epoch)) {
                drawn[sample]++;
            }
        }
        assertThat(drawn[0]).isZero();
        assertThat(drawn[3]).isZero();
        // 20,000 draws: the standard deviation of the fraction is 0.003.
        assertThat(drawn[2] / 20000.0).isCloseTo(0.75, within(0.015));
    }

    /** Three samples of class 0, one of class 1, one of neither, one that cannot be read. */
    @Test
    void aSamplesChanceIsThatOfItsRarestClass() {
        Occurrences occurrences =
                new Occurrences(2, new long[][] {{5, 0}, {2, 0}, {1, 9}, {0, 0}, null});
        assertThat(occurrences.samplesWith()).containsExactly(3, 1);
        assertThat(occurrences.totals()).containsExactly(8, 9);
        assertThat(occurrences.balancedChances()).containsExactly(1.0 / 3, 1.0 / 3, 1, 1, 0);
        assertThat(occurrences.balancedWeights()).containsExactly(17 / 16.0, 17 / 18.0);
    }
}
