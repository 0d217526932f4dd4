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
            new Shape(2, 9, 9, 45),
            new Learning(12, 7e-5, 0, SequenceWeights.MEDIAN, true)),
    /** MS-TCN++, with the settings of {@code sj-li/MS-TCN2: main.py} and its README. */
    MSTCN(
            "mstcn++",
            Optional.of(Timing.OFFLINE),
            new Shape(4, 11, 10, 64),
            new Learning(100, 5e-4, 0.15, SequenceWeights.NONE, false)),
    /** A linear layer on each frame alone, for comparison; its settings are ours. */
    LINEAR(
            "linear",
            Optional.empty(),
            new Shape(1, 1, 1, 1),
            new Learning(100, 1e-3, 0, SequenceWeights.NONE, true));

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
    public record Shape(int stages, int generationLayers, int layers, int maps) {}

    /**
     * @param epochs passes over the training videos
     * @param lr learning rate of Adam
     * @param smoothing λ of the truncated smoothing error
     * @param weights of the classes in the cross-entropy
     * @param mean whether the losses of stages are averaged instead of added up
     */
    public record Learning(
            int epochs, double lr, double smoothing, SequenceWeights weights, boolean mean) {}

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
