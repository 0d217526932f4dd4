package org.surgenet.pretrain.dino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final double CEILING = Math.log(512);

    private static List<String> watch(double loss, double entropy, double waited, int steps) {
        Watch watch = new Watch(512, 1000, 10, true);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            words.addAll(
                    watch.see(
                            i,
                            0,
                            new Dino.Outcome(loss, 0, 1, entropy, new Spread(1, 8), 1),
                            waited,
                            1.0));
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

    /** Warnings of a run whose effective rank goes from 6.5 to another value over 100 steps. */
    private static List<String> rankGoes(double to, int steps) {
        Watch watch = new Watch(256, steps, 10, true);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < steps; i++) {
            double rank = 6.5 + (to - 6.5) * Math.min(1, i / 100.0);
            words.addAll(
                    watch.see(
                            i, 0, new Dino.Outcome(4.7, 0, 1, 3, new Spread(1, rank), 1), 0, 1.0));
        }
        return words;
    }

    @Test
    void featuresThatLoseDimensionsAreNamed() {
        assertThat(rankGoes(2.1, 288))
                .singleElement()
                .asString()
                .contains("lose dimensions", "6.4 at first", "koleo");
        assertThat(rankGoes(5.6, 288)).isEmpty();
        assertThat(rankGoes(25, 288)).isEmpty();
    }

    @Test
    void aShortRunIsJudgedToo() {
        Watch watch = new Watch(512, 100, 10, true);
        List<String> words = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            words.addAll(
                    watch.see(i, 0, new Dino.Outcome(4, 0, 1, 0, new Spread(1, 8), 1), 0, 1.0));
        }

        assertThat(words).singleElement().asString().contains("single peak");
    }

    @Test
    void waitingForDataIsNamed() {
        assertThat(watch(4, 3, 0.5, 150))
                .singleElement()
                .asString()
                .contains("50 %", "raise workers");
    }
}
