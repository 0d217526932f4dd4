package org.surgenet.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.common.UserException;

/** A configuration file: a YAML mapping of option names to a value or a list of values each. */
final class ConfigFile {
    /**
     * What a key was given.
     *
     * @param values as text; one unless the file has a list
     * @param line of the key in the file, from 1
     */
    record Entry(List<String> values, int line) {}

    private ConfigFile() {}

    /**
     * Reads a file; keys in its order.
     *
     * @throws UserException if it cannot be read, is no such YAML, or has a key twice
     */
    static Map<String, Entry> read(Path file) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (Reader reader = Files.newBufferedReader(file);
                YAMLParser parser = new YAMLFactory().createParser(reader)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return entries;
            }
            if (first != JsonToken.START_OBJECT) {
                throw error(file, parser, "expected lines of the form 'option: value'");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                int line = parser.currentTokenLocation().getLineNr();
                List<String> values = new ArrayList<>();
                JsonToken token = parser.nextToken();
                if (token == JsonToken.START_ARRAY) {
                    for (token = parser.nextToken();
                            token != JsonToken.END_ARRAY;
                            token = parser.nextToken()) {
                        values.add(scalar(file, parser, key));
                    }
                } else {
                    values.add(scalar(file, parser, key));
                }
                Entry earlier = entries.put(key, new Entry(List.copyOf(values), line));
                if (earlier != null) {
                    throw new UserException(
                            file
                                    + ":"
                                    + line
                                    + ": '"
                                    + key
                                    + "' is given twice, first in line "
                                    + earlier.line());
                }
            }
            return entries;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new UserException(
                    file
                            + ":"
                            + (at == null ? 1 : at.getLineNr())
                            + ": not valid YAML: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        } catch (IOException e) {
            throw new UserException(
                    "--config " + file + ": cannot be read: " + Failures.describe(e), e);
        }
    }

    private static String scalar(Path file, YAMLParser parser, String key) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            throw error(file, parser, "'" + key + "' has no value; leave the line out instead");
        }
        if (!token.isScalarValue()) {
            throw error(file, parser, "'" + key + "' must be a value or a list of values");
        }
        return parser.getText();
    }

    private static UserException error(Path file, YAMLParser parser, String problem) {
        return new UserException(
                file + ":" + parser.currentTokenLocation().getLineNr() + ": " + problem);
    }
}
