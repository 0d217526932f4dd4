package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private static Spread spread(int columns, float... values) {
        try (NDManager manager = NDManager.newBaseManager()) {
            return Spread.of(manager.create(values, new Shape(values.length / columns, columns)));
        }
    }

    @Test
    void equalDirectionsHaveNoSpread() {
        assertThat(spread(2, 3, 4, 6, 8)).isEqualTo(new Spread(0, 0));
    }

    @Test
    void oppositesLieOnALine() {
        Spread line = spread(3, 1, 0, 0, -5, 0, 0);

        assertThat(line.rank()).isCloseTo(1, within(1e-6));
        // The first element is +1 or -1, the others stay 0: 1/3 times the root of 3.
        assertThat(line.std()).isCloseTo(1 / Math.sqrt(3), within(1e-6));
    }

    @Test
    void theRankCountsDimensionsByTheirVariance() {
        Spread plane = spread(3, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0);

        assertThat(plane.rank()).isCloseTo(2, within(1e-6));

        // Variances 4/6 and 2/6: 1 / (4/9 + 1/9).
        Spread uneven = spread(2, 1, 0, -1, 0, 1, 0, -1, 0, 0, 1, 0, -1);

        assertThat(uneven.rank()).isCloseTo(1.8, within(1e-6));
    }
}
