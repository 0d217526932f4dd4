package org.surgenet.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.surgenet.common.Preset;
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
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(reader, file.toString());
        } catch (IOException e) {
            throw new UserException(
                    "--config " + file + ": cannot be read: " + Failures.describe(e), e);
        }
    }

    /** Reads a preset, in the same way. */
    static Map<String, Entry> read(Preset preset) {
        try (Reader reader = preset.open()) {
            return read(reader, "preset " + preset.name());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a preset's settings are from: the comment that it begins with. */
    static String source(Preset preset) {
        try (BufferedReader reader = new BufferedReader(preset.open())) {
            return reader.lines()
                    .takeWhile(line -> line.startsWith("#"))
                    .map(line -> line.substring(1).strip())
                    .collect(Collectors.joining(" "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a text.
     *
     * @param file what messages call it
     */
    private static Map<String, Entry> read(Reader reader, String file) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (YAMLParser parser = new YAMLFactory().createParser(reader)) {
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
        }
    }

    private static String scalar(String file, YAMLParser parser, String key) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            throw error(file, parser, "'" + key + "' has no value; leave the line out instead");
        }
        if (!token.isScalarValue()) {
            throw error(file, parser, "'" + key + "' must be a value or a list of values");
        }
        return parser.getText();
    }

    private static UserException error(String file, YAMLParser parser, String problem) {
        return new UserException(
                file + ":" + parser.currentTokenLocation().getLineNr() + ": " + problem);
    }
}
