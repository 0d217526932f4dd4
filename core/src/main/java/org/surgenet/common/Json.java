package org.surgenet.common;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** JSON as trees: no class is ever named by a file, and nothing needs reflection. */
public final class Json {
    /** A name twice in one object is an error: readers would differ in which value counts. */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /**
     * @throws UserException if the file is missing or is no JSON; the message names file and line
     */
    public static JsonNode read(Path file) {
        try {
            return MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw invalid(file, e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /** Takes an element of a list. */
    @FunctionalInterface
    public interface Elements {
        /**
         * @param list name of the list
         * @param index in it, from 0
         * @param line of the file where the element begins, from 1
         */
        void take(String list, int index, long line, JsonNode element);
    }

    /**
     * Hands the elements of the lists in a file's outermost object one by one to {@code sink}: for
     * files too large to hold. Everything else in it is passed over.
     *
     * @param lists names of the lists
     * @return the names that are there
     * @throws UserException if the file is missing or is no JSON object; the message names file and
     *     line
     */
    public static Set<String> scan(Path file, Set<String> lists, Elements sink) {
        Set<String> found = new HashSet<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                JsonParser parser = MAPPER.createParser(in)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UserException(file + ": is not a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.START_ARRAY && lists.contains(name)) {
                    found.add(name);
                    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                        long line = parser.currentTokenLocation().getLineNr();
                        sink.take(name, i, line, parser.readValueAsTree());
                    }
                } else {
                    parser.skipChildren();
                }
            }
            return found;
        } catch (JsonProcessingException e) {
            throw invalid(file, e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static UserException invalid(Path file, JsonProcessingException e) {
        return new UserException(
                file
                        + ": not valid JSON at line "
                        + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
                        + ": "
                        + e.getOriginalMessage(),
                e);
    }

    /**
     * Reads a JSON text.
     *
     * @param origin what the text is, for the error message
     * @throws UserException if it is no JSON; the message names origin and line
     */
    public static JsonNode parse(byte[] text, String origin) {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new UserException(origin + ": not valid JSON: " + firstLine(e.getMessage()), e);
        }
    }

    private static String firstLine(String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }

    /** Indented text with a final line break. */
    public static String pretty(JsonNode node) {
        return node.toPrettyString() + "\n";
    }

    /** One line without a line break, for JSON-lines files. */
    public static String line(JsonNode node) {
        return node.toString();
    }

    public static void write(Path file, JsonNode node) throws IOException {
        AtomicFiles.write(file, out -> out.write(pretty(node).getBytes(StandardCharsets.UTF_8)));
    }
}
