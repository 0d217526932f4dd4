package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.surgenet.common.Json;

/** A log of one JSON object per line, in a {@link GrowingFile}. */
public final class JsonLog implements AutoCloseable {
    /** The file's name in a run's directory. */
    public static final String FILE_NAME = "log.jsonl";

    private final GrowingFile file;

    private JsonLog(GrowingFile file) {
        this.file = file;
    }

    /**
     * Opens a log, making it if absent.
     *
     * @param keep bytes to keep of what is there, as {@link #length} told when the checkpoint was
     *     saved; 0 starts anew
     */
    public static JsonLog open(Path file, long keep) throws IOException {
        return new JsonLog(GrowingFile.open(file, keep));
    }

    /** A log that forgets: for the processes of a run that do not write. */
    public static JsonLog none() {
        return new JsonLog(null);
    }

    public void append(JsonNode line) throws IOException {
        if (file != null) {
            file.append(ByteBuffer.wrap((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Bytes so far, forced to the disk: what a checkpoint records. */
    public long length() throws IOException {
        return file == null ? 0 : file.length();
    }

    @Override
    public void close() throws IOException {
        if (file != null) {
            file.close();
        }
    }
}
