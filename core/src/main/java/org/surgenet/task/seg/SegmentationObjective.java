package org.surgenet.task.seg;

import ai.djl.ndarray.NDArray;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.SegmentationScores;
import org.surgenet.task.Item;
import org.surgenet.task.Losses;
import org.surgenet.task.Objective;

/** A loss of pixels; judged by Dice per patient at the network's size. */
final class SegmentationObjective implements Objective<SegmentationSample, LabelMap> {
    private final Losses.PixelTerms terms;
    private final int classes;

    SegmentationObjective(Losses.PixelTerms terms, int classes) {
        this.terms = terms;
        this.classes = classes;
    }

    @Override
    public Optional<double[]> classWeights() {
        return Optional.ofNullable(terms.weights());
    }

    @Override
    public NDArray loss(NDArray logits, List<Item<SegmentationSample>> batch) {
        int one = batch.get(0).labels().length;
        byte[] labels = new byte[one * batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(batch.get(i).labels(), 0, labels, i * one, one);
        }
        return Losses.pixels(logits, labels, terms);
    }

    @Override
    public Scoring<SegmentationSample, LabelMap> scoring() {
        SegmentationScores scores = new SegmentationScores(classes, Item.IGNORE);
        return new Scoring<>() {
            @Override
            public void add(Item<SegmentationSample> item, LabelMap output) {
                scores.add(
                        item.sample().patient(),
                        item.sample().name(),
                        item.labels(),
                        output.labels());
            }

            @Override
            public Map<String, Double> scores() {
                SegmentationScores.Summary summary = scores.summary(DiceAverage.PATIENT);
                Map<String, Double> all = new LinkedHashMap<>();
                all.put("dice", summary.meanDice());
                all.put("iou", summary.meanIou());
                return all;
            }
        };
    }
}
