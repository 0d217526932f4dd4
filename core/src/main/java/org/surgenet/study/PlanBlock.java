package org.surgenet.study;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.surgenet.common.Suggestions;
import org.surgenet.common.UserException;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping of a YAML file whose parts know their line, so that whatever is wrong with one is said
 * with it. Only the parser's tree is read: no object is made of what a file names.
 */
final class PlanBlock {
    private final Path file;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Integer> lines = new LinkedHashMap<>();

    private PlanBlock(Path file, MappingNode node) {
        this.file = file;
        line = line(node);
        for (NodeTuple entry : node.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw error(line(entry.getKeyNode()), "a key must be a word");
            }
            if (values.putIfAbsent(key.getValue(), entry.getValueNode()) != null) {
                throw error(
                        line(key),
                        "'"
                                + key.getValue()
                                + "' is given twice, first in line "
                                + lines.get(key.getValue()));
            }
            lines.put(key.getValue(), line(key));
        }
    }

    /**
     * Reads a file whose whole is a mapping.
     *
     * @throws UserException if it cannot be read or is something else
     */
    static PlanBlock read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    file + (Files.exists(file) ? ": is not a file" : ": no such file"));
        }
        try (Reader reader = Files.newBufferedReader(file)) {
            Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(reader);
            if (!(root instanceof MappingNode mapping)) {
                throw new UserException(file + ":1: a plan has lines of the form 'key: value'");
            }
            return new PlanBlock(file, mapping);
        } catch (MarkedYAMLException e) {
            int at = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
            throw new UserException(file + ":" + at + ": not valid YAML: " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new UserException(file + ": not valid YAML: " + firstLine(e), e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + firstLine(e), e);
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    /** The file's line of this mapping, from 1. */
    int line() {
        return line;
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    /** The keys in the file's order. */
    Set<String> keys() {
        return values.keySet();
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    /** The line of a key that is there. */
    int line(String key) {
        return lines.get(key);
    }

    /** An error about a key, or about the whole mapping where the key is missing. */
    UserException error(String key, String problem) {
        return error(lines.getOrDefault(key, line), problem);
    }

    private UserException error(int at, String problem) {
        return new UserException(file + ":" + at + ": " + problem);
    }

    /**
     * @param what this mapping is, for people
     * @throws UserException naming the first key that is none of {@code known}, and the nearest one
     */
    void allow(String what, Set<String> known) {
        for (String key : keys()) {
            if (!known.contains(key)) {
                throw error(
                        key, "unknown key '" + key + "' " + what + Suggestions.hint(key, known));
            }
        }
    }

    /** A value that must be one word, number or text. */
    Optional<String> text(String key) {
        Node node = values.get(key);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof ScalarNode scalar && !isNull(node) && !scalar.getValue().isBlank()) {
            return Optional.of(scalar.getValue());
        }
        throw error(key, "'" + key + "' must be a single value");
    }

    String required(String key, String what) {
        return text(key).orElseThrow(() -> error(key, what + " needs a line '" + key + ": …'"));
    }

    /** A value or a list of values; empty where the key is missing. */
    List<String> list(String key) {
        Node node = values.get(key);
        if (node instanceof SequenceNode sequence) {
            List<String> all = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                if (!(item instanceof ScalarNode scalar) || isNull(item)) {
                    throw error(line(item), "'" + key + "' must be a value or a list of values");
                }
                all.add(scalar.getValue());
            }
            return all;
        }
        return text(key).map(List::of).orElse(List.of());
    }

    /** Whether a key's value is a mapping. */
    boolean isBlock(String key) {
        return values.get(key) instanceof MappingNode;
    }

    /** A mapping below this one; empty where the key is missing. */
    Optional<PlanBlock> block(String key) {
        Node node = values.get(key);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof MappingNode mapping) {
            return Optional.of(new PlanBlock(file, mapping));
        }
        throw error(key, "'" + key + "' must hold lines of the form 'key: value'");
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }
}
