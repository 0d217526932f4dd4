package org.surgenet.metrics;

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

class MultilabelScoresTest {
    private static final boolean[] TARGET = {true, false, true, false, false};

    @Test
    void raters() {
        assertThat(MultilabelScores.majority(1.0 / 3)).isFalse();
        assertThat(MultilabelScores.majority(2.0 / 3)).isTrue();
    }

    @Test
    void equalScoresAreOneStep() {
        // Two of five are positive; a single step has precision 0.4 at recall 1.
        double[] flat = new double[5];

        assertThat(MultilabelScores.averagePrecision(TARGET, flat)).isEqualTo(0.4);
        assertThat(MultilabelScores.rocAuc(TARGET, flat)).isEqualTo(0.5);
    }

    @Test
    void stepSumNotTrapezoid() {
        double[] score = {.9, .8, .7, .1, .2};

        assertThat(MultilabelScores.averagePrecision(TARGET, score))
                .isCloseTo(0.5 * 1 + 0.5 * 2 / 3, within(1e-12));
        assertThat(MultilabelScores.rocAuc(TARGET, score)).isCloseTo(5.0 / 6, within(1e-12));
    }

    @Test
    void thresholdIncludesItself() {
        double[] score = {.5, .5, .4, .1, .2};

        assertThat(MultilabelScores.balancedAccuracy(TARGET, score, 0.5))
                .isCloseTo((0.5 + 2.0 / 3) / 2, within(1e-12));
    }

    @Test
    void fittedThresholdIsTheBest() {
        double[] score = {.3, .25, .3, .1, .2};

        assertThat(MultilabelScores.fitThreshold(TARGET, score)).isEqualTo(0.3);
        assertThat(MultilabelScores.balancedAccuracy(TARGET, score, 0.3)).isEqualTo(1);
    }

    /** 3/10 − 0, 4/10 − 1/10 and 5/10 − 2/10 are equal; as doubles the second is the highest. */
    @Test
    void ofEqualThresholdsTheLowest() {
        boolean[] target = new boolean[20];
        double[] score = new double[20];
        for (int i = 0; i < 20; i++) {
            target[i] = "+++-+-+--------+++++".charAt(i) == '+';
            score[i] = 20 - i;
        }

        assertThat(MultilabelScores.fitThreshold(target, score)).isEqualTo(14);
    }

    @Test
    void oneSidedTargetsHaveNoScores() {
        boolean[] none = new boolean[3];
        double[] score = {.1, .2, .3};

        assertThat(MultilabelScores.averagePrecision(none, score)).isNaN();
        assertThat(MultilabelScores.rocAuc(none, score)).isNaN();
        assertThat(MultilabelScores.balancedAccuracy(none, score, 0.5)).isNaN();
        assertThat(MultilabelScores.fitThreshold(none, score)).isNaN();
        assertThat(MultilabelScores.brier(none, score))
                .isCloseTo((.01 + .04 + .09) / 3, within(1e-12));
        assertThat(MultilabelScores.brier(new boolean[0], new double[0])).isNaN();
    }

    @Test
    void meanSkipsCriteriaWithoutPositives() {
        boolean[][] target = {{true, false}, {false, false}};
        double[][] score = {{.9, .4}, {.1, .3}};

        assertThat(MultilabelScores.meanAveragePrecision(target, score)).isEqualTo(1);
    }

    @Test
    void refusesNan() {
        assertThatThrownBy(
                        () ->
                                MultilabelScores.averagePrecision(
                                        new boolean[1], new double[] {Double.NaN}))
                .hasMessage("a score is NaN");
    }

    @Property(tries = 200)
    void boundsMonotonicityAndOrder(
            @ForAll @Size(20) List<Boolean> target,
            @ForAll @Size(20) List<@DoubleRange(min = 0, max = 1) Double> scores) {
        boolean[] t = new boolean[20];
        boolean[] turned = new boolean[20];
        boolean[] reversed = new boolean[20];
        double[] s = new double[20];
        double[] backwards = new double[20];
        for (int i = 0; i < 20; i++) {
            t[i] = target.get(i);
            turned[i] = !t[i];
            reversed[19 - i] = t[i];
            s[i] = scores.get(i);
            backwards[19 - i] = s[i];
        }
        double ap = MultilabelScores.averagePrecision(t, s);
        double auc = MultilabelScores.rocAuc(t, s);
        if (Double.isNaN(auc)) {
            return;
        }
        assertThat(ap).isBetween(0.0, 1.0 + 1e-12);
        assertThat(auc).isBetween(0.0, 1.0);
        assertThat(MultilabelScores.averagePrecision(reversed, backwards))
                .isCloseTo(ap, within(1e-12));
        assertThat(MultilabelScores.rocAuc(turned, s)).isCloseTo(1 - auc, within(1e-12));
        // Doubling keeps the order, and is exact.
        double[] doubled = Arrays.stream(s).map(v -> 2 * v).toArray();
        assertThat(MultilabelScores.averagePrecision(t, doubled)).isEqualTo(ap);
        double best = MultilabelScores.fitThreshold(t, s);
        double fitted = MultilabelScores.balancedAccuracy(t, s, best);
        for (double threshold : s) {
            assertThat(MultilabelScores.balancedAccuracy(t, s, threshold))
                    .isLessThanOrEqualTo(fitted + 1e-12);
        }
    }
}
