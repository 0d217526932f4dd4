package org.surgenet.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Module;

/**
 * Finds the part of a file, and the dialect, that fit a network best: every way of cutting leading
 * path elements from the file's names is tried in every dialect, and the one that meets most of the
 * network's keys wins. So {@code module.}, {@code backbone.}, {@code teacher.} and whatever else
 * wraps a state dictionary need no list.
 *
 * @param tensors the file's tensors by the network's keys
 * @param coverage what was met
 */
record Matching(Map<String, Tensor> tensors, Coverage coverage) {
    /** A wrapped checkpoint has few levels: {@code student.module.backbone.}. */
    private static final int MAX_CUT = 4;

    private record Way(String prefix, Dialect dialect) {}

    static Matching of(Module network, StateDict weights) {
        Map<String, long[]> expected = new LinkedHashMap<>();
        network.parameters()
                .forEach((key, parameter) -> expected.put(key, parameter.shape().getShape()));
        Way way = best(expected, weights);
        Map<String, Tensor> found = new LinkedHashMap<>();
        Map<String, String> reshaped = new LinkedHashMap<>();
        List<String> unexpected = new ArrayList<>();
        for (Map.Entry<String, Tensor> entry : weights.under(way.prefix).entrySet()) {
            String key = way.dialect.ours(entry.getKey());
            long[] shape = expected.get(key);
            if (shape != null && sameButForOnes(shape, entry.getValue().shape())) {
                found.put(key, entry.getValue());
            } else if (shape != null) {
                reshaped.put(
                        key,
                        key
                                + " ("
                                + entry.getValue()
                                + ", expected "
                                + Arrays.toString(shape)
                                + ")");
            } else if (!(network instanceof Backbone && key != null && key.startsWith("head."))) {
                // A backbone leaves a file's classification head where it is.
                unexpected.add(way.prefix + entry.getKey());
            }
        }
        List<String> missing = new ArrayList<>();
        for (String key : expected.keySet()) {
            if (!found.containsKey(key) && !reshaped.containsKey(key)) {
                missing.add(key);
            }
        }
        return new Matching(
                found,
                new Coverage(
                        found.size(),
                        expected.size(),
                        List.copyOf(missing),
                        List.copyOf(reshaped.values()),
                        List.copyOf(unexpected),
                        way.prefix,
                        way.dialect));
    }

    private static Way best(Map<String, long[]> expected, StateDict weights) {
        Map<Way, Integer> votes = new LinkedHashMap<>();
        vote(Dialect.SURGENET, expected, weights, votes);
        // Most files need no translation, and patterns take longer than the reading.
        if (votes.values().stream().noneMatch(count -> count == expected.size())) {
            for (Dialect dialect : Dialect.values()) {
                if (dialect != Dialect.SURGENET) {
                    vote(dialect, expected, weights, votes);
                }
                if (votes.values().stream().anyMatch(count -> count == expected.size())) {
                    break; // Dialects differ in so many names that two never fit wholly.
                }
            }
        }
        Way best = new Way("", Dialect.SURGENET);
        int most = 0;
        for (Map.Entry<Way, Integer> entry : votes.entrySet()) {
            // The teacher is what DINO's users want; otherwise what comes first.
            boolean preferred =
                    entry.getValue() == most
                            && entry.getKey().prefix.startsWith("teacher.")
                            && !best.prefix.startsWith("teacher.");
            if (entry.getValue() > most || preferred) {
                best = entry.getKey();
                most = entry.getValue();
            }
        }
        return best;
    }

    /** Counts, for every way of cutting names, how many of the network's keys it meets. */
    private static void vote(
            Dialect dialect,
            Map<String, long[]> expected,
            StateDict weights,
            Map<Way, Integer> votes) {
        for (String name : weights.tensors().keySet()) {
            int cut = 0;
            for (int i = 0; i <= MAX_CUT && cut >= 0; i++) {
                if (expected.containsKey(dialect.ours(name.substring(cut)))) {
                    votes.merge(new Way(name.substring(0, cut), dialect), 1, Integer::sum);
                }
                cut = name.indexOf('.', cut) + 1;
                cut = cut == 0 ? -1 : cut;
            }
        }
    }

    /**
     * Linear layers are 1×1 convolutions elsewhere, and ConvNeXtV2's response norm comes as (C) and
     * as (1, 1, 1, C): the same values in the same order.
     */
    private static boolean sameButForOnes(long[] a, long[] b) {
        int i = 0;
        int j = 0;
        while (true) {
            while (i < a.length && a[i] == 1) {
                i++;
            }
            while (j < b.length && b[j] == 1) {
                j++;
            }
            if (i == a.length || j == b.length) {
                return i == a.length && j == b.length;
            }
            if (a[i++] != b[j++]) {
                return false;
            }
        }
    }
}
