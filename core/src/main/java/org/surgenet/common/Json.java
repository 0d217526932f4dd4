package org.surgenet.common;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

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
            throw new UserException(
                    file
                            + ": not valid JSON at line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr())
                            + ": "
                            + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
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
