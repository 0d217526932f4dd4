package org.surgenet.stats;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How often intervals of 95 % covered the truth in simulated studies, in percent; made by {@code
 * IntervalCoverageTest}, which checks these numbers. They are why expanded intervals are the
 * default.
 *
 * @param units of the study
 * @param low in the worst scenario: normal, skewed, frames within patients, half zeros, 30 %
 *     missing
 * @param high in the best of these
 * @param failures where one unit in ten fails altogether, which few units may not show
 */
record IntervalCoverage(int units, int low, int high, int failures) {
    /** From this many units on nothing need be said. */
    static final int ENOUGH = 30;

    static final Map<ClusterBootstrap.Kind, List<IntervalCoverage>> SIMULATED =
            Map.of(
                    ClusterBootstrap.Kind.PERCENTILE,
                    of(5, 74, 88, 40, 10, 86, 90, 64, 12, 88, 91, 72, 30, 91, 94, 93),
                    ClusterBootstrap.Kind.EXPANDED,
                    of(5, 77, 97, 41, 10, 91, 95, 65, 12, 92, 95, 72, 30, 93, 95, 95),
                    ClusterBootstrap.Kind.BCA,
                    of(5, 74, 85, 40, 10, 82, 90, 63, 12, 82, 91, 72, 30, 91, 94, 94));

    private static List<IntervalCoverage> of(int... numbers) {
        return Arrays.asList(
                new IntervalCoverage(numbers[0], numbers[1], numbers[2], numbers[3]),
                new IntervalCoverage(numbers[4], numbers[5], numbers[6], numbers[7]),
                new IntervalCoverage(numbers[8], numbers[9], numbers[10], numbers[11]),
                new IntervalCoverage(numbers[12], numbers[13], numbers[14], numbers[15]));
    }

    /** What a reader must know of the intervals of {@code n} units, in a few words. */
    static String said(ClusterBootstrap.Kind kind, int n) {
        if (n < 2) {
            return "one alone has no interval and no test";
        }
        IntervalCoverage of = SIMULATED.get(kind).get(0);
        String fewer = n < of.units ? "; fewer units cover it less often" : "";
        for (IntervalCoverage next : SIMULATED.get(kind)) {
            of = next.units <= n ? next : of;
        }
        return String.format(
                        Locale.ROOT,
                        "of simulated 95%% intervals of %d units, %d to %d%% covered the truth"
                                + " (%d%% where one unit in ten fails)",
                        of.units,
                        of.low,
                        of.high,
                        of.failures)
                + fewer;
    }
}
