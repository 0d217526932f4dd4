package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.surgenet.common.Json;

/**
 * A file of one JSON object per line that only grows, except that a resumed run first cuts off what
 * was written after its checkpoint. Each line reaches the operating system at once.
 */
public final class JsonLog implements AutoCloseable {
    /** The file's name in a run's directory. */
    public static final String FILE_NAME = "log.jsonl";

    private final FileChannel channel;

    private JsonLog(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a log, making it if absent.
     *
     * @param keep bytes to keep of what is there, as {@link #length} told when the checkpoint was
     *     saved; 0 starts anew
     */
    public static JsonLog open(Path file, long keep) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(keep);
        channel.position(channel.size());
        return new JsonLog(channel);
    }

    /** A log that forgets: for the processes of a run that do not write. */
    public static JsonLog none() {
        return new JsonLog(null);
    }

    public void append(JsonNode line) throws IOException {
        if (channel == null) {
            return;
        }
        ByteBuffer bytes =
                ByteBuffer.wrap((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Bytes so far, forced to the disk: what a checkpoint records. */
    public long length() throws IOException {
        if (channel == null) {
            return 0;
        }
        channel.force(true);
        return channel.position();
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
