package org.surgenet.weights;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.surgenet.common.Words;

/**
 * What can be said of a weight file.
 *
 * @param weights its names and tensors
 * @param fit the known network that fits best, if any shares a tensor with it
 */
public record Inspection(StateDict weights, Optional<Fit> fit) {
    private static final int PARTS = 12;

    private static final List<String> TELLING =
            List.of(
                    "epoch",
                    "arch",
                    "args.arch",
                    "args.model",
                    "args.patch_size",
                    "args.out_dim",
                    "backbone");

    /**
     * Looks into a file.
     *
     * @param part of the file to look at; the one that fits best if empty
     * @throws org.surgenet.common.UserException as {@link WeightsFile#read}
     */
    public static Inspection of(Path file, Optional<String> part) {
        StateDict weights = WeightsFile.read(file);
        return new Inspection(weights, Fit.best(weights, part));
    }

    /** Such as "158 of f32, 26,341,608 elements". */
    public String tensors() {
        if (weights.tensors().isEmpty()) {
            return "none";
        }
        return String.format(
                Locale.ROOT,
                "%d of %s, %,d elements",
                weights.tensors().size(),
                types(),
                elements());
    }

    /**
     * Values that are no numbers, which a training or an evaluation refuses: "NaN or infinite: 3 of
     * 1,000 values, in norm.weight and 1 other"; empty if there are none. Reads all values.
     */
    public String broken() {
        Map<String, Long> broken = new LinkedHashMap<>();
        weights.tensors().forEach((name, tensor) -> broken.put(name, tensor.nonFinite()));
        broken.values().removeIf(count -> count == 0);
        if (broken.isEmpty()) {
            return "";
        }
        int others = broken.size() - 1;
        return String.format(
                Locale.ROOT,
                "NaN or infinite: %,d of %,d values, in %s%s",
                broken.values().stream().mapToLong(Long::longValue).sum(),
                elements(),
                broken.keySet().iterator().next(),
                others == 0 ? "" : " and " + Words.counted(others, "other"));
    }

    private String types() {
        return weights.tensors().values().stream()
                .map(tensor -> tensor.type().toString())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private long elements() {
        return weights.tensors().values().stream().mapToLong(Tensor::elements).sum();
    }

    /** The first elements of the tensors' names, such as student and teacher, with their counts. */
    public Map<String, Integer> parts() {
        Map<String, Integer> parts = new LinkedHashMap<>();
        for (String name : weights.tensors().keySet()) {
            int dot = name.indexOf('.');
            parts.merge(dot < 0 ? name : name.substring(0, dot), 1, Integer::sum);
        }
        return parts.size() > PARTS ? Map.of() : parts;
    }

    /** The values beside the tensors that tell most, such as "epoch 50, args.arch vit_small". */
    public String values() {
        return TELLING.stream()
                .filter(weights.metadata()::containsKey)
                .map(name -> name + " " + Licences.printable(weights.metadata().get(name)))
                .collect(Collectors.joining(", "));
    }

    /** The network in words. */
    public String network() {
        if (fit.isEmpty()) {
            return "none that is known here";
        }
        Fit best = fit.get();
        String name = best.backbone() + ", " + best.kind();
        return best.coverage().complete() ? name : "none fits completely; closest is " + name;
    }

    /** Whose names they are, and what stands before them. */
    public String names() {
        Coverage coverage = fit.orElseThrow().coverage();
        return coverage.prefix().isEmpty()
                ? coverage.dialect().toString()
                : coverage.dialect() + ", under '" + coverage.prefix() + "'";
    }

    /** Under which licence, as far as is known. */
    public String licence() {
        return Licences.of(weights);
    }
}
