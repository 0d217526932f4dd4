package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.Progress;
import org.surgenet.metrics.Direction;

/**
 * Simulated studies whose truth is known: intervals must cover it about as often as they say, and
 * the default protocol must find a difference between equal models about as seldom as it says. The
 * protocol of tests over replicates does not, which is why it warns.
 */
class CalibrationTest {
    private static final int STUDIES = 600;
    private static final int RESAMPLES = 500;
    private static final int PATIENTS = 30;
    private static final double MEAN = 0.7;

    /** Shares over all studies. */
    private record Rates(double covered, double differenceCovered, double found) {}

    @Test
    void defaultProtocolKeepsItsPromises() {
        Rates rates = simulate(Settings.Protocol.CLUSTER, Settings.defaults().interval());

        // The standard error of a share of 0.95 or 0.05 in 600 studies is 0.009; intervals at the
        // sizes and in the scenarios where they are too narrow are IntervalCoverageTest's.
        // Percentile intervals reach 0.933 and 0.937 with these draws.
        assertThat(rates.covered).isBetween(0.94, 0.97);
        assertThat(rates.differenceCovered).isBetween(0.94, 0.97);
        assertThat(rates.found).isBetween(0.02, 0.08);
    }

    @Test
    void bcaIntervalsKeepTheirPromise() {
        Rates rates = simulate(Settings.Protocol.CLUSTER, ClusterBootstrap.Kind.BCA);

        assertThat(rates.covered).isBetween(0.90, 0.98);
        assertThat(rates.differenceCovered).isBetween(0.90, 0.98);
    }

    @Test
    void testsOverReplicatesFindWhatIsNotThere() {
        Rates rates = simulate(Settings.Protocol.PAPER, ClusterBootstrap.Kind.PERCENTILE);

        assertThat(rates.found).isGreaterThan(0.8);
    }

    private static Rates simulate(Settings.Protocol protocol, ClusterBootstrap.Kind kind) {
        int covered = 0;
        int differenceCovered = 0;
        int found = 0;
        for (int study = 0; study < STUDIES; study++) {
            Comparison.Group group = study(study, protocol, kind);
            covered += holds(group.estimates().get(0).interval(), MEAN) ? 1 : 0;
            Comparison.Difference difference = group.differences().get(0);
            differenceCovered += holds(difference.interval(), 0) ? 1 : 0;
            found += difference.pAdjusted() < 0.05 ? 1 : 0;
        }
        System.out.printf(
                "%s, %s: coverage %.3f, of differences %.3f; false positives %.3f%n",
                protocol,
                kind,
                (double) covered / STUDIES,
                (double) differenceCovered / STUDIES,
                (double) found / STUDIES);
        return new Rates(
                (double) covered / STUDIES,
                (double) differenceCovered / STUDIES,
                (double) found / STUDIES);
    }

    /** Two models that are equally good: patients differ, and both err around them alike. */
    private static Comparison.Group study(
            int study, Settings.Protocol protocol, ClusterBootstrap.Kind kind) {
        CounterRandom random = CounterRandom.of(11, study);
        double[][] values = new double[2][PATIENTS];
        String[] units = new String[PATIENTS];
        for (int p = 0; p < PATIENTS; p++) {
            double patient = MEAN + 0.1 * random.nextGaussian();
            values[0][p] = patient + 0.03 * random.nextGaussian();
            values[1][p] = patient + 0.03 * random.nextGaussian();
            units[p] = "p" + p;
        }
        ScoreTable table =
                new ScoreTable(
                        "seg",
                        "simulated",
                        "dice",
                        "all",
                        Direction.HIGHER,
                        List.of("a", "b"),
                        List.of(units),
                        values,
                        new int[] {1, 1},
                        List.of());
        Settings settings =
                Settings.builder()
                        .protocol(protocol)
                        .resamples(RESAMPLES)
                        .interval(kind)
                        .seed(study)
                        .test(PairedTests.WILCOXON)
                        .family(Settings.Family.METRIC)
                        .build();
        return new ModelComparison(settings)
                .compare(List.of(table), Progress.Task.NONE, Cancellation.NEVER)
                .groups()
                .get(0);
    }

    private static boolean holds(Interval interval, double truth) {
        return interval.low() <= truth && truth <= interval.high();
    }
}
