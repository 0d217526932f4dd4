package org.surgenet.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.surgenet.common.UserException;

/** A run of bytes, in a file or in memory, that tensors are views of. */
interface Storage {
    long bytes();

    /**
     * A part, read-only and little-endian.
     *
     * @throws UserException if the file has gone or shrunk
     */
    ByteBuffer slice(long offset, int length);

    /** Bytes in memory. */
    static Storage of(byte[] bytes) {
        return new Storage() {
            @Override
            public long bytes() {
                return bytes.length;
            }

            @Override
            public ByteBuffer slice(long offset, int length) {
                return ByteBuffer.wrap(bytes, Math.toIntExact(offset), length)
                        .slice()
                        .asReadOnlyBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
        };
    }

    /** Bytes of a file: mapped when used, never copied to the heap in whole. */
    record FileRegion(Path file, long start, long bytes) implements Storage {
        /** Below this, a read is cheaper than a mapping. */
        private static final int MAPPED_FROM = 1 << 16;

        @Override
        public ByteBuffer slice(long offset, int length) {
            if (offset < 0 || length < 0 || offset + length > bytes) {
                throw new IllegalArgumentException(
                        offset + " + " + length + " is beyond " + bytes + " bytes");
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (length >= MAPPED_FROM) {
                    return channel.map(FileChannel.MapMode.READ_ONLY, start + offset, length)
                            .order(ByteOrder.LITTLE_ENDIAN);
                }
                ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                while (buffer.hasRemaining()) {
                    if (channel.read(buffer, start + offset + buffer.position()) < 0) {
                        throw new IOException("ends early");
                    }
                }
                return buffer.flip();
            } catch (IOException e) {
                throw new UserException(file + ": cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
