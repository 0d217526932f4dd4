package org.surgenet.weights;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

/**
 * Weights that lie in several files, as Hugging Face's libraries split them: an index, such as
 * {@code model.safetensors.index.json} or {@code pytorch_model.bin.index.json}, says in {@code
 * weight_map} which file beside it holds each tensor. The index and its files must agree wholly.
 */
final class Shards {
    private static final long MAX_INDEX = 16L << 20;
    private static final int MAX_SHARDS = 10_000;
    private static final Pattern SHARD = Pattern.compile("(.+)-\\d{5}-of-\\d{5}(\\.\\w+)");

    private final Path index;

    /** The file names of the index by tensor, in its order. */
    private final Map<String, String> files = new LinkedHashMap<>();

    private final Map<String, String> metadata = new LinkedHashMap<>();

    private Shards(Path index) {
        this.index = index;
    }

    /** Whether a file begins as a JSON object does. */
    static boolean looksLikeIndex(byte... head) {
        for (byte b : head) {
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return b == '{';
            }
        }
        return false;
    }

    /**
     * Reads an index.
     *
     * @throws UserException if it is none, or names files outside its folder
     */
    static Shards read(Path index) throws IOException {
        if (Files.size(index) > MAX_INDEX) {
            throw new UserException(
                    index + ": is neither weights nor an index of shards: it is too large for one");
        }
        Shards shards = new Shards(index);
        JsonNode json = Json.read(index);
        JsonNode map = json.path("weight_map");
        if (!map.isObject() || map.isEmpty()) {
            throw new UserException(
                    index
                            + ": is JSON, but no index of weights: it has no 'weight_map' of"
                            + " tensors");
        }
        map.fields()
                .forEachRemaining(entry -> shards.add(entry.getKey(), entry.getValue().asText("")));
        json.path("metadata")
                .fields()
                .forEachRemaining(
                        entry -> shards.metadata.put(entry.getKey(), entry.getValue().asText()));
        if (shards.names().size() > MAX_SHARDS) {
            throw new UserException(index + ": names more than " + MAX_SHARDS + " files");
        }
        return shards;
    }

    /**
     * What a name says is what counts, not where a link of that name leads: in the cache of Hugging
     * Face's libraries all shards are links.
     */
    private void add(String tensor, String name) {
        StateDict.requireName(index, tensor);
        StateDict.requireName(index, name);
        boolean inside;
        try {
            Path path = Path.of(name);
            inside =
                    !name.isBlank()
                            && !path.isAbsolute()
                            && !path.normalize().startsWith("..")
                            && !path.normalize().toString().isEmpty();
        } catch (InvalidPathException e) {
            inside = false;
        }
        if (!inside) {
            throw new UserException(
                    index + ": " + tensor + " is said to be in '" + name + "', outside its folder");
        }
        files.put(tensor, name);
    }

    private Set<String> names() {
        return new LinkedHashSet<>(files.values());
    }

    /** The shards, in the index's order. */
    List<Path> paths() {
        return names().stream().map(this::path).toList();
    }

    private Path path(String name) {
        return index.resolveSibling(name).normalize();
    }

    /**
     * The tensors of all shards, in the index's order.
     *
     * @param reader reads one shard
     * @throws UserException if a shard is missing or does not hold what the index says
     */
    StateDict open(Function<Path, StateDict> reader) {
        Map<String, StateDict> shards = new LinkedHashMap<>();
        Map<String, String> all = new LinkedHashMap<>(metadata);
        Map<String, String> seen = new LinkedHashMap<>();
        for (String name : names()) {
            if (!Files.isRegularFile(path(name))) {
                throw new UserException(
                        path(name)
                                + ": is missing, one of the "
                                + names().size()
                                + " shards that "
                                + index
                                + " names; put it there");
            }
            StateDict shard = reader.apply(path(name));
            for (String tensor : shard.tensors().keySet()) {
                requireListed(tensor, name, seen);
            }
            shards.put(name, shard);
            shard.metadata().forEach(all::putIfAbsent);
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        files.forEach(
                (tensor, name) -> {
                    Tensor found = shards.get(name).tensors().get(tensor);
                    if (found == null) {
                        throw new UserException(
                                path(name)
                                        + ": does not hold "
                                        + tensor
                                        + ", which "
                                        + index
                                        + " says it does; fetch both again");
                    }
                    tensors.put(tensor, found);
                });
        return new StateDict(index, StateDict.Format.SHARDS, tensors, all);
    }

    private void requireListed(String tensor, String name, Map<String, String> seen) {
        String listed = files.get(tensor);
        String before = seen.putIfAbsent(tensor, name);
        if (before != null) {
            throw new UserException(
                    index + ": two of its shards hold " + tensor + ": " + before + " and " + name);
        }
        if (listed == null) {
            throw new UserException(
                    path(name)
                            + ": holds "
                            + tensor
                            + ", which "
                            + index
                            + " does not list; fetch both again");
        }
    }

    /** The index beside a file whose name is that of a shard, if there is one. */
    static Optional<Path> indexOf(Path shard) {
        Matcher matcher = SHARD.matcher(String.valueOf(shard.getFileName()));
        return matcher.matches()
                ? Optional.of(
                                shard.resolveSibling(
                                        matcher.group(1) + matcher.group(2) + ".index.json"))
                        .filter(Files::isRegularFile)
                : Optional.empty();
    }
}
