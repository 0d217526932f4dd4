package org.surgenet.stats;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.surgenet.metrics.Direction;

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
 * @param correction of these p-values
 * @param unpaired what happens where models were not scored on the same units
 * @param oneSided what happens in a difference where one of two scores is missing
 * @param lowerIsBetter metrics of which smaller values are better, beside those known by name
 * @param arms what the models were pretrained on, for a fit of the scores to it
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
        PairedTest test,
        ZeroMethod zeroMethod,
        Family family,
        Correction correction,
        Unpaired unpaired,
        OneSided oneSided,
        Set<String> lowerIsBetter,
        Optional<Path> arms) {

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

    /** Which p-values are corrected together. */
    public enum Family {
        /** All that one printed table shows: the comparisons of a task. */
        TABLE,
        /** The comparisons on one metric of a task, over all data sets and classes. */
        METRIC,
        /** All comparisons of the run. */
        ALL
    }

    /** How the p-values of a family are corrected. */
    public enum Correction {
        /** Holds the probability of any false finding. */
        HOLM("Holm", Holm::adjust),
        /** Holds the expected fraction of false findings among the findings. */
        BH("Benjamini–Hochberg", BenjaminiHochberg::adjust);

        private final String label;
        private final UnaryOperator<double[]> adjustment;

        Correction(String label, UnaryOperator<double[]> adjustment) {
            this.label = label;
            this.adjustment = adjustment;
        }

        /** Its name for people. */
        public String label() {
            return label;
        }

        /** Adjusted p-values in the order given; NaN stays NaN and does not count. */
        double[] adjust(double[] pValues) {
            return adjustment.apply(pValues);
        }
    }

    /** What happens where models were not scored on the same units. */
    public enum Unpaired {
        /** An error that names the units. */
        ERROR,
        /** Only the units that all models were scored on count, and the result says so. */
        INTERSECT
    }

    /** What happens in a difference where one of two scores is missing. */
    public enum OneSided {
        /**
         * Beside a 0, a missing score of overlap counts as 1, the score of what is rightly not
         * there: the class is neither in the target nor predicted, while the other model predicts
         * it. A false alarm so costs what it should. Other pairs are left out.
         */
        BEST,
        /** The pair is left out, and with it the other model's error. */
        DROP
    }

    public Settings {
        metrics = Set.copyOf(metrics);
        lowerIsBetter = Set.copyOf(lowerIsBetter);
        if (resamples < 1) {
            throw new IllegalArgumentException("resamples (" + resamples + ") must be positive");
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    "confidence (" + confidence + ") must lie between 0 and 1");
        }
    }

    /**
     * All metrics over all classes, all pairs; 1,000 resamples of units, expanded intervals of 95
     * %; permutation test over units; Holm over each table.
     */
    public static Settings defaults() {
        return new Settings(
                Set.of(),
                false,
                "",
                Protocol.CLUSTER,
                1000,
                ClusterBootstrap.Kind.EXPANDED,
                0.95,
                0,
                PairedTests.PERMUTATION,
                ZeroMethod.WILCOX,
                Family.TABLE,
                Correction.HOLM,
                Unpaired.ERROR,
                OneSided.BEST,
                Set.of(),
                Optional.empty());
    }

    /** Which values of a metric are better; higher ones where nothing is known. */
    Direction direction(String metric) {
        return lowerIsBetter.contains(metric)
                ? Direction.LOWER
                : Direction.known(metric).orElse(Direction.HIGHER);
    }
}
