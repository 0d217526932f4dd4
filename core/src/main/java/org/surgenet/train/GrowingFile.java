package org.surgenet.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file that only grows, except that a resumed run first cuts off what was written after its
 * checkpoint. What is appended reaches the operating system at once.
 */
final class GrowingFile implements AutoCloseable {
    private final FileChannel channel;

    private GrowingFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a file, making it if absent.
     *
     * @param keep bytes to keep of what is there, as {@link #length} told when the checkpoint was
     *     saved; 0 starts anew
     */
    static GrowingFile open(Path file, long keep) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(keep);
        channel.position(channel.size());
        return new GrowingFile(channel);
    }

    void append(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Bytes so far, forced to the disk: what a checkpoint records. */
    long length() throws IOException {
        channel.force(true);
        return channel.position();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
