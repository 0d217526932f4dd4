package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SchedulesTest {
    // METHOD A.4: 50 epochs of 8,659 steps, as SurgeNetXL was trained.
    private static final long STEPS = 50 * 8659;
    private static final long WARMUP = 10 * 8659;

    @Test
    void surgeNetXlLearningRate() {
        Schedule lr = Schedules.cosine(1.0625e-3, 1e-6, STEPS, WARMUP);

        assertThat(lr.at(0)).isZero();
        assertThat(lr.at(86589)).isCloseTo(1.0625e-3, within(1e-15));
        assertThat(lr.at(86590)).isCloseTo(1.0625e-3, within(1e-15));
        assertThat(lr.at(STEPS - 1)).isCloseTo(1.0000000218e-6, within(1e-15));
    }

    @Test
    void middleOfTheOthers() {
        assertThat(Schedules.cosine(0.04, 0.4, STEPS).at(STEPS / 2)).isCloseTo(.22, within(1e-9));
        assertThat(Schedules.cosine(0.996, 1, STEPS).at(STEPS / 2)).isCloseTo(.998, within(1e-9));
    }

    @Test
    void teacherTemperatureIsPerEpoch() {
        Schedule temperature = Schedules.perEpochWarmup(0.04, 0.07, 4, 10);

        assertThat(temperature.at(0)).isEqualTo(0.04);
        assertThat(temperature.at(9)).isEqualTo(0.04);
        assertThat(temperature.at(10)).isCloseTo(0.05, within(1e-12));
        assertThat(temperature.at(39)).isCloseTo(0.07, within(1e-12));
        assertThat(temperature.at(40)).isEqualTo(0.07);
        assertThat(Schedules.perEpochWarmup(0.04, 0.07, 0, 10).at(0)).isEqualTo(0.07);
        assertThat(Schedules.perEpochWarmup(0.04, 0.07, 1, 10).at(5)).isEqualTo(0.04);
    }

    @Property
    void staysBetweenItsEnds(
            @ForAll @IntRange(min = 1, max = 200) int steps,
            @ForAll @IntRange(max = 200) int warmup) {
        Schedule lr = Schedules.cosine(1e-3, 1e-6, steps, Math.min(warmup, steps));

        for (int i = 0; i < steps; i++) {
            assertThat(lr.at(i)).isBetween(0.0, 1e-3);
        }
    }

    @Test
    void refusesStepsOutsideTheTraining() {
        Schedule lr = Schedules.cosine(1, 0, 5, 2);

        assertThatThrownBy(() -> lr.at(5)).hasMessageContaining("step 5 of 5");
        assertThatThrownBy(() -> Schedules.cosine(1, 0, 5, 6)).hasMessageContaining("warmup (6)");
    }
}
