package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.dataset.CvsSample;
import org.surgenet.dataset.Dataset;
import org.surgenet.metrics.MultilabelScores;

/**
 * Binary cross-entropy of the criteria against the raters' mean votes; judged by mAP against their
 * majority.
 */
final class CvsObjective extends Objective<CvsSample> {
    private final ClassWeights weights;
    private double[] resolved;

    CvsObjective(ClassWeights weights) {
        super(TaskKind.CVS);
        this.weights = weights;
    }

    @Override
    void prepare(Dataset<CvsSample> dataset, List<CvsSample> training) {
        int classes = dataset.classes().size();
        double[] balanced = new double[classes];
        for (int c = 0; c < classes; c++) {
            int criterion = c;
            double positive = training.stream().mapToDouble(s -> s.votes().get(criterion)).sum();
            // Negative votes per positive one, and 1 where there is none of either.
            double ratio = (training.size() - positive) / positive;
            balanced[c] = Double.isFinite(ratio) && ratio > 0 ? ratio : 1;
        }
        resolved = weights.resolve(classes, balanced);
    }

    @Override
    NDArray loss(NDArray logits, List<Item<CvsSample>> batch) {
        int classes = batch.get(0).sample().votes().size();
        float[] targets = new float[batch.size() * classes];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = batch.get(i / classes).sample().votes().get(i % classes).floatValue();
        }
        return Losses.binaryCrossEntropy(logits, targets, resolved);
    }

    @Override
    Scoring<CvsSample> scoring(Dataset<CvsSample> dataset) {
        List<boolean[]> targets = new ArrayList<>();
        List<double[]> probabilities = new ArrayList<>();
        return new Scoring<>() {
            @Override
            public void add(Item<CvsSample> item, NetworkOutput output) {
                targets.add(majority(item.sample()));
                probabilities.add(((NetworkOutput.Probabilities) output).values());
            }

            @Override
            public Map<String, Double> scores() {
                Map<String, Double> all = new LinkedHashMap<>();
                all.put(
                        "map",
                        MultilabelScores.meanAveragePrecision(
                                targets.toArray(boolean[][]::new),
                                probabilities.toArray(double[][]::new)));
                return all;
            }
        };
    }

    /** The raters' majority on each criterion. */
    static boolean[] majority(CvsSample sample) {
        boolean[] target = new boolean[sample.votes().size()];
        for (int c = 0; c < target.length; c++) {
            target[c] = MultilabelScores.majority(sample.votes().get(c));
        }
        return target;
    }

    @Override
    void describe(ObjectNode settings) {
        settings.put("class_weights", weights.toString());
    }
}
