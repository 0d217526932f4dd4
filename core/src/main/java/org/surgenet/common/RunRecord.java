package org.surgenet.common;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * How a result was made: version, command line, seed, host, inputs with hashes, weight licences.
 * Written as {@code run.json} into the run's directory when work begins (status {@code running})
 * and again when it ends. Thread-safe.
 */
public final class RunRecord {
    /** The file's name in the run's directory. */
    public static final String FILE_NAME = "run.json";

    private final ObjectNode root = Json.object();

    /**
     * @param version of surgenet, with the commit where known
     * @param commandLine the program's arguments as given
     */
    public RunRecord(String version, List<String> commandLine) {
        root.put("program", "surgenet");
        root.put("version", version);
        ArrayNode line = root.putArray("command_line");
        commandLine.forEach(line::add);
        root.put("started", Instant.now().toString());
        root.put("status", "running");
        root.put(
                "java",
                System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
        root.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        root.put("processors", Processors.available());
    }

    /** Sets a field of one's own, such as {@code seed}. */
    public synchronized RunRecord put(String field, Object value) {
        if (value instanceof Number number
                && !(value instanceof Double || value instanceof Float)) {
            root.put(field, number.longValue());
        } else if (value instanceof Number number) {
            root.put(field, number.doubleValue());
        } else if (value instanceof Boolean flag) {
            root.put(field, flag);
        } else {
            root.put(field, String.valueOf(value));
        }
        return this;
    }

    /** The object under {@code field}, made if absent, for a part's own facts. */
    public synchronized ObjectNode section(String field) {
        return root.withObjectProperty(field);
    }

    /** Records an input file with its size and hash; a folder with its path alone. */
    public synchronized RunRecord input(Path path) throws IOException {
        ObjectNode node = root.withArrayProperty("inputs").addObject();
        node.put("path", path.toString());
        if (Files.isRegularFile(path)) {
            node.put("bytes", Files.size(path));
            node.put("sha256", Hashes.sha256(path));
        }
        return this;
    }

    /** Records the licence that weights were read under, and from which file. */
    public synchronized RunRecord weights(Path file, String licence, String coverage)
            throws IOException {
        ObjectNode node = root.withArrayProperty("weights").addObject();
        node.put("path", file.toString());
        node.put("sha256", Hashes.sha256(file));
        node.put("licence", licence);
        node.put("coverage", coverage);
        return this;
    }

    /**
     * Marks the end with {@code status} ("done", "done with skipped inputs", "failed",
     * "interrupted").
     */
    public synchronized RunRecord finish(String status) {
        root.put("status", status);
        root.put("ended", Instant.now().toString());
        return this;
    }

    public synchronized void writeTo(Path directory, String name) throws IOException {
        Path file = directory.resolve(name);
        try {
            Json.write(file, root);
        } catch (IOException e) {
            if (!Files.isRegularFile(file)) {
                throw e;
            }
            // On a full disk there is room for this one only in its own place.
            overwrite(file);
        }
    }

    private void overwrite(Path file) throws IOException {
        byte[] text = Json.pretty(root).getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile data = new RandomAccessFile(file.toFile(), "rw")) {
            data.write(text);
            data.setLength(text.length);
        }
    }
}
