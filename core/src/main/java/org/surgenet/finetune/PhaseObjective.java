package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.PhaseSample;
import org.surgenet.metrics.PhaseScores;

/** Cross-entropy of frames; judged video by video. */
final class PhaseObjective extends Objective<PhaseSample> {
    private final PhaseMetric metric;
    private final ClassWeights weights;
    private double[] resolved;

    PhaseObjective(PhaseMetric metric, ClassWeights weights) {
        super(TaskKind.PHASE);
        this.metric = metric;
        this.weights = weights;
    }

    @Override
    void prepare(Dataset<PhaseSample> dataset, List<PhaseSample> training) {
        int classes = dataset.classes().size();
        long[] counts = new long[classes];
        training.forEach(sample -> counts[sample.phase()]++);
        // As scikit-learn's "balanced": n / (K · n_c), and 1 for a class that does not occur.
        double[] balanced = new double[classes];
        for (int c = 0; c < classes; c++) {
            balanced[c] = counts[c] == 0 ? 1 : (double) training.size() / (classes * counts[c]);
        }
        resolved = weights.resolve(classes, balanced);
    }

    @Override
    NDArray loss(NDArray logits, List<Item<PhaseSample>> batch) {
        int[] targets = batch.stream().mapToInt(item -> item.sample().phase()).toArray();
        return Losses.crossEntropy(logits, targets, resolved);
    }

    @Override
    Scoring<PhaseSample> scoring(Dataset<PhaseSample> dataset) {
        PhaseSequences sequences = new PhaseSequences();
        return new Scoring<>() {
            @Override
            public void add(Item<PhaseSample> item, NetworkOutput output) {
                sequences.add(item.sample(), ((NetworkOutput.Probabilities) output).highest());
            }

            @Override
            public Map<String, Double> scores() {
                PhaseScores scores = sequences.scores(dataset.classes().size(), 0);
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

    @Override
    void describe(ObjectNode settings) {
        settings.put("best_by", metric.name());
        settings.put("class_weights", weights.toString());
    }
}
