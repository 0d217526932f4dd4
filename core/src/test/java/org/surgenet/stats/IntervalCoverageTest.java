package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.surgenet.common.CounterRandom;

/**
 * How often intervals of 95 % cover a truth that is known, in studies like those of surgical video.
 * It prints the table that {@link IntervalCoverage} and the choice of the default rest on. Seed 15.
 */
class IntervalCoverageTest {
    private static final int STUDIES = 2000;
    private static final int RESAMPLES = 1000;
    private static final int[] SIZES = {5, 10, 12, 30};

    /** The lowest and highest rate, and that of the failures. */
    private record Range(double low, double high, double failures) {
        Range with(SimulatedUnits scenario, double rate) {
            return scenario == SimulatedUnits.FAILURES
                    ? new Range(low, high, rate)
                    : new Range(Math.min(low, rate), Math.max(high, rate), failures);
        }
    }

    @Test
    void theDefaultCoversBestAndAsTheNotesSay() {
        for (int s = 0; s < SIZES.length; s++) {
            Map<ClusterBootstrap.Kind, Range> ranges = new EnumMap<>(ClusterBootstrap.Kind.class);
            for (SimulatedUnits scenario : SimulatedUnits.values()) {
                Map<ClusterBootstrap.Kind, Double> rates = coverage(scenario, SIZES[s]);
                System.out.printf(Locale.ROOT, "%-18s n = %2d  %s%n", scenario, SIZES[s], rates);
                rates.forEach(
                        (kind, rate) ->
                                ranges.put(
                                        kind,
                                        ranges.getOrDefault(kind, new Range(1, 0, 0))
                                                .with(scenario, rate)));
                // The others are too narrow, and this test would see it.
                assertThat(rates.get(Settings.defaults().interval()))
                        .isGreaterThan(rates.get(ClusterBootstrap.Kind.PERCENTILE))
                        .isGreaterThan(rates.get(ClusterBootstrap.Kind.BCA));
            }
            for (ClusterBootstrap.Kind kind : ClusterBootstrap.Kind.values()) {
                IntervalCoverage said = IntervalCoverage.SIMULATED.get(kind).get(s);
                Range range = ranges.get(kind);
                assertThat(said.units()).isEqualTo(SIZES[s]);
                // Percent, rounded.
                assertThat((double) said.low()).isCloseTo(100 * range.low, within(0.6));
                assertThat((double) said.high()).isCloseTo(100 * range.high, within(0.6));
                assertThat((double) said.failures()).isCloseTo(100 * range.failures, within(0.6));
            }
        }
    }

    private static Map<ClusterBootstrap.Kind, Double> coverage(SimulatedUnits scenario, int n) {
        Map<ClusterBootstrap.Kind, Double> rates = new EnumMap<>(ClusterBootstrap.Kind.class);
        ClusterBootstrap[] bootstraps = new ClusterBootstrap[50];
        Arrays.setAll(bootstraps, i -> new ClusterBootstrap(n, RESAMPLES, i));
        for (int study = 0; study < STUDIES; study++) {
            CounterRandom random = CounterRandom.of(15, scenario.ordinal(), n, study);
            double[] values = new double[n];
            Arrays.setAll(values, i -> scenario.draw(random));
            for (ClusterBootstrap.Kind kind : ClusterBootstrap.Kind.values()) {
                Interval interval =
                        bootstraps[study % bootstraps.length].interval(values, kind, 0.95);
                boolean covers =
                        interval.low() <= scenario.truth() && scenario.truth() <= interval.high();
                rates.merge(kind, covers ? 1.0 / STUDIES : 0, Double::sum);
            }
        }
        return rates;
    }
}
