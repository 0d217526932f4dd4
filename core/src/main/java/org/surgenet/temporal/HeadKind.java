package org.surgenet.temporal;

import java.util.Arrays;
import java.util.Optional;
import org.surgenet.metrics.Timing;

/** The heads that can be trained, with their published settings. */
public enum HeadKind {
    /**
     * TeCNO, with the settings of {@code tobiascz/TeCNO: modules/mstcn/config/config_tcn.yml} and
     * the median-frequency weights of {@code datasets/cholec80.py}.
     */
    TECNO(
            "tecno",
            Optional.of(Timing.ONLINE),
            Shape.builder().stages(2).generationLayers(9).layers(9).maps(45).build(),
            Learning.builder()
                    .epochs(12)
                    .lr(7e-5)
                    .weights(SequenceWeights.MEDIAN)
                    .mean(true)
                    .build()),
    /** MS-TCN++, with the settings of {@code sj-li/MS-TCN2: main.py} and its README. */
    MSTCN(
            "mstcn++",
            Optional.of(Timing.OFFLINE),
            Shape.builder().stages(4).generationLayers(11).layers(10).maps(64).build(),
            Learning.builder().lr(5e-4).smoothing(0.15).build()),
    /** A linear layer on each frame alone, for comparison; its settings are ours. */
    LINEAR(
            "linear",
            Optional.empty(),
            Shape.builder().build(),
            Learning.builder().mean(true).build());

    private final String label;
    private final Optional<Timing> timing;
    private final Shape shape;
    private final Learning learning;

    /**
     * @param stages in all
     * @param generationLayers of the first stage of MS-TCN++
     * @param layers of the other stages, or of all of TeCNO's
     * @param maps channels inside a stage
     */
    public record Shape(int stages, int generationLayers, int layers, int maps) {
        public static Builder builder() {
            return new Builder();
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int stages = 1;
            private int generationLayers = 1;
            private int layers = 1;
            private int maps = 1;

            private Builder() {}

            public Builder stages(int value) {
                stages = value;
                return this;
            }

            public Builder generationLayers(int value) {
                generationLayers = value;
                return this;
            }

            public Builder layers(int value) {
                layers = value;
                return this;
            }

            public Builder maps(int value) {
                maps = value;
                return this;
            }

            public Shape build() {
                return new Shape(stages, generationLayers, layers, maps);
            }
        }
    }

    /**
     * @param epochs passes over the training videos
     * @param lr learning rate of Adam
     * @param smoothing λ of the truncated smoothing error
     * @param weights of the classes in the cross-entropy
     * @param mean whether the losses of stages are averaged instead of added up
     */
    public record Learning(
            int epochs, double lr, double smoothing, SequenceWeights weights, boolean mean) {
        public static Builder builder() {
            return new Builder();
        }

        /** A builder with these values. */
        public Builder toBuilder() {
            return new Builder(this);
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int epochs = 100;
            private double lr = 1e-3;
            private double smoothing;
            private SequenceWeights weights = SequenceWeights.NONE;
            private boolean mean;

            private Builder() {}

            private Builder(Learning from) {
                epochs = from.epochs;
                lr = from.lr;
                smoothing = from.smoothing;
                weights = from.weights;
                mean = from.mean;
            }

            public Builder epochs(int value) {
                epochs = value;
                return this;
            }

            public Builder lr(double value) {
                lr = value;
                return this;
            }

            public Builder smoothing(double value) {
                smoothing = value;
                return this;
            }

            public Builder weights(SequenceWeights value) {
                weights = value;
                return this;
            }

            public Builder mean(boolean value) {
                mean = value;
                return this;
            }

            public Learning build() {
                return new Learning(epochs, lr, smoothing, weights, mean);
            }
        }
    }

    HeadKind(String label, Optional<Timing> timing, Shape shape, Learning learning) {
        this.label = label;
        this.timing = timing;
        this.shape = shape;
        this.learning = learning;
    }

    /** As it is typed, such as {@code mstcn++}. */
    public String label() {
        return label;
    }

    /** The one of this label; empty if there is none. */
    public static Optional<HeadKind> of(String label) {
        return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
    }

    /** As published; empty for what sees each frame alone. */
    public Optional<Timing> timing() {
        return timing;
    }

    /** As published. */
    public Shape shape() {
        return shape;
    }

    /** As published. */
    public Learning learning() {
        return learning;
    }
}
