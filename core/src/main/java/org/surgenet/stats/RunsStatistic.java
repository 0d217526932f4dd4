package org.surgenet.stats;

import java.util.Arrays;
import java.util.List;
import org.surgenet.metrics.Means;
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

    /**
     * The statistic of a sample.
     *
     * @param value NaN where it is for one of the runs
     * @param parts scores of classes or criteria that it is the mean of, over all runs; see {@link
     *     UnitStatistic#parts}
     */
    record Sampled(double value, int parts) {}

    /**
     * Of a sample that has unit u {@code weights[u]} times.
     *
     * @param weights one per unit, not negative
     */
    Sampled sampled(int[] weights) {
        double sum = 0;
        int defined = 0;
        for (UnitStatistic run : runs) {
            double[] parts = run.parts(weights);
            sum += Means.mean(parts);
            defined += Means.count(parts);
        }
        return new Sampled(sum / runs.size(), defined);
    }

    /** The value alone of {@link #sampled(int[])}. */
    double value(int[] weights) {
        return sampled(weights).value;
    }

    /** On all units, each once. */
    Sampled sampled() {
        int[] once = new int[units()];
        Arrays.fill(once, 1);
        return sampled(once);
    }

    /** The value alone of {@link #sampled()}. */
    double value() {
        return sampled().value;
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
