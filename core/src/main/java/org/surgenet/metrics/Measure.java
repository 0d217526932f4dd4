package org.surgenet.metrics;

import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * A score of one unit's predictions. A new one is a class, or a line that names its formula, and a
 * place in a list of {@link Measures}: reports compute it, and files, statistics and figures know
 * its metric.
 *
 * @param <P> what it is computed from
 */
public interface Measure<P> {
    /** What is measured. */
    Metric metric();

    /** The score over all classes; NaN where undefined. */
    double overall(P predictions);

    /** The score of each class, NaN where undefined; empty for a measure that has none. */
    default double[] byClass(P predictions) {
        return new double[0];
    }

    /** A measure of a listed metric. */
    static <P> Measure<P> of(String id, ToDoubleFunction<P> overall) {
        return of(id, overall, p -> new double[0]);
    }

    /** A measure of a listed metric, over all classes and for each. */
    static <P> Measure<P> of(
            String id, ToDoubleFunction<P> overall, Function<P, double[]> byClass) {
        Metric metric = Metric.find(id).orElseThrow();
        return new Measure<>() {
            @Override
            public Metric metric() {
                return metric;
            }

            @Override
            public double overall(P predictions) {
                return overall.applyAsDouble(predictions);
            }

            @Override
            public double[] byClass(P predictions) {
                return byClass.apply(predictions);
            }
        };
    }
}
