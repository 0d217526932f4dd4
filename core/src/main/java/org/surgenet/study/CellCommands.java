package org.surgenet.study;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.surgenet.common.Json;

/**
 * The command lines that make a cell, as a person would type them after the program's name: the
 * command, then options of the form {@code key=value} with their dashes.
 *
 * @param train fine-tunes a model
 * @param score evaluates it on the test part
 */
public record CellCommands(List<String> train, List<String> score) {
    /** Places and means, which do not change what comes out. */
    private static final Set<String> INDIFFERENT =
            Set.of("output", "model", "workers", "device", "weights-dir", "split", "weights");

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,15}(\\.\\d{0,15})?|\\.\\d{1,15})([eE][+-]?\\d{1,2})?");

    /** Where the settings of the evaluation are in {@link #settings}. */
    static final String SCORING = "scoring";

    public CellCommands {
        train = List.copyOf(train);
        score = List.copyOf(score);
    }

    /** What changes the result, by key. */
    ObjectNode settings() {
        ObjectNode root = Json.object();
        add(root.putObject("training"), train);
        add(root.putObject(SCORING), score);
        return root;
    }

    private static void add(ObjectNode node, List<String> words) {
        for (String word : words.subList(1, words.size())) {
            int equals = word.indexOf('=');
            String key = (equals < 0 ? word : word.substring(0, equals)).replaceFirst("^-+", "");
            String value = equals < 0 ? "true" : plain(word.substring(equals + 1));
            if (!INDIFFERENT.contains(key)) {
                node.put(key, node.has(key) ? node.get(key).asText() + "," + value : value);
            }
        }
    }

    /** A number as it is however it is written: 1e-3 is 0.001. */
    private static String plain(String value) {
        return NUMBER.matcher(value).matches()
                ? new BigDecimal(value).stripTrailingZeros().toPlainString()
                : value;
    }

    /** Both as JSON. */
    ArrayNode json() {
        ArrayNode lines = Json.object().arrayNode();
        for (List<String> line : List.of(train, score)) {
            ArrayNode words = lines.addArray();
            line.forEach(words::add);
        }
        return lines;
    }
}
