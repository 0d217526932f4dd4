package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WilcoxonSignedRankTest {
    /** scipy 1.17.1. */
    @Test
    void exact() {
        double[] d = {1.1, -.4, 2.3, 3.7, -1.9, .8, 5.2, 4.1};
        WilcoxonSignedRank test = WilcoxonSignedRank.withDefaults();

        assertThat(test.test(d).statistic()).isEqualTo(5);
        assertThat(test.test(d).pValue()).isCloseTo(.078125, within(1e-12));
        assertThat(test.with(Alternative.GREATER).test(d).pValue())
                .isCloseTo(.0390625, within(1e-12));
        assertThat(test.with(Alternative.LESS).test(d).pValue())
                .isCloseTo(.97265625, within(1e-12));
    }

    /** scipy 1.17.1, method asymptotic, no continuity correction. */
    @Test
    void zeroMethods() {
        double[] d = {.03, -.01, .06, .04, -.01, .03, .06, .02, 0, .06};
        WilcoxonSignedRank test =
                WilcoxonSignedRank.withDefaults().with(WilcoxonSignedRank.Method.APPROXIMATE);

        assertThat(test.test(d).pValue()).isCloseTo(.020210535712797628, within(1e-12));
        assertThat(test.with(ZeroMethod.PRATT).test(d).pValue())
                .isCloseTo(.024184325397654284, within(1e-12));
        assertThat(test.with(ZeroMethod.ZSPLIT).test(d).pValue())
                .isCloseTo(.024370603757179417, within(1e-12));
        assertThat(test.with(ZeroMethod.ZSPLIT).test(d).statistic()).isEqualTo(5.5);
    }

    @Test
    void nothingButZerosIsNoEvidence() {
        for (ZeroMethod zeros : ZeroMethod.values()) {
            WilcoxonSignedRank test = WilcoxonSignedRank.withDefaults().with(zeros);

            assertThat(test.test(new double[4]).pValue()).isEqualTo(1);
            assertThat(test.test(new double[0]).pValue()).isEqualTo(1);
        }
        assertThat(WilcoxonSignedRank.rankBiserial(new double[4])).isZero();
    }

    /** All differences equal: nothing below the two extreme ones of 2ⁿ signings is possible. */
    @Test
    void equalDifferencesReachTheSmallestAttainableAndNoLess() {
        double[] expected = {1, .5, .25, .125, .0625};
        for (ZeroMethod zeros : ZeroMethod.values()) {
            WilcoxonSignedRank test = WilcoxonSignedRank.withDefaults().with(zeros);
            for (int n = 1; n <= 5; n++) {
                double[] d = new double[n];
                Arrays.fill(d, .25);

                assertThat(test.test(d).pValue()).as("n = %d", n).isEqualTo(expected[n - 1]);
                assertThat(test.test(d).exact()).isTrue();
                assertThat(test.with(Alternative.GREATER).test(d).pValue())
                        .isEqualTo(Math.scalb(1.0, -n));
                assertThat(test.with(Alternative.LESS).test(d).pValue()).isEqualTo(1);
            }
        }
    }

    /**
     * By hand: sizes 0 0 1 2 2, the 1 negative. Dropped zeros leave ranks 1 2.5 2.5, ranked ones 3
     * 4.5 4.5; of 8 signings 2 have a negative sum of at most the smallest rank.
     */
    @Test
    void zerosLeaveTheSignsOfTheOthers() {
        double[] d = {0, -1, 2, 0, 2};
        for (ZeroMethod zeros : ZeroMethod.values()) {
            WilcoxonSignedRank test = WilcoxonSignedRank.withDefaults().with(zeros);

            assertThat(test.test(d).pValue()).isEqualTo(.5);
            assertThat(test.with(Alternative.GREATER).test(d).pValue()).isEqualTo(.25);
        }
    }

    @Test
    void aboveFiftyTheNormalApproximationHolds() {
        double[] d = new double[51];
        Arrays.fill(d, 1);

        assertThat(WilcoxonSignedRank.withDefaults().test(d).exact()).isFalse();
        assertThat(WilcoxonSignedRank.withDefaults().test(Arrays.copyOf(d, 50)).exact()).isTrue();
    }

    @Test
    void exactIsRefusedWhereItDoesNotHold() {
        WilcoxonSignedRank exact =
                WilcoxonSignedRank.withDefaults().with(WilcoxonSignedRank.Method.EXACT);

        assertThatThrownBy(() -> exact.test(new double[1001]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(1001)");
        assertThatThrownBy(() -> exact.test(new double[] {Double.NaN}))
                .hasMessageContaining("not finite");
    }

    /** Against all signings, one by one, which needs no ranks' distribution. */
    @Property(tries = 200)
    void exactIsTheShareOfSignings(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(min = -3, max = 3) Integer> values,
            @ForAll ZeroMethod zeros) {
        double[] d = values.stream().mapToDouble(v -> v).toArray();
        WilcoxonSignedRank test =
                WilcoxonSignedRank.withDefaults().with(zeros).with(Alternative.GREATER);
        double observed = test.test(d).statistic();
        int above = 0;
        for (int signs = 0; signs < 1 << d.length; signs++) {
            double[] signed = d.clone();
            for (int i = 0; i < d.length; i++) {
                signed[i] *= (signs >> i & 1) == 0 ? 1 : -1;
            }
            above += test.test(signed).statistic() >= observed - 1e-9 ? 1 : 0;
        }

        assertThat(test.test(d).pValue())
                .isCloseTo(above / Math.scalb(1.0, d.length), within(1e-12));
    }

    /** By hand: ranks 1 to 4, of which 2 and 3 are tied and 1 is negative: (9 − 1) / 10. */
    @Test
    void rankBiserial() {
        assertThat(WilcoxonSignedRank.rankBiserial(new double[] {-1, 2, 2, 5, 0}))
                .isCloseTo(0.8, within(1e-12));
    }

    @Property(tries = 200)
    void signsTurnTheAlternative(
            @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = -1, max = 1) Double> values) {
        double[] d = values.stream().mapToDouble(v -> v).toArray();
        double[] turned = Arrays.stream(d).map(v -> -v).toArray();
        WilcoxonSignedRank test = WilcoxonSignedRank.withDefaults();

        double p = test.test(d).pValue();
        assertThat(p).isBetween(0.0, 1.0);
        assertThat(test.test(turned).pValue()).isCloseTo(p, within(1e-12));
        assertThat(test.with(Alternative.LESS).test(turned).pValue())
                .isCloseTo(test.with(Alternative.GREATER).test(d).pValue(), within(1e-12));
        assertThat(WilcoxonSignedRank.rankBiserial(turned))
                .isCloseTo(-WilcoxonSignedRank.rankBiserial(d), within(1e-12));
    }
}
