package org.surgenet.task.phase;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.metrics.PhaseScores;
import org.surgenet.task.Item;
import org.surgenet.task.Losses;
import org.surgenet.task.Objective;

/** Cross-entropy of frames; judged video by video. */
final class PhaseObjective implements Objective<PhaseSample, PhaseOutput> {
    private final PhaseMetric metric;
    private final int classes;
    private final double[] weights;

    /**
     * @param weights of the phases; null for 1 each
     */
    PhaseObjective(PhaseMetric metric, double[] weights, int classes) {
        this.metric = metric;
        this.classes = classes;
        this.weights = weights;
    }

    @Override
    public Optional<double[]> classWeights() {
        return Optional.ofNullable(weights);
    }

    @Override
    public NDArray loss(NDArray logits, List<Item<PhaseSample>> batch) {
        int[] targets = batch.stream().mapToInt(item -> item.sample().phase()).toArray();
        return Losses.crossEntropy(logits, targets, weights);
    }

    @Override
    public Scoring<PhaseSample, PhaseOutput> scoring() {
        PhaseSequences sequences = new PhaseSequences();
        return new Scoring<>() {
            @Override
            public void add(Item<PhaseSample> item, PhaseOutput output) {
                sequences.add(item.sample(), output.phase());
            }

            @Override
            public Map<String, Double> scores() {
                PhaseScores scores = sequences.scores(classes, 0);
                boolean accuracyFirst = metric == PhaseMetric.ACCURACY;
                Map<String, Double> all = new LinkedHashMap<>();
                all.put(
                        accuracyFirst ? "accuracy" : "macro_f1",
                        accuracyFirst ? scores.accuracy() : scores.macroF1());
                all.putIfAbsent("accuracy", scores.accuracy());
                all.putIfAbsent("macro_f1", scores.macroF1());
                return all;
            }
        };
    }
}
