package org.surgenet.stats;

import java.util.Set;

/**
 * How models are compared.
 *
 * @param metrics which metrics; empty for all that the files hold
 * @param perClass whether rows of single classes are compared too, not only those over all classes
 * @param baseline the model that the others are compared with; empty for all pairs
 * @param protocol where p-values come from
 * @param resamples how many bootstrap resamples
 * @param interval how intervals are taken from them
 * @param confidence of the intervals, such as 0.95
 * @param seed of the resamples and of random signings
 * @param test over units whose p-value is reported and corrected
 * @param zeroMethod of the signed-rank test
 * @param family over which p-values are corrected
 * @param unpaired what happens where models were not scored on the same units
 */
public record Settings(
        Set<String> metrics,
        boolean perClass,
        String baseline,
        Protocol protocol,
        int resamples,
        ClusterBootstrap.Kind interval,
        double confidence,
        long seed,
        Test test,
        ZeroMethod zeroMethod,
        Family family,
        Unpaired unpaired) {

    /** Where p-values come from. */
    public enum Protocol {
        /** A test over units: patients or videos. */
        CLUSTER,
        /**
         * A signed-rank test over bootstrap replicates, as "1,000 bootstrap iterations, Wilcoxon p
         * &lt; 0.05" reads literally. Replicates are no independent observations: p falls to 0 as
         * their number grows, whatever the data. For comparison with such reports alone.
         */
        PAPER
    }

    /** The test over units. */
    public enum Test {
        WILCOXON,
        PERMUTATION
    }

    /** Which p-values are corrected together. */
    public enum Family {
        /** The comparisons of models on one task, data set, metric and class. */
        METRIC,
        /** All comparisons of the run. */
        ALL
    }

    /** What happens where models were not scored on the same units. */
    public enum Unpaired {
        /** An error that names the units. */
        ERROR,
        /** Only the units that all models were scored on count, and the result says so. */
        INTERSECT
    }

    public Settings {
        metrics = Set.copyOf(metrics);
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples (" + resamples + ") must be positive");
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "confidence (" + confidence + ") must lie between 0 and 1");
        }
    }

    /**
     * All metrics over all classes, all pairs; 1,000 resamples of units, percentile intervals of 95
     * %; Wilcoxon over units, zeros dropped; Holm within each metric.
     */
    public static Settings defaults() {
        return new Settings(
                Set.of(),
                false,
                "",
                Protocol.CLUSTER,
                1000,
                ClusterBootstrap.Kind.PERCENTILE,
                0.95,
                0,
                Test.WILCOXON,
                ZeroMethod.WILCOX,
                Family.METRIC,
                Unpaired.ERROR);
    }
}
