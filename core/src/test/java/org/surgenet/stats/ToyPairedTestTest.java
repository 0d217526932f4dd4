package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.surgenet.metrics.Direction;
import org.surgenet.metrics.ScoreRow;

/** A test of paired differences that is one class: the sign test. */
class ToyPairedTestTest {
    private static final class Sign implements PairedTest {
        @Override
        public String id() {
            return "sign";
        }

        @Override
        public String name() {
            return "sign";
        }

        @Override
        public String description(Settings settings) {
            return "sign test";
        }

        @Override
        public String question() {
            return "The sign test asks which model is better more often.";
        }

        @Override
        public Result test(double[] differences, Settings settings) {
            long better = Arrays.stream(differences).filter(d -> d > 0).count();
            int n = differences.length;
            double p = 0;
            double ways = 1;
            for (int k = 0; k <= n; k++) {
                p += Math.abs(2 * k - n) >= Math.abs(2 * better - n) ? ways : 0;
                ways = ways * (n - k) / (k + 1);
            }
            return new Result(p / Math.pow(2, n), true, better);
        }

        @Override
        public double least(double[] differences, Settings settings) {
            return Math.pow(2, 1 - differences.length);
        }
    }

    @Test
    void isTakenForEveryDifference() {
        ScoreTable table =
                new ScoreTable(
                        "seg",
                        "data",
                        "dice",
                        ScoreRow.ALL,
                        Direction.HIGHER,
                        List.of("a", "b"),
                        List.of("1", "2", "3", "4", "5"),
                        new double[][] {{.5, .6, .7, .8, .9}, {.4, .5, .6, .7, .95}},
                        new int[] {1, 1},
                        List.of());
        Sign sign = new Sign();
        Settings settings = Settings.builder().resamples(100).test(sign).build();

        Comparison.Difference difference =
                new MeanEstimator(
                                table,
                                new ClusterBootstrap(5, 100, 0),
                                settings,
                                List.of(PairedTests.PERMUTATION, sign))
                        .difference(0, 1);

        assertThat(difference.tests()).containsOnlyKeys("permutation", "sign");
        // Four of five: (1 + 5) · 2 / 32.
        assertThat(difference.pValue()).isCloseTo(0.375, within(1e-12));
        assertThat(difference.pLeast()).isCloseTo(0.0625, within(1e-12));
    }
}
