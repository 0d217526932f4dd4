package org.surgenet.common;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * A file that is being written, unbuffered, whose errors name it: of a full disk the system says
 * only "No space left on device".
 */
public final class OutputFile extends OutputStream {
    private final Path file;
    private final FileChannel channel;

    private OutputFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Work on the file that may fail without a word about which file it was. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /**
     * Opens a file.
     *
     * @param options as for {@link FileChannel#open(Path, OpenOption...)}
     */
    public static OutputFile open(Path file, OpenOption... options) throws IOException {
        return new OutputFile(file, FileChannel.open(file, options));
    }

    /** Shortens the file to {@code length} bytes and goes on behind them. */
    public void keep(long length) throws IOException {
        named(
                () -> {
                    channel.truncate(length);
                    channel.position(channel.size());
                });
    }

    /** Bytes before the place of the next write. */
    public long position() throws IOException {
        return channel.position();
    }

    /** Writes all that remains. */
    public void write(ByteBuffer bytes) throws IOException {
        named(
                () -> {
                    while (bytes.hasRemaining()) {
                        channel.write(bytes);
                    }
                });
    }

    @Override
    public void write(int b) throws IOException {
        write(ByteBuffer.wrap(new byte[] {(byte) b}));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(bytes, offset, length));
    }

    /** Returns when all that was written is on the disk. */
    public void force() throws IOException {
        named(() -> channel.force(true));
    }

    @Override
    public void close() throws IOException {
        // Over NFS a full disk may show only here.
        named(channel::close);
    }

    /** The file that is meant: an unfinished one goes again. */
    private String shown() {
        String name = file.toString();
        return name.endsWith(AtomicFiles.PART_SUFFIX)
                ? name.substring(0, name.length() - AtomicFiles.PART_SUFFIX.length())
                : name;
    }

    private void named(Work work) throws IOException {
        try {
            work.run();
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            FileSystemException named = new FileSystemException(shown(), null, e.getMessage());
            named.initCause(e);
            throw named;
        }
    }
}
