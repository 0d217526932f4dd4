package org.surgenet.task.cvs;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.metrics.MultilabelScores;
import org.surgenet.task.Item;
import org.surgenet.task.Losses;
import org.surgenet.task.Objective;

/**
 * Binary cross-entropy of the criteria against the raters' mean votes; judged by mAP against their
 * majority.
 */
final class CvsObjective implements Objective<CvsSample, CriteriaOutput> {
    private final double[] weights;

    /**
     * @param weights of fulfilled criteria; null for 1 each
     */
    CvsObjective(double[] weights) {
        this.weights = weights;
    }

    /** Negative votes per positive one, and 1 where there is none of either. */
    static double[] balancedWeights(int classes, List<CvsSample> training) {
        double[] balanced = new double[classes];
        for (int c = 0; c < classes; c++) {
            int criterion = c;
            double positive = training.stream().mapToDouble(s -> s.votes().get(criterion)).sum();
            double ratio = (training.size() - positive) / positive;
            balanced[c] = Double.isFinite(ratio) && ratio > 0 ? ratio : 1;
        }
        return balanced;
    }

    @Override
    public Optional<double[]> classWeights() {
        return Optional.ofNullable(weights);
    }

    @Override
    public NDArray loss(NDArray logits, List<Item<CvsSample>> batch) {
        int classes = batch.get(0).sample().votes().size();
        float[] targets = new float[batch.size() * classes];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = batch.get(i / classes).sample().votes().get(i % classes).floatValue();
        }
        return Losses.binaryCrossEntropy(logits, targets, weights);
    }

    @Override
    public Scoring<CvsSample, CriteriaOutput> scoring() {
        List<boolean[]> targets = new ArrayList<>();
        List<double[]> probabilities = new ArrayList<>();
        return new Scoring<>() {
            @Override
            public void add(Item<CvsSample> item, CriteriaOutput output) {
                targets.add(majority(item.sample()));
                probabilities.add(output.probabilities());
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
}
