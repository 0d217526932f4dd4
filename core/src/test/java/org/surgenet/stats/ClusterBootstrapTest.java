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

class ClusterBootstrapTest {
    @Test
    void drawsAreTheSameForEveryModel() {
        ClusterBootstrap bootstrap = new ClusterBootstrap(7, 100, 3);
        double[] a = {.1, .9, .4, .3, .8, .2, .5};
        double[] shifted = Arrays.stream(a).map(v -> v + 0.25).toArray();

        double[] of = bootstrap.means(a);
        double[] ofShifted = bootstrap.means(shifted);

        for (int b = 0; b < of.length; b++) {
            assertThat(ofShifted[b] - of[b]).isCloseTo(0.25, within(1e-12));
        }
        assertThat(Arrays.stream(of).distinct().count()).isGreaterThan(20);
    }

    @Test
    void seedDecides() {
        double[] a = {.1, .9, .4, .3, .8, .2, .5};

        assertThat(new ClusterBootstrap(7, 50, 3).means(a))
                .isEqualTo(new ClusterBootstrap(7, 50, 3).means(a))
                .isNotEqualTo(new ClusterBootstrap(7, 50, 4).means(a));
    }

    @Test
    void missingValuesAreSkipped() {
        ClusterBootstrap bootstrap = new ClusterBootstrap(3, 1000, 0);

        double[] means = bootstrap.means(new double[] {2, Double.NaN, 2});
        // A resample of the missing unit alone, 1 in 27, has no mean.
        assertThat(Arrays.stream(means).filter(Double::isNaN).count()).isBetween(10L, 80L);
        assertThat(Arrays.stream(means).filter(v -> !Double.isNaN(v)).distinct().toArray())
                .containsExactly(2);
        Interval interval =
                bootstrap.interval(
                        new double[] {2, Double.NaN, 2}, ClusterBootstrap.Kind.BCA, 0.95);
        assertThat(interval).isEqualTo(new Interval(2, 2));
    }

    @Test
    void oneValueHasNoInterval() {
        Interval interval =
                new ClusterBootstrap(2, 10, 0)
                        .interval(
                                new double[] {1, Double.NaN},
                                ClusterBootstrap.Kind.PERCENTILE,
                                0.95);

        assertThat(interval.low()).isNaN();
        assertThat(interval.high()).isNaN();
    }

    /** numpy.quantile([1, 2, 4, 8], [0, 0.1, 0.5, 1]) of numpy 2.4.6. */
    @Test
    void quantiles() {
        double[] sorted = {1, 2, 4, 8};

        assertThat(ClusterBootstrap.quantile(sorted, 0)).isEqualTo(1);
        assertThat(ClusterBootstrap.quantile(sorted, 0.1)).isCloseTo(1.3, within(1e-12));
        assertThat(ClusterBootstrap.quantile(sorted, 0.5)).isEqualTo(3);
        assertThat(ClusterBootstrap.quantile(sorted, 1)).isEqualTo(8);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new ClusterBootstrap(0, 10, 0)).hasMessageContaining("units (0)");
        ClusterBootstrap bootstrap = new ClusterBootstrap(2, 10, 0);
        assertThatThrownBy(() -> bootstrap.means(new double[3]))
                .hasMessageContaining("3 values for 2 units");
        assertThatThrownBy(() -> bootstrap.interval(new double[2], ClusterBootstrap.Kind.BCA, 1.0))
                .hasMessageContaining("confidence");
    }

    @Property(tries = 100)
    void intervalsLieWithinTheValues(
            @ForAll @Size(min = 2, max = 30) List<@DoubleRange(min = 0, max = 1) Double> given) {
        double[] values = given.stream().mapToDouble(v -> v).toArray();
        ClusterBootstrap bootstrap = new ClusterBootstrap(values.length, 200, 1);
        double least = Arrays.stream(values).min().orElseThrow();
        double most = Arrays.stream(values).max().orElseThrow();

        for (ClusterBootstrap.Kind kind : ClusterBootstrap.Kind.values()) {
            Interval interval = bootstrap.interval(values, kind, 0.9);
            assertThat(interval.low()).isBetween(least - 1e-12, interval.high());
            assertThat(interval.high()).isLessThanOrEqualTo(most + 1e-12);
        }
    }
}
