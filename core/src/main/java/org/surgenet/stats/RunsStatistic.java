package org.surgenet.stats;

import java.util.Arrays;
import java.util.List;
import org.surgenet.metrics.UnitStatistic;

/**
 * A model's statistic: the mean over its runs (seeds), each on the same units. Immutable and
 * thread-safe.
 */
final class RunsStatistic {
    private final List<UnitStatistic> runs;

    /**
     * @throws IllegalArgumentException if there is no run, or they differ in their number of units
     */
    RunsStatistic(List<UnitStatistic> runs) {
        if (runs.stream().mapToInt(UnitStatistic::units).distinct().count() != 1) {
            throw new IllegalArgumentException("runs on " + runs.size() + " sets of units");
        }
        this.runs = List.copyOf(runs);
    }

    /** How many units there are. */
    int units() {
        return runs.get(0).units();
    }

    /** See {@link UnitStatistic#value}; NaN where it is for one of the runs. */
    double value(int[] weights) {
        double sum = 0;
        for (UnitStatistic run : runs) {
            sum += run.value(weights);
        }
        return sum / runs.size();
    }

    /** On all units, each once. */
    double value() {
        int[] once = new int[units()];
        Arrays.fill(once, 1);
        return value(once);
    }

    /** On one unit alone. */
    double valueOf(int unit) {
        int[] one = new int[units()];
        one[unit] = 1;
        return value(one);
    }

    /** With all units but one, for each of them. */
    double[] jackknife() {
        double[] values = new double[units()];
        int[] weights = new int[units()];
        Arrays.fill(weights, 1);
        for (int u = 0; u < values.length; u++) {
            weights[u] = 0;
            values[u] = value(weights);
            weights[u] = 1;
        }
        return values;
    }

    /**
     * The statistic on this model's units followed by the same units of another's. Where both have
     * several runs each is joined with each, so that no pairing of seeds is made up.
     */
    RunsStatistic joined(RunsStatistic other) {
        return new RunsStatistic(
                runs.stream().flatMap(run -> other.runs.stream().map(run::joined)).toList());
    }
}
