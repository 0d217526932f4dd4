package org.surgenet.stats;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.NormalDistribution;
import org.apache.commons.statistics.distribution.TDistribution;
import org.surgenet.common.CounterRandom;

/**
 * Resamples of independent units (patients or videos) with replacement. One object's draws serve
 * every model and every difference of models, which keeps them paired. Immutable and, after
 * construction, thread-safe.
 *
 * <p>The statistic is the mean over the drawn units whose value is not missing, or any other of a
 * weighted sample of units; a resample that has none is left out.
 */
public final class ClusterBootstrap {
    /** How an interval is taken from the replicates. */
    public enum Kind {
        /** Their quantiles. */
        PERCENTILE,
        /**
         * Quantiles further out, at Φ(−√(n/(n−1)) t) with Student's t of n − 1 degrees of freedom,
         * which makes up for the narrowness of resamples of few units (Hesterberg 2015, "What
         * teachers should know about the bootstrap"); n counts the values that are not missing.
         */
        EXPANDED,
        /**
         * Quantiles shifted for bias and skewness (Efron 1987), the acceleration by jackknife over
         * units. As percentile where the statistic does not vary over the jackknife.
         */
        BCA
    }

    private static final long OPERATION = 0x424f4f54L;
    private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

    private final int units;
    private final int resamples;
    private final int[] draws;

    /**
     * Draws the resamples; resample b is a function of (seed, b) and the number of units alone.
     *
     * @param units how many units there are, in an order that does not depend on the models
     * @throws IllegalArgumentException if either number is not positive, or their product is above
     *     2³¹
     */
    public ClusterBootstrap(int units, int resamples, long seed) {
        if (units < 1 || resamples < 1) {
            throw new IllegalArgumentException(
                    "units (" + units + ") and resamples (" + resamples + ") must be positive");
        }
        this.units = units;
        this.resamples = resamples;
        this.draws = new int[Math.multiplyExact(units, resamples)];
        for (int b = 0; b < resamples; b++) {
            CounterRandom random = CounterRandom.of(seed, OPERATION, b);
            for (int i = 0; i < units; i++) {
                draws[b * units + i] = random.nextInt(units);
            }
        }
    }

    /**
     * The mean of each resample, in the order of the draws; NaN where all drawn values are missing.
     *
     * @param values one per unit; NaN where missing
     */
    public double[] means(double[] values) {
        if (values.length != units) {
            throw new IllegalArgumentException(values.length + " values for " + units + " units");
        }
        double[] means = new double[resamples];
        for (int b = 0; b < resamples; b++) {
            double sum = 0;
            int n = 0;
            for (int i = b * units; i < (b + 1) * units; i++) {
                double value = values[draws[i]];
                if (!Double.isNaN(value)) {
                    sum += value;
                    n++;
                }
            }
            means[b] = sum / n;
        }
        return means;
    }

