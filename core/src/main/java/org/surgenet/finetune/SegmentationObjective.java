package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.LabelTable;
import org.surgenet.dataset.SegmentationSample;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.SegmentationScores;

/** Cross-entropy (and Dice) of pixels; judged by Dice per patient at the network's size. */
final class SegmentationObjective extends Objective<SegmentationSample> {
    private final SegmentationLoss loss;

    SegmentationObjective(SegmentationLoss loss) {
        super(TaskKind.SEG);
        this.loss = loss;
    }

    @Override
    void prepare(Dataset<SegmentationSample> dataset, List<SegmentationSample> training) {
        // Nothing of the data enters the loss.
    }

    @Override
    NDArray loss(NDArray logits, List<Item<SegmentationSample>> batch) {
        int one = batch.get(0).labels().length;
        byte[] labels = new byte[one * batch.size()];
        for (int i = 0; i < batch.size(); i++) {
            System.arraycopy(batch.get(i).labels(), 0, labels, i * one, one);
        }
        return Losses.pixels(logits, labels, loss == SegmentationLoss.CE_DICE);
    }

    @Override
    Scoring<SegmentationSample> scoring(Dataset<SegmentationSample> dataset) {
        SegmentationScores scores =
                new SegmentationScores(dataset.classes().size(), LabelTable.IGNORE);
        return new Scoring<>() {
            @Override
            public void add(Item<SegmentationSample> item, NetworkOutput output) {
                scores.add(
                        item.sample().patient(),
                        item.sample().name(),
                        item.labels(),
                        ((NetworkOutput.LabelMap) output).labels());
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

    @Override
    void describe(ObjectNode settings) {
        settings.put("loss", loss.name());
    }
}
