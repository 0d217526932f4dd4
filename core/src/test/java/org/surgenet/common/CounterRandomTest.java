package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
    /**
     * splitmix64's first outputs for the seed 0, as the reference implementation by Vigna
     * (prng.di.unimi.it/splitmix64.c) prints them; a generator without key elements has the key
     * GAMMA, one step of the counter on.
     */
    @Test
    void drawsAreThoseOfSplitmix64() {
        CounterRandom random = CounterRandom.of();
        assertThat(random.nextLong()).isEqualTo(0x6E789E6AA1B965F4L);
        assertThat(random.nextLong()).isEqualTo(0x06C45D188009454FL);
        assertThat(random.nextLong()).isEqualTo(0xF88BB8A8724C81ECL);
    }

    @Test
    void theKeyAloneDecides() {
        CounterRandom first = CounterRandom.of(1, 2, 3);
        long[] drawn = {first.nextLong(), first.nextLong()};

        CounterRandom again = CounterRandom.of(1, 2, 3);
        assertThat(new long[] {again.nextLong(), again.nextLong()}).isEqualTo(drawn);
        Set<Long> others = new HashSet<>();
        others.add(drawn[0]);
        others.add(CounterRandom.of(3, 2, 1).nextLong());
        others.add(CounterRandom.of(1, 2).nextLong());
        others.add(CounterRandom.of(1, 2, 3, 0).nextLong());
        others.add(CounterRandom.of(1, 2, 4).nextLong());
        assertThat(others).hasSize(5);
    }

    @Test
    void aDerivedOneDoesNotDependOnWhatWasDrawn() {
        CounterRandom fresh = CounterRandom.of(7);
        CounterRandom used = CounterRandom.of(7);
        used.nextLong();

        assertThat(used.derive(1).nextLong()).isEqualTo(fresh.derive(1).nextLong());
        assertThat(fresh.derive(2).nextLong()).isNotEqualTo(fresh.derive(1).nextLong());
    }

    @Test
    void intsAreUniformBelowTheirBound() {
        CounterRandom random = CounterRandom.of(5);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) {
            counts[random.nextInt(6)]++;
        }
        // Five standard deviations of a count are 456.
        for (int count : counts) {
            assertThat(count).isBetween(9_500, 10_500);
        }
        assertThat(random.nextInt(1)).isZero();
        assertThatThrownBy(() -> random.nextInt(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void realsStayInTheirRangeAndHaveItsMean() {
        CounterRandom random = CounterRandom.of(6);
        double sum = 0;
        double normal = 0;
        double square = 0;
        int heads = 0;
        for (int i = 0; i < 100_000; i++) {
            double x = random.uniform(2, 5);
            assertThat(x).isGreaterThanOrEqualTo(2).isLessThan(5);
            sum += x;
            double z = random.nextGaussian();
            normal += z;
            square += z * z;
            heads += random.chance(0.3) ? 1 : 0;
        }
        assertThat(sum / 100_000).isCloseTo(3.5, within(0.02));
        assertThat(normal / 100_000).isCloseTo(0, within(0.02));
        assertThat(square / 100_000).isCloseTo(1, within(0.03));
        assertThat(heads).isBetween(29_000, 31_000);
    }

    @Test
    void aPermutationHasEveryNumberOnce() {
        int[] order = CounterRandom.of(8).permutation(100);
        assertThat(order).containsExactlyInAnyOrder(IntStream.range(0, 100).toArray());
        assertThat(order).isNotEqualTo(IntStream.range(0, 100).toArray());
        assertThat(CounterRandom.of(8).permutation(0)).isEmpty();
    }
}
