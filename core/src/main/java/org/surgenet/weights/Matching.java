package org.surgenet.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/**
 * Finds the part of a file, and the dialect, that fit a network best: every way of cutting leading
 * path elements from the file's names is tried in every dialect, and the one that meets most of the
 * network's keys wins. So {@code module.}, {@code backbone.}, {@code teacher.} and whatever else
 * wraps a state dictionary need no list.
 *
 * <p>Of several parts that fit equally well, running averages of weights come first, as timm and
 * DINO's evaluation take them: the teacher, or what is called "ema". Otherwise the first in the
 * file is taken.
 *
 * @param tensors the file's tensors by the network's keys; their shapes may differ by ones, and
 *     those that {@code adapted} has as well by more
 * @param adapted what replaces some of them in this network, such as position embeddings of another
 *     grid
 * @param shapes the network's own, by key
 * @param coverage what was met
 */
record Matching(
        Map<String, Tensor> tensors,
        Map<String, Tensor> adapted,
        Map<String, long[]> shapes,
        Coverage coverage) {
    /** A wrapped checkpoint has few levels: {@code student.module.backbone.}. */
    private static final int MAX_CUT = 4;

    private static final int MAX_LISTED = 20;

    private static final Pattern AVERAGED =
            Pattern.compile("(.*\\.)?(teacher|([^.]*_)?ema(_[^.]*)?)\\..*");

    /** What stands before the names, and whose they are. */
    private record Way(String prefix, Dialect dialect) {}

    /** What a way meets: keys of the network, and those of them whose shape fits. */
    private record Votes(Set<String> keys, Set<String> fitting) {
        static Votes none() {
            return new Votes(new LinkedHashSet<>(), new LinkedHashSet<>());
        }

        boolean exceeds(Votes other) {
            return fitting.size() != other.fitting.size()
                    ? fitting.size() > other.fitting.size()
                    : keys.size() > other.keys.size();
        }

        boolean ties(Votes other) {
            return !exceeds(other) && !other.exceeds(this);
        }
    }

    /** Takes the part that fits best. */
    static Matching of(Module network, StateDict weights) {
        return of(network, weights, Optional.empty());
    }

    /**
     * Matches a network with a file.
     *
     * @param part what the names of the part to take begin with, without the last dot, or "." for
     *     those under no other name
     * @throws UserException if no such part fits; the message lists those that do
     */
    static Matching of(Module network, StateDict weights, Optional<String> part) {
        Map<String, Parameter> parameters = network.parameters();
        Map<Way, Votes> votes = votes(parameters, weights);
        Way way = part.map(name -> named(votes, weights, name)).orElseGet(() -> best(votes));
        Map<String, long[]> shapes = new LinkedHashMap<>();
        parameters.forEach((key, parameter) -> shapes.put(key, parameter.shape().getShape()));

        List<String> others = fitting(votes, way);
        others.remove(way.prefix);
        Gathered gathered = Gathered.of(way, weights, shapes, network instanceof Backbone, others);
        Map<String, Tensor> found = new LinkedHashMap<>();
        Map<String, Tensor> adapted = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        List<String> reshaped = new ArrayList<>();
        List<String> resampled = new ArrayList<>();
        shapes.forEach(
                (key, shape) -> {
                    Tensor tensor = gathered.tensors.get(key);
                    if (tensor == null) {
                        missing.add(key);
                        return;
                    }
                    if (sameButForOnes(shape, tensor.shape())) {
                        found.put(key, tensor);
                        return;
                    }
                    Optional<Parameter.Resampling> resampling =
                            parameters.get(key).resampling(tensor.shape());
                    if (resampling.isPresent()) {
                        found.put(key, tensor);
                        adapted.put(key, resampled(tensor, shape, resampling.get()));
                        resampled.add(key + " from " + resampling.get().what());
                    } else {
                        reshaped.add(
                                key + " (" + tensor + ", expected " + Arrays.toString(shape) + ")");
                    }
                });
        return new Matching(
                found,
                adapted,
                shapes,
                new Coverage(
                        found.size(),
                        shapes.size(),
                        List.copyOf(missing),
                        List.copyOf(reshaped),
                        List.copyOf(gathered.unexpected),
                        List.copyOf(gathered.left),
                        List.copyOf(resampled),
                        way.prefix,
                        way.dialect,
                        names(others)));
    }

    private static Tensor resampled(Tensor from, long[] shape, Parameter.Resampling resampling) {
        return Tensor.computed(
                shape,
                () -> {
                    float[] values = new float[Math.toIntExact(from.elements())];
                    from.floats().asFloatBuffer().get(values);
                    return resampling.apply(values);
                });
    }

    /**
     * The tensors of a part by the network's keys, put together where the file has them in pieces.
     *
     * @param unexpected names of the file that belong to nothing
     * @param left names of the file that belong to layers which this network does without
     */
    private record Gathered(
            Map<String, Tensor> tensors, List<String> unexpected, List<String> left) {
        static Gathered of(
                Way way,
                StateDict weights,
                Map<String, long[]> shapes,
                boolean backbone,
                List<String> others) {
            Map<String, Tensor> whole = new LinkedHashMap<>();
            Map<String, Map<Integer, Tensor>> pieces = new LinkedHashMap<>();
            Map<String, Integer> counts = new LinkedHashMap<>();
            List<String> unexpected = new ArrayList<>();
            List<String> left = new ArrayList<>();
            List<String> within =
                    others.stream()
                            .filter(other -> other.startsWith(way.prefix))
                            .map(other -> other.substring(way.prefix.length()))
                            .toList();
            weights.under(way.prefix)
                    .forEach(
                            (name, tensor) -> {
                                Dialect.Piece piece = way.dialect.ours(name);
                                if (piece != null && shapes.containsKey(piece.name())) {
                                    pieces.computeIfAbsent(piece.name(), key -> new TreeMap<>())
                                            .put(piece.index(), tensor);
                                    counts.put(piece.name(), piece.count());
                                } else if (way.dialect.isExtra(name)
                                        || backbone
                                                && piece != null
                                                && piece.name().startsWith("head.")) {
                                    // A backbone leaves a classification head where it is.
                                    left.add(way.prefix + name);
                                } else if (within.stream().noneMatch(name::startsWith)) {
                                    // Other parts lie beside the names at the top.
                                    unexpected.add(way.prefix + name);
                                }
                            });
            pieces.forEach(
                    (key, parts) -> {
                        if (parts.size() == counts.get(key)) {
                            whole.put(key, join(weights, key, List.copyOf(parts.values())));
                        }
                    });
            return new Gathered(whole, unexpected, left);
        }

        private static Tensor join(StateDict weights, String key, List<Tensor> parts) {
            try {
                return parts.size() == 1 ? parts.get(0) : Tensor.joined(parts);
            } catch (UserException e) {
                throw new UserException(
                        weights.file() + ": the parts of " + key + ": " + e.getMessage(), e);
            }
        }
    }

    // --- which part -----------------------------------------------------------------------------

    private static Map<Way, Votes> votes(Map<String, Parameter> parameters, StateDict weights) {
        Map<Way, Votes> votes = new LinkedHashMap<>();
        for (Dialect dialect : Dialect.values()) {
            vote(dialect, parameters, weights, votes);
            // Most files need no translation, and patterns take longer than the reading. Dialects
            // differ in so many names that two never fit wholly.
            if (votes.values().stream().anyMatch(v -> v.keys.size() == parameters.size())) {
                break;
            }
        }
        return votes;
    }

    /** Finds, for every way of cutting names, which of the network's keys it meets. */
    private static void vote(
            Dialect dialect,
            Map<String, Parameter> parameters,
            StateDict weights,
            Map<Way, Votes> votes) {
        weights.tensors()
                .forEach(
                        (name, tensor) -> {
                            int cut = 0;
                            for (int i = 0; i <= MAX_CUT && cut >= 0; i++) {
                                Dialect.Piece piece = dialect.ours(name.substring(cut));
                                Parameter parameter =
                                        piece == null ? null : parameters.get(piece.name());
                                if (parameter != null) {
                                    Votes some =
                                            votes.computeIfAbsent(
                                                    new Way(name.substring(0, cut), dialect),
                                                    way -> Votes.none());
                                    some.keys.add(piece.name());
                                    if (fits(parameter, tensor.shape(), piece.count())) {
                                        some.fitting.add(piece.name());
                                    }
                                }
                                cut = name.indexOf('.', cut) + 1;
                                cut = cut == 0 ? -1 : cut;
                            }
                        });
    }

    private static boolean fits(Parameter parameter, long[] shape, int pieces) {
        long[] whole = shape.clone();
        if (pieces > 1 && whole.length > 0) {
            whole[0] *= pieces;
        }
        return sameButForOnes(parameter.shape().getShape(), whole)
                || parameter.resampling(whole).isPresent();
    }

    private static Way best(Map<Way, Votes> votes) {
        Way best = null;
        for (Map.Entry<Way, Votes> entry : votes.entrySet()) {
            Way way = entry.getKey();
            boolean better =
                    best == null
                            || entry.getValue().exceeds(votes.get(best))
                            || entry.getValue().ties(votes.get(best))
                                    && averaged(way.prefix)
                                    && !averaged(best.prefix);
            best = better ? way : best;
        }
        return best == null ? new Way("", Dialect.SURGENET) : best;
    }

    static boolean averaged(String prefix) {
        return AVERAGED.matcher(prefix).matches();
    }

    private static Way named(Map<Way, Votes> votes, StateDict weights, String part) {
        Map<Way, Votes> under = new LinkedHashMap<>(votes);
        under.keySet()
                .removeIf(
                        way ->
                                part.equals(Coverage.WHOLE)
                                        ? !way.prefix.isEmpty()
                                        : !way.prefix.startsWith(part + "."));
        if (under.isEmpty()) {
            throw unknown(votes, weights, part);
        }
        return best(under);
    }

    private static UserException unknown(Map<Way, Votes> votes, StateDict weights, String part) {
        boolean there = !weights.under(part + ".").isEmpty();
        List<String> fitting = names(fitting(votes, best(votes)));
        return new UserException(
                weights.file()
                        + ": "
                        + (there ? "its part '" : "has no part '")
                        + Licences.printable(part)
                        + (there ? "' holds no weights of this network" : "'")
                        + "; weights-part takes "
                        + (fitting.isEmpty()
                                ? "none of its parts: none fits this network"
                                : String.join(", ", fitting)));
    }

    /** What stands before the names of the parts that fit at least half as well as one. */
    private static List<String> fitting(Map<Way, Votes> votes, Way best) {
        // Cutting at a wrong place still meets a few keys, such as norm1.weight.
        int enough = votes.containsKey(best) ? (votes.get(best).fitting.size() + 1) / 2 : 1;
        return votes.entrySet().stream()
                .filter(entry -> entry.getValue().fitting.size() >= Math.max(1, enough))
                .map(entry -> entry.getKey().prefix)
                .distinct()
                .collect(Collectors.toCollection(ArrayList::new));
    }

    private static List<String> names(List<String> prefixes) {
        return prefixes.stream().map(Coverage::part).limit(MAX_LISTED).toList();
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
