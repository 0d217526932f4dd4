package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.surgenet.common.CounterRandom;
import org.surgenet.nn.Precision;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.train.NotFiniteException;

/** What a step leaves behind. */
class DinoMemoryTest {
    private static final Dino.Rates RATES = new Dino.Rates(1e-4, 0.04, 0.99, 0.04, false);

    private record Noise(int images, float scale) implements Dino.Views {
        @Override
        public NDArray globals(NDManager manager) {
            return manager.randomNormal(new Shape(2L * images, 3, 32, 32)).mul(scale);
        }

        @Override
        public NDArray locals(NDManager manager) {
            return manager.randomNormal(new Shape(2L * images, 3, 32, 32)).mul(scale);
        }
    }

    private static Dino dino(NDManager manager) {
        return new Dino(
                manager,
                () -> Backbones.create("caformer_test"),
                new Dino.Settings(64, false, 0.1, 0.9, 0.1, 3, Precision.FP32),
                1);
    }

    /** Arrays of this manager and of the engine's own, where a lost one would end up. */
    private static int live(NDManager manager) {
        return manager.getManagedArrays().size()
                + manager.getParentManager().getManagedArrays().size();
    }

    @Test
    void liveArraysAreFlatOverAHundredSteps() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Dino dino = dino(manager);
            List<Dino.Views> parts = List.of(new Noise(2, 1), new Noise(2, 1));
            dino.step(parts, 2, RATES, CounterRandom.of(0));
            int before = live(manager);

            for (int i = 0; i < 100; i++) {
                dino.step(parts, 2, RATES, CounterRandom.of(i));
            }

            assertThat(before).isPositive();
            assertThat(live(manager)).isEqualTo(before);
        }
    }

    @Test
    void aStepThatIsNotFiniteChangesNothing() {
        try (NDManager manager = NDManager.newBaseManager()) {
            Dino dino = dino(manager);
            dino.step(List.of(new Noise(2, 1)), 1, RATES, CounterRandom.of(0));
            float[] before =
                    dino.student().parameters().get("head.mlp.0.bias").array().toFloatArray();
            int live = live(manager);

            assertThatThrownBy(
                            () ->
                                    dino.step(
                                            List.of(new Noise(2, Float.NaN)),
                                            1,
                                            RATES,
                                            CounterRandom.of(1)))
                    .isInstanceOf(NotFiniteException.class)
                    .hasMessage("the loss is NaN");

            assertThat(dino.student().parameters().get("head.mlp.0.bias").array().toFloatArray())
                    .isEqualTo(before);
            assertThat(live(manager)).isEqualTo(live);
            // And the next good batch goes through.
            dino.step(List.of(new Noise(2, 1)), 1, RATES, CounterRandom.of(2));
        }
    }
}
