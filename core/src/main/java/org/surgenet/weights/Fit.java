package org.surgenet.weights;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Backbones;
import org.surgenet.nn.Classifier;
import org.surgenet.nn.Module;
import org.surgenet.nn.fpn.SegmentationModel;

/**
 * The known network that a file's weights fit best.
 *
 * @param backbone the {@code --backbone} name
 * @param kind what is built on it, for people
 * @param tensors the fitting tensors by SurgeNet's keys
 * @param coverage how well they fit
 */
public record Fit(String backbone, String kind, Map<String, Tensor> tensors, Coverage coverage) {
    private static final List<String> HEAD_BIASES =
            List.of("head.fc2.bias", "head.fc.fc2.bias", "head.bias", "head.fc.bias");

    /** The best fit; empty if no known network shares a tensor with the file. */
    public static Optional<Fit> best(StateDict weights) {
        Fit best = null;
        for (String id : Backbones.ids()) {
            Fit fit = of(id, weights);
            if (fit.coverage.loaded() > 0 && (best == null || fit.score() > best.score())) {
                best = fit;
            }
        }
        return Optional.ofNullable(best);
    }

    private double score() {
        int all = coverage.expected() + coverage.unexpected().size();
        return (double) coverage.loaded() / all;
    }

    private static Fit of(String id, StateDict weights) {
        int segmentationClasses = rows(weights, "FPN.segmentation_head.0.bias");
        Backbone backbone = Backbones.create(id);
        if (segmentationClasses > 0) {
            return of(
                    id,
                    "segmentation model of " + segmentationClasses + " classes",
                    new SegmentationModel(backbone, segmentationClasses),
                    weights);
        }
        Fit bare = of(id, "backbone", backbone, weights);
        int classes = headClasses(weights, bare.coverage.prefix());
        if (classes == 0) {
            return bare;
        }
        return of(
                id,
                "classifier of " + classes + " classes",
                new Classifier(Backbones.create(id), classes),
                weights);
    }

    private static Fit of(String id, String kind, Module network, StateDict weights) {
        Matching matching = Matching.of(network, weights);
        return new Fit(id, kind, matching.tensors(), matching.coverage());
    }

    private static int headClasses(StateDict weights, String prefix) {
        for (String key : HEAD_BIASES) {
            int rows = rows(weights, prefix + key);
            if (rows > 0) {
                return rows;
            }
        }
        return 0;
    }

    private static int rows(StateDict weights, String key) {
        Tensor tensor = weights.tensors().get(key);
        return tensor == null || tensor.shape().length != 1 ? 0 : (int) tensor.elements();
    }
}
