package org.surgenet.weights;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;

/** Rewrites weight files in another format and dialect. */
public final class Converter {
    /** Whose key names are written. */
    public enum Names {
        SURGENET,
        TIMM,
        /** Those of Hugging Face's transformers, as its files have them. */
        TRANSFORMERS,
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
     * {@code .pth} or {@code .pt}. With {@link Names#KEEP}, a PyTorch file stays nested as it is,
     * with its numbers and texts; of a safetensors file, names that begin with {@code student.},
     * {@code teacher.} and the like become dictionaries of their own, as DINO's are.
     *
     * <p>Shapes are those of the names' own code, which takes what is written strictly. Position
     * embeddings keep the file's grid.
     *
     * @param part of the file, such as {@code teacher}; empty for the one that fits best
     * @throws UserException if the file cannot be read, fits no known network completely, has
     *     values that are NaN or infinite, or the ending is unknown, or the names' code has no such
     *     network; nothing is written then
     */
    public static Outcome convert(Path in, Path out, Names names, Optional<String> part)
            throws IOException {
        requireKnownEnding(out);
        if (names == Names.KEEP && part.isPresent()) {
            throw new SettingException(
                    "weights-part",
                    part.get(),
                    "the choice names=keep takes all of the file; give one or the other");
        }
        StateDict weights = WeightsFile.read(in);
        Map<String, String> notes = notes(weights);
        if (names == Names.KEEP) {
            if (isPth(out)) {
                boolean bare = weights.content().isEmpty();
                if (bare) {
                    weights.metadata().forEach(notes::putIfAbsent);
                }
                PthWriter.write(out, bare ? nested(weights.tensors()) : weights.content(), notes);
            } else {
                weights.metadata().forEach(notes::putIfAbsent);
                writeSafetensors(out, weights.tensors(), notes);
            }
            return new Outcome(weights.tensors().size(), "all of the file, names unchanged");
        }
        Fit fit = fit(weights, part);
        Map<String, Tensor> tensors = renamed(in, fit, names);
        requireFinite(in, tensors);
        notes.put("backbone", fit.backbone());
        if (isPth(out)) {
            PthWriter.write(out, tensors, notes);
        } else {
            writeSafetensors(out, tensors, notes);
        }
        return new Outcome(tensors.size(), what(weights, fit, names));
    }

    /** What goes with the weights whatever their format: terms, and how far they are trained. */
    private static Map<String, String> notes(StateDict weights) {
        Map<String, String> notes = new LinkedHashMap<>();
        notes.put(Licences.METADATA_KEY, Licences.of(weights));
        if (weights.content().isEmpty()) {
            // Of a safetensors file; a checkpoint of PyTorch's has its settings there.
            weights.metadata().forEach(notes::putIfAbsent);
        }
        for (String key : List.of("program", WeightLoader.EPOCHS_DONE, WeightLoader.EPOCHS_ASKED)) {
            if (weights.metadata().containsKey(key)) {
                notes.put(key, weights.metadata().get(key));
            }
        }
        return notes;
    }

    private static void writeSafetensors(
            Path out, Map<String, Tensor> tensors, Map<String, String> notes) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(notes);
        metadata.put("format", "pt");
        Safetensors.writeTensors(out, tensors, metadata);
    }

    static Fit fit(StateDict weights, Optional<String> part) {
        return Fit.best(weights, part)
                .filter(best -> best.coverage().complete())
                .orElseThrow(() -> unknown(weights, part));
    }

    private static String what(StateDict weights, Fit fit, Names names) {
        StringBuilder what = new StringBuilder(fit.backbone() + ", " + fit.kind());
        Coverage coverage = fit.coverage();
        if (!coverage.prefix().isEmpty()) {
            what.append(" of the part '").append(coverage.part()).append('\'');
        }
        if (!coverage.others().isEmpty()) {
            what.append("; weights-part selects another: ");
            what.append(String.join(", ", coverage.others()));
        }
        if (!coverage.resampled().isEmpty()) {
            // The target's code has them for images of that size.
            what.append("; position embeddings stay as they are: pos_embed ");
            what.append(fit.tensors().get("pos_embed"));
        }
        int used = weights.under(coverage.prefix()).size() - coverage.left().size();
        int rest = weights.tensors().size() - used;
        if (rest > 0) {
            what.append("; ").append(Words.counted(rest, "other tensor"));
            what.append(" of the file left out");
        }
        if (names == Names.TIMM && fit.backbone().equals("caformer_s18")) {
            what.append("; timm's caformer_s18 has StarReLU: build its MetaFormer with ReLU");
        }
        return what.toString();
    }

    private static void requireFinite(Path in, Map<String, Tensor> tensors) {
        Map<String, Long> broken = new TreeMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    long bad = tensor.nonFinite();
                    if (bad > 0) {
                        broken.put(name, bad);
                    }
                });
        WeightLoader.requireFinite(in, broken);
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

    /** Whether a file to be written gets PyTorch's format. */
    public static boolean isPth(Path out) {
        return name(out).endsWith(".pth") || name(out).endsWith(".pt");
    }

    private static String name(Path out) {
        return out.getFileName().toString().toLowerCase(Locale.ROOT);
    }

    private static UserException unknown(StateDict weights, Optional<String> part) {
        String closest =
                Fit.best(weights, part)
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
                        + "; names=keep converts it all the same");
    }

    /** The tensors under the target's names, in the shapes that its code has. */
    static Map<String, Tensor> renamed(Path in, Fit fit, Names names) {
        Dialect dialect = dialect(in, fit, names);
        Map<String, Tensor> renamed = new LinkedHashMap<>();
        fit.tensors()
                .forEach(
                        (key, tensor) -> {
                            long[] own = fit.shapes().get(key);
                            boolean resampled = Tensor.count(own) != tensor.elements();
                            Tensor ours = resampled ? tensor : tensor.reshaped(own);
                            for (Dialect.Piece piece : dialect.fromSurgenet(key)) {
                                Tensor theirs = ours.part(piece.index(), piece.count());
                                renamed.put(
                                        piece.name(),
                                        theirs.reshaped(
                                                dialect.theirShape(piece.name(), theirs.shape())));
                            }
                        });
        return renamed;
    }

    private static Dialect dialect(Path in, Fit fit, Names names) {
        if (names == Names.SURGENET) {
            return Dialect.SURGENET;
        }
        String whose = names == Names.TIMM ? "timm" : "transformers";
        if (fit.tensors().keySet().stream().anyMatch(key -> key.startsWith("FPN."))) {
            throw new UserException(
                    in
                            + ": is a segmentation model; "
                            + whose
                            + " has no names for its decoder, only names=surgenet does");
        }
        if (names == Names.TIMM) {
            return Dialect.timmOf(fit.backbone());
        }
        boolean head = fit.tensors().keySet().stream().anyMatch(key -> key.startsWith("head."));
        return Dialect.transformersOf(fit.backbone(), head)
                .orElseThrow(
                        () ->
                                new UserException(
                                        in
                                                + ": "
                                                + whose
                                                + " has no network like "
                                                + fit.backbone()
                                                + "; use names=timm or surgenet"));
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
