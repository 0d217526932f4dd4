package org.surgenet.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.UserException;

/** Rewrites weight files in another format and dialect. */
public final class Converter {
    /** Whose key names are written. */
    public enum Names {
        SURGENET,
        TIMM,
        /** The file's own, with everything in it: optimiser states, student and teacher alike. */
        KEEP
    }

    /**
     * What was written.
     *
     * @param tensors how many
     * @param what of which network, for people
     */
    public record Outcome(int tensors, String what) {}

    private Converter() {}

    /**
     * Converts {@code in} to {@code out}, whose ending says the format: {@code .safetensors},
     * {@code .pth} or {@code .pt}. With {@link Names#KEEP} and {@code .pth}, names that begin with
     * {@code student.} and {@code teacher.} become dictionaries of their own, as DINO's are.
     *
     * @throws UserException if the file cannot be read, fits no known network completely, or the
     *     ending is unknown
     */
    public static Outcome convert(Path in, Path out, Names names) throws IOException {
        requireKnownEnding(out);
        StateDict weights = WeightsFile.read(in);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", "pt");
        metadata.put(Licences.METADATA_KEY, Licences.of(weights));
        if (names == Names.KEEP) {
            if (isPth(out)) {
                PthWriter.write(out, nested(weights.tensors()));
            } else {
                Safetensors.writeTensors(out, weights.tensors(), metadata);
            }
            return new Outcome(weights.tensors().size(), "all of the file, names unchanged");
        }
        Fit fit =
                Fit.best(weights)
                        .filter(best -> best.coverage().complete())
                        .orElseThrow(() -> unknown(weights));
        Map<String, Tensor> tensors = renamed(fit, names);
        if (isPth(out)) {
            PthWriter.write(out, tensors);
        } else {
            metadata.put("backbone", fit.backbone());
            Safetensors.writeTensors(out, tensors, metadata);
        }
        return new Outcome(tensors.size(), fit.backbone() + ", " + fit.kind());
    }

    /**
     * @throws UserException if {@code out} ends in none of the known endings
     */
    public static void requireKnownEnding(Path out) {
        if (!isPth(out) && !name(out).endsWith(".safetensors")) {
            throw new UserException(
                    out + ": the ending must be .safetensors, .pth or .pt, to tell the format");
        }
    }

    private static boolean isPth(Path out) {
        return name(out).endsWith(".pth") || name(out).endsWith(".pt");
    }

    private static String name(Path out) {
        return out.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private static UserException unknown(StateDict weights) {
        String closest =
                Fit.best(weights)
                        .map(
                                fit ->
                                        "; the closest is "
                                                + fit.backbone()
                                                + " with "
                                                + fit.coverage())
                        .orElse("");
        return new UserException(
                weights.file()
                        + ": fits no known network completely"
                        + closest
                        + "; --names=keep converts it all the same");
    }

    private static Map<String, Tensor> renamed(Fit fit, Names names) {
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        if (names == Names.SURGENET) {
            renamed.putAll(fit.tensors());
            return renamed;
        }
        if (fit.tensors().keySet().stream().anyMatch(key -> key.startsWith("FPN."))) {
            throw new UserException("timm has no names for the segmentation decoder");
        }
        Dialect dialect = Dialect.timmOf(fit.backbone());
        fit.tensors()
                .forEach(
                        (key, tensor) -> {
                            String name = dialect.fromSurgenet(key);
                            renamed.put(
                                    name,
                                    tensor.reshaped(dialect.theirShape(name, tensor.shape())));
                        });
        return renamed;
    }

    private static Map<String, Object> nested(Map<String, Tensor> tensors) {
        Map<String, Object> tree = new LinkedHashMap<>();
        Map<String, Map<String, Tensor>> containers = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    String container = container(name);
                    if (container == null) {
                        tree.put(name, tensor);
                        return;
                    }
                    Map<String, Tensor> part =
                            containers.computeIfAbsent(container, key -> new LinkedHashMap<>());
                    tree.put(container, part);
                    part.put(name.substring(container.length() + 1), tensor);
                });
        return tree;
    }

    private static String container(String name) {
        return List.of("student", "teacher", "model", "state_dict").stream()
                .filter(container -> name.startsWith(container + "."))
                .findFirst()
                .orElse(null);
    }
}
