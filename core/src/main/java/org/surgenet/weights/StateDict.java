package org.surgenet.weights;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.surgenet.common.UserException;

/**
 * The tensors of a file by name, in the file's order, and what else it says. Nested dictionaries
 * are joined with dots: a full DINO checkpoint has names such as {@code
 * teacher.backbone.norm.weight} and {@code optimizer.state.0.exp_avg}; its other values, such as
 * {@code epoch} and {@code args.arch}, are in the metadata as text. A file that holds one bare
 * tensor names it {@code tensor}.
 *
 * @param file where it was read
 * @param format of the file
 * @param tensors by name
 * @param metadata other values by name, as text
 * @param content of a PyTorch file: its dictionaries as they are nested, with tensors, lists,
 *     tuples (arrays), numbers and text; empty for other formats
 */
public record StateDict(
        Path file,
        Format format,
        Map<String, Tensor> tensors,
        Map<String, String> metadata,
        Map<String, Object> content) {
    /** Of a file without nested dictionaries. */
    StateDict(Path file, Format format, Map<String, Tensor> tensors, Map<String, String> metadata) {
        this(file, format, tensors, metadata, Map.of());
    }

    /** Formats of weight files. */
    public enum Format {
        PYTORCH_ZIP("PyTorch checkpoint (zip format)"),
        PYTORCH_LEGACY("PyTorch checkpoint (legacy format, before 1.6)"),
        SAFETENSORS("safetensors"),
        SHARDS("several files, named by an index");

        private final String text;

        Format(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** Names of checkpoints have fewer than a hundred. */
    private static final int MAX_NAME = 1000;

    public StateDict {
        for (String name : tensors.keySet()) {
            requireName(file, name);
        }
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        content = Collections.unmodifiableMap(content);
    }

    /**
     * Refuses a name that is absurdly long or that could command a terminal.
     *
     * @throws UserException if so
     */
    static void requireName(Path file, String name) {
        if (name.length() > MAX_NAME) {
            throw new UserException(
                    file
                            + ": has a name of more than "
                            + MAX_NAME
                            + " characters, beginning with "
                            + name.substring(0, 40));
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new UserException(
                    file
                            + ": has a name with control characters: "
                            + name.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    /** The same with more metadata; what the file's own dictionaries say goes first. */
    StateDict with(Map<String, String> notes) {
        Map<String, String> all = new LinkedHashMap<>(metadata);
        notes.forEach(all::putIfAbsent);
        return new StateDict(file, format, tensors, all, content);
    }

    /** The tensors whose names begin with {@code prefix}, without it. */
    public Map<String, Tensor> under(String prefix) {
        Map<String, Tensor> part = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    if (name.startsWith(prefix)) {
                        part.put(name.substring(prefix.length()), tensor);
                    }
                });
        return part;
    }
}
