package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final double CEILING = Math.log(512);

    private static List<String> watch(double loss, double entropy, double waited, int steps) {
        Watch watch = new Watch(512, 10, true);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            words.addAll(watch.see(i, 0, new Dino.Outcome(loss, 1, entropy, 1, 1), waited, 1.0));
        }
        return words;
    }

    @Test
    void aHealthyRunIsLeftAlone() {
        assertThat(watch(4, 3, 0.01, 300)).isEmpty();
    }

    @Test
    void collapseIsNamedOnceWithItsKnobs() {
        List<String> words = watch(CEILING, 3, 0, 300);

        assertThat(words).hasSize(1);
        assertThat(words.get(0)).contains("ln(out_dim) = 6.238", "Lower lr", "and teacher-temp");
        // At the start the loss is there by nature.
        assertThat(watch(CEILING, 3, 0, 100)).isEmpty();
    }

    @Test
    void bothEndsOfTheEntropyAreNamed() {
        assertThat(watch(4, CEILING, 0, 300)).singleElement().asString().contains("uniform");
        assertThat(watch(4, 0, 0, 300)).singleElement().asString().contains("single peak");
    }

    @Test
    void waitingForDataIsNamed() {
        assertThat(watch(4, 3, 0.5, 150))
                .singleElement()
                .asString()
                .contains("50 %", "raise workers");
    }
}