    /**
     * The interval of the mean of {@code values} over units.
     *
     * @param confidence such as 0.95, in (0, 1)
     * @return none below two values
     */
    public Interval interval(double[] values, Kind kind, double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "confidence (" + confidence + ") must lie between 0 and 1");
        }
        double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).toArray();
        if (present.length < 2) {
            return Interval.NONE;
        }
        return intervalOf(means(values), mean(present), present, kind, confidence);
    }

    /**
     * The replicates of any statistic, in the order of the draws.
     *
     * @param statistic of how often each unit was drawn; called from several threads
     */
    public double[] replicates(ToDoubleFunction<int[]> statistic) {
        return IntStream.range(0, resamples)
                .parallel()
                .mapToDouble(b -> statistic.applyAsDouble(weights(b)))
                .toArray();
    }

    private int[] weights(int resample) {
        int[] weights = new int[units];
        for (int i = resample * units; i < (resample + 1) * units; i++) {
            weights[draws[i]]++;
        }
        return weights;
    }

    /**
     * The interval of a statistic over all units.
     *
     * @param replicates from {@link #replicates}; NaN where undefined
     * @param estimate on the units as they are
     * @param jackknife the statistic without each of the units
     * @return none below two units, or if no replicate is defined
     */
    public static Interval interval(
            double[] replicates,
            double estimate,
            double[] jackknife,
            Kind kind,
            double confidence) {
        // A mean without a unit moves against the unit's value.
        double[] influence = Arrays.stream(jackknife).map(v -> -v).toArray();
        return influence.length < 2
                ? Interval.NONE
                : intervalOf(replicates, estimate, influence, kind, confidence);
    }

    /**
     * @param influence of each unit upon the statistic, up to a factor and a constant
     */
    private static Interval intervalOf(
            double[] all, double estimate, double[] influence, Kind kind, double confidence) {
        double[] replicates = Arrays.stream(all).filter(v -> !Double.isNaN(v)).sorted().toArray();
        if (replicates.length == 0) {
            return Interval.NONE;
        }
        double low = (1 - confidence) / 2;
        double high = 1 - low;
        if (kind == Kind.EXPANDED) {
            low = expanded(low, influence.length);
            high = 1 - low;
        } else if (kind == Kind.BCA) {
            double acceleration = acceleration(influence);
            double bias = bias(replicates, estimate);
            // Infinite where all replicates lie on one side of the estimate.
            if (!Double.isNaN(acceleration) && Double.isFinite(bias)) {
                low = shifted(low, bias, acceleration);
                high = shifted(high, bias, acceleration);
            }
        }
        return new Interval(quantile(replicates, low), quantile(replicates, high));
    }

    /**
     * The percentile interval of a statistic's replicates, for statistics other than the mean.
     *
     * @param replicates in any order
     * @param confidence such as 0.95, in (0, 1)
     */
    public static Interval percentiles(double[] replicates, double confidence) {
        double[] sorted = replicates.clone();
        Arrays.sort(sorted);
        double low = (1 - confidence) / 2;
        return new Interval(quantile(sorted, low), quantile(sorted, 1 - low));
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    /** z of the share of replicates below the estimate, those equal to it counting half. */
    private static double bias(double[] replicates, double estimate) {
        // Replicates that equal the estimate but for the order of summation are equal.
        double rounding = 1e-12 * Math.max(1, Math.abs(estimate));
        double below = 0;
        for (double r : replicates) {
            below += r < estimate - rounding ? 1 : r <= estimate + rounding ? 0.5 : 0;
        }
        return NORMAL.inverseCumulativeProbability(below / replicates.length);
    }

    /** Σ d³ / 6 (Σ d²)^1.5 over the jackknife's deviations; NaN where they are all 0. */
    private static double acceleration(double[] values) {
        double mean = mean(values);
        double squares = 0;
        double cubes = 0;
        for (double value : values) {
            // Leaving a value out moves the mean by (mean − value) / (n − 1); the jackknife's mean
            // is the mean itself, and the common factor cancels out.
            double d = value - mean;
            squares += d * d;
            cubes += d * d * d;
        }
        return squares == 0 ? Double.NaN : cubes / (6 * Math.pow(squares, 1.5));
    }

    private static double expanded(double level, int n) {
        double t = TDistribution.of(n - 1).inverseCumulativeProbability(level);
        return NORMAL.cumulativeProbability(Math.sqrt(n / (n - 1.0)) * t);
    }

    private static double shifted(double level, double bias, double acceleration) {
        double z = bias + NORMAL.inverseCumulativeProbability(level);
        return NORMAL.cumulativeProbability(bias + z / (1 - acceleration * z));
    }

    /**
     * The quantile of sorted values with linear interpolation (Hyndman and Fan's type 7, numpy's
     * default).
     */
    static double quantile(double[] sorted, double level) {
        double position = level * (sorted.length - 1);
        int below = (int) Math.floor(position);
        int above = Math.min(below + 1, sorted.length - 1);
        double share = position - below;
        return sorted[below] + share * (sorted[above] - sorted[below]);
    }
}
