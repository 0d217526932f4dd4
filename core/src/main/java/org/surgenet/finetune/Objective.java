package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.dataset.CvsSample;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.PhaseSample;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.SegmentationSample;

/** What a task optimises and how it is judged; all that differs between the tasks' trainings. */
public abstract class Objective<S extends Sample> {
    /** Losses of segmentation. */
    public enum SegmentationLoss {
        /** Cross-entropy of the pixels that are not ignored. */
        CE,
        /** The same plus one minus the soft Dice. */
        CE_DICE;

        /**
         * Reads {@code ce} or {@code ce-dice}.
         *
         * @throws UserException if the text is neither
         */
        public static SegmentationLoss parse(String text) {
            return Objective.parse(values(), "loss", text);
        }
    }

    /** Which score of phases decides which epoch is kept. */
    public enum PhaseMetric {
        ACCURACY,
        MACRO_F1;

        /**
         * Reads {@code accuracy} or {@code macro-f1}.
         *
         * @throws UserException if the text is neither
         */
        public static PhaseMetric parse(String text) {
            return Objective.parse(values(), "best-by", text);
        }
    }

    private static <E extends Enum<E>> E parse(E[] values, String key, String text) {
        for (E value : values) {
            if (label(value).equals(text.toLowerCase(Locale.ROOT))) {
                return value;
            }
        }
        throw new SettingException(
                key,
                text,
                "must be "
                        + Arrays.stream(values)
                                .map(Objective::label)
                                .collect(Collectors.joining(" or ")));
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private final TaskKind kind;

    Objective(TaskKind kind) {
        this.kind = kind;
    }

    /** Segmentation; the epoch with the highest Dice over patients is kept. */
    public static Objective<SegmentationSample> segmentation(SegmentationLoss loss) {
        return new SegmentationObjective(loss);
    }

    /** Phases; the epoch with the highest of the metric, a mean over videos, is kept. */
    public static Objective<PhaseSample> phases(PhaseMetric metric, ClassWeights weights) {
        return new PhaseObjective(metric, weights);
    }

    /** The criteria of the critical view of safety; the epoch with the highest mAP is kept. */
    public static Objective<CvsSample> cvs(ClassWeights weights) {
        return new CvsObjective(weights);
    }

    final TaskKind kind() {
        return kind;
    }

    /**
     * Takes what it needs to know of the data before training.
     *
     * @throws UserException if an option does not fit the classes
     */
    abstract void prepare(Dataset<S> dataset, List<S> training);

    /** The loss of a batch, a scalar; closes the logits. */
    abstract NDArray loss(NDArray logits, List<Item<S>> batch);

    /** An empty collection of scores. */
    abstract Scoring<S> scoring(Dataset<S> dataset);

    /** Puts the settings that a resumed run must share into {@code settings}. */
    abstract void describe(ObjectNode settings);

    /** Collects a part's outputs and scores them. */
    interface Scoring<S> {
        void add(Item<S> item, NetworkOutput output);

        /** Scores by name, the one that decides first; NaN where undefined. Larger is better. */
        Map<String, Double> scores();
    }
}
