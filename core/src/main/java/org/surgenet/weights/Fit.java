package org.surgenet.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Classifier;
import org.surgenet.nn.Module;
import org.surgenet.nn.fpn.SegmentationModel;
import org.surgenet.nn.zoo.Backbones;

/**
 * The known network that a file's weights fit best.
 *
 * @param backbone the backbone's name
 * @param kind what is built on it, for people
 * @param tensors the fitting tensors by SurgeNet's keys, in the file's shapes
 * @param shapes the network's own, by key
 * @param coverage how well they fit
 */
public record Fit(
        String backbone,
        String kind,
        Map<String, Tensor> tensors,
        Map<String, long[]> shapes,
        Coverage coverage) {
    private static final Set<String> HEAD_BIASES = Set.of("head.fc2.bias", "head.bias");
    private static final String CLASSES = "FPN.segmentation_head.0.bias";

    /** The best fit of any part; empty if no known network shares a tensor with the file. */
    public static Optional<Fit> best(StateDict weights) {
        return Backbones.ids().stream()
                .map(id -> of(id, weights, Optional.empty()))
                .filter(fit -> fit.coverage.loaded() > 0)
                .reduce((best, fit) -> fit.score() > best.score() ? fit : best);
    }

    /**
     * The best fit of one part, or of any.
     *
     * @param part of the file, such as {@code teacher}
     * @throws UserException if the part fits no known network, naming those that fit
     */
    public static Optional<Fit> best(StateDict weights, Optional<String> part) {
        if (part.isEmpty()) {
            return best(weights);
        }
        Fit best = null;
        Map<String, UserException> refused = new LinkedHashMap<>();
        for (String id : Backbones.ids()) {
            try {
                Fit fit = of(id, weights, part);
                if (fit.coverage.loaded() > 0 && (best == null || fit.score() > best.score())) {
                    best = fit;
                }
            } catch (UserException e) {
                refused.put(id, e);
            }
        }
        if (best == null && !refused.isEmpty()) {
            // Each names the parts that fit one network: the file's own is the one to tell of.
            throw refused.getOrDefault(
                    best(weights).map(Fit::backbone).orElse(""),
                    refused.values().iterator().next());
        }
        return Optional.ofNullable(best);
    }

    private double score() {
        int all = coverage.expected() + coverage.unexpected().size();
        return (double) coverage.loaded() / all;
    }

    private static Fit of(String id, StateDict weights, Optional<String> part) {
        int segmentationClasses = rows(weights, name -> name.endsWith(CLASSES));
        Backbone backbone = Backbones.create(id);
        if (segmentationClasses > 0) {
            return of(
                    id,
                    "segmentation model of " + segmentationClasses + " classes",
                    new SegmentationModel(backbone, segmentationClasses),
                    weights,
                    part);
        }
        Fit bare = of(id, "backbone", backbone, weights, part);
        int classes = headClasses(weights, bare.coverage);
        if (classes == 0) {
            return bare;
        }
        return of(
                id,
                "classifier of " + classes + " classes",
                new Classifier(Backbones.create(id), classes),
                weights,
                part);
    }

    private static Fit of(
            String id, String kind, Module network, StateDict weights, Optional<String> part) {
        Matching matching = Matching.of(network, weights, part);
        return new Fit(id, kind, matching.tensors(), matching.shapes(), matching.coverage());
    }

    private static int headClasses(StateDict weights, Coverage bare) {
        String prefix = bare.prefix();
        return rows(
                weights,
                name -> {
                    if (!name.startsWith(prefix)) {
                        return false;
                    }
                    Dialect.Piece ours = bare.dialect().ours(name.substring(prefix.length()));
                    return ours != null && HEAD_BIASES.contains(ours.name());
                });
    }

    /** The length of the first vector whose name is meant; 0 if there is none. */
    private static int rows(StateDict weights, Predicate<String> name) {
        return weights.tensors().entrySet().stream()
                .filter(entry -> name.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .filter(tensor -> tensor.shape().length == 1)
                .mapToInt(tensor -> (int) tensor.elements())
                .findFirst()
                .orElse(0);
    }
}
