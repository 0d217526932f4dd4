package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HolmTest {
    @Test
    void missingOnesAreNoMembersOfTheFamily() {
        assertThat(Holm.adjust(0.01, Double.NaN, 0.03)).containsExactly(0.02, Double.NaN, 0.03);
        assertThat(Holm.adjust()).isEmpty();
    }

    @Test
    void refusesWhatIsNoProbability() {
        assertThatThrownBy(() -> Holm.adjust(0.1, 1.5)).hasMessageContaining("1.5");
    }

    @Property(tries = 200)
    void keepsTheOrderAndLiesBetweenRawAndBonferroni(
            @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> values) {
        double[] p = values.stream().mapToDouble(v -> v).toArray();
        double[] adjusted = Holm.adjust(p);

        for (int i = 0; i < p.length; i++) {
            assertThat(adjusted[i]).isBetween(p[i], Math.min(1, p[i] * p.length) + 1e-15);
            for (int j = 0; j < p.length; j++) {
                if (p[i] < p[j]) {
                    assertThat(adjusted[i]).isLessThanOrEqualTo(adjusted[j]);
                }
            }
        }
        double least = Arrays.stream(p).min().orElseThrow();
        assertThat(Arrays.stream(adjusted).min().orElseThrow())
                .isCloseTo(Math.min(1, least * p.length), within(1e-12));
    }
}
