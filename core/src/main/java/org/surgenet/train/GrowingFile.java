package org.surgenet.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.surgenet.common.OutputFile;

/**
 * A file that only grows, except that a resumed run first cuts off what was written after its
 * checkpoint. What is appended reaches the operating system at once.
 */
final class GrowingFile implements AutoCloseable {
    private final OutputFile out;

    private GrowingFile(OutputFile out) {
        this.out = out;
    }

    /**
     * Opens a file, making it if absent.
     *
     * @param keep bytes to keep of what is there, as {@link #length} told when the checkpoint was
     *     saved; 0 starts anew
     */
    static GrowingFile open(Path file, long keep) throws IOException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        OutputFile out = OutputFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            out.keep(keep);
        } catch (IOException e) {
            out.close();
            throw e;
        }
        return new GrowingFile(out);
    }

    void append(ByteBuffer bytes) throws IOException {
        out.write(bytes);
    }

    /** Bytes so far, forced to the disk: what a checkpoint records. */
    long length() throws IOException {
        out.force();
        return out.position();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
