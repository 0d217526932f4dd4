package org.surgenet.stats;

import java.util.Arrays;
import java.util.function.Function;
import org.surgenet.common.CounterRandom;

/** Units of simulated studies: what is drawn for one, with the mean of all that could be. */
enum SimulatedUnits {
    NORMAL_MEAN(0.7, r -> 0.7 + 0.1 * r.nextGaussian()),
    /** Beta(8, 2): the eighth smallest of nine uniform numbers. */
    SKEWED_BETA(0.8, SimulatedUnits::beta),
    /** One patient in ten fails. */
    FAILURES(0.81, r -> r.nextDouble() < 0.1 ? 0 : 0.9 + 0.03 * r.nextGaussian()),
    /** Thirty frames of a patient around a mean of its own. */
    FRAMES(0.7, r -> 0.7 + 0.1 * r.nextGaussian() + 0.2 * r.nextGaussian() / Math.sqrt(30)),
    NORMAL_DIFFERENCE(0, SimulatedUnits::difference),
    /** Exponential, shifted to the mean 0. */
    SKEWED_DIFFERENCE(0, r -> -1 - Math.log(1 - r.nextDouble())),
    HALF_ZEROS(0, r -> r.nextDouble() < 0.5 ? 0 : 0.05 * r.nextGaussian()),
    MISSING(0, r -> r.nextDouble() < 0.3 ? Double.NaN : 0.05 * r.nextGaussian());

    private final double truth;
    private final Function<CounterRandom, Double> unit;

    SimulatedUnits(double truth, Function<CounterRandom, Double> unit) {
        this.truth = truth;
        this.unit = unit;
    }

    double truth() {
        return truth;
    }

    double draw(CounterRandom random) {
        return unit.apply(random);
    }

    /** Of two models whose scores have the same distribution. */
    private static double difference(CounterRandom random) {
        double one = random.nextGaussian();
        double other = random.nextGaussian();
        return 0.03 * (one - other);
    }

    private static double beta(CounterRandom random) {
        double[] u = new double[9];
        Arrays.setAll(u, i -> random.nextDouble());
        Arrays.sort(u);
        return u[7];
    }
}
