package org.surgenet.stats;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.surgenet.common.Require;
import org.surgenet.common.SettingException;
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
    /** More would fill the memory and tell no more. */
    private static final int MAX_RESAMPLES = 100_000;

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

    /**
     * @throws SettingException about the first value that makes no sense
     */
    public Settings {
        metrics = Set.copyOf(metrics);
        lowerIsBetter = Set.copyOf(lowerIsBetter);
        Require.that(
                resamples >= 1 && resamples <= MAX_RESAMPLES,
                "resamples",
                resamples,
                "must be 1 to " + MAX_RESAMPLES);
        Require.that(
                confidence > 0 && confidence < 1,
                "confidence",
                confidence,
                "must lie between 0 and 1");
    }

    /**
     * All metrics over all classes, all pairs; 1,000 resamples of units, expanded intervals of 95
     * %; permutation test over units; Holm over each table.
     */
    public static Settings defaults() {
        return builder().build();
    }

    /** With the values of {@link #defaults}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private Set<String> metrics = Set.of();
        private boolean perClass;
        private String baseline = "";
        private Protocol protocol = Protocol.CLUSTER;
        private int resamples = 1000;
        private ClusterBootstrap.Kind interval = ClusterBootstrap.Kind.EXPANDED;
        private double confidence = 0.95;
        private long seed;
        private PairedTest test = PairedTests.PERMUTATION;
        private ZeroMethod zeroMethod = ZeroMethod.WILCOX;
        private Family family = Family.TABLE;
        private Correction correction = Correction.HOLM;
        private Unpaired unpaired = Unpaired.ERROR;
        private OneSided oneSided = OneSided.BEST;
        private Set<String> lowerIsBetter = Set.of();
        private Optional<Path> arms = Optional.empty();

        private Builder() {}

        public Builder metrics(Set<String> value) {
            metrics = value;
            return this;
        }

        public Builder perClass(boolean value) {
            perClass = value;
            return this;
        }

        public Builder baseline(String value) {
            baseline = value;
            return this;
        }

        public Builder protocol(Protocol value) {
            protocol = value;
            return this;
        }

        public Builder resamples(int value) {
            resamples = value;
            return this;
        }

        public Builder interval(ClusterBootstrap.Kind value) {
            interval = value;
            return this;
        }

        public Builder confidence(double value) {
            confidence = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder test(PairedTest value) {
            test = value;
            return this;
        }

        public Builder zeroMethod(ZeroMethod value) {
            zeroMethod = value;
            return this;
        }

        public Builder family(Family value) {
            family = value;
            return this;
        }

        public Builder correction(Correction value) {
            correction = value;
            return this;
        }

        public Builder unpaired(Unpaired value) {
            unpaired = value;
            return this;
        }

        public Builder oneSided(OneSided value) {
            oneSided = value;
            return this;
        }

        public Builder lowerIsBetter(Set<String> value) {
            lowerIsBetter = value;
            return this;
        }

        public Builder arms(Optional<Path> value) {
            arms = value;
            return this;
        }

        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Settings build() {
            return new Settings(
                    metrics,
                    perClass,
                    baseline,
                    protocol,
                    resamples,
                    interval,
                    confidence,
                    seed,
                    test,
                    zeroMethod,
                    family,
                    correction,
                    unpaired,
                    oneSided,
                    lowerIsBetter,
                    arms);
        }
    }

    /** A builder with these values. */
    public Builder toBuilder() {
        return builder()
                .metrics(metrics)
                .perClass(perClass)
                .baseline(baseline)
                .protocol(protocol)
                .resamples(resamples)
                .interval(interval)
                .confidence(confidence)
                .seed(seed)
                .test(test)
                .zeroMethod(zeroMethod)
                .family(family)
                .correction(correction)
                .unpaired(unpaired)
                .oneSided(oneSided)
                .lowerIsBetter(lowerIsBetter)
                .arms(arms);
    }

    /** The confidence for people, such as 95%. */
    public String percent() {
        return Format.percent(this);
    }

    /** Which values of a metric are better; higher ones where nothing is known. */
    Direction direction(String metric) {
        return lowerIsBetter.contains(metric)
                ? Direction.LOWER
                : Direction.known(metric).orElse(Direction.HIGHER);
    }
}
