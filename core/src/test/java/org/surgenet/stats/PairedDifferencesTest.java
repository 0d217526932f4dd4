package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairedDifferencesTest {
    @Test
    void decimalsThatAreEqualOnPaperAreTied() {
        double[] a = {.5, .825, .375, .5, .62};
        double[] b = {.525, .775, .325, .55, .57};

        double[] d = PairedDifferences.of(a, b);

        assertThat(d[0]).isEqualTo(.5 - .525);
        assertThat(d[1]).isEqualTo(d[2]).isEqualTo(-d[3]).isEqualTo(d[4]);
    }

    @Test
    void averagedDecimalsAreZero() {
        double[] mean = {(.1 + .2) / 2, (.2 + .3) / 2, (.6 + .9) / 2, Double.NaN};

        assertThat(PairedDifferences.of(mean, new double[] {.15, .25, .75, 1}))
                .containsExactly(0, 0, 0, Double.NaN);
    }

    /** The tolerance grows with a unit's own scores: a huge value on one says nothing of others. */
    @Test
    void whatDiffersStaysDifferent() {
        double[] zero = new double[3];

        assertThat(PairedDifferences.of(new double[] {1e-9, 2e-9, 1}, zero))
                .containsExactly(1e-9, 2e-9, 1);
        assertThat(PairedDifferences.of(new double[] {1e-9, 2e-9, 1e11}, zero))
                .containsExactly(1e-9, 2e-9, 1e11);
        assertThat(PairedDifferences.of(new double[] {5, 6, 1e11}, new double[] {8, 8.5, 1e11}))
                .containsExactly(-3, -2.5, 0);
        assertThat(PairedDifferences.of(new double[] {1e3 + 1e-8}, new double[] {1e3}))
                .containsExactly(0);
    }
}
