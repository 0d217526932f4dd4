package org.surgenet.weights;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
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

    /**
     * Fills a buffer with the bytes from an offset on.
     *
     * @throws UserException if the file has gone or shrunk
     */
    default void read(long offset, ByteBuffer into) {
        into.put(slice(offset, into.remaining()));
    }

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

    /** The contents of tensors one after the other. */
    record Joined(List<Tensor> parts) implements Storage {
        @Override
        public long bytes() {
            return parts.stream().mapToLong(Tensor::bytes).reduce(0, Math::addExact);
        }

        @Override
        public ByteBuffer slice(long offset, int length) {
            ByteBuffer all = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            long start = 0;
            for (Tensor part : parts) {
                long from = Math.max(offset, start);
                long to = Math.min(offset + length, start + part.bytes());
                if (from < to) {
                    all.put(part.buffer().position((int) (from - start)).limit((int) (to - start)));
                }
                start += part.bytes();
            }
            return all.flip().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /** Float32 values that are computed anew each time. */
    record Computed(long count, Supplier<float[]> values) implements Storage {
        @Override
        public long bytes() {
            return count * Float.BYTES;
        }

        @Override
        public ByteBuffer slice(long offset, int length) {
            ByteBuffer all =
                    ByteBuffer.allocate(Math.toIntExact(bytes())).order(ByteOrder.LITTLE_ENDIAN);
            all.asFloatBuffer().put(values.get());
            return all.slice((int) offset, length)
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    /**
     * Bytes that lie in a file deflated: unpacked anew up to what is asked for, so that no more
     * than that is in memory, whatever size the file claims.
     */
    record Deflated(FileRegion packed, long bytes) implements Storage {
        private static final int CHUNK = 1 << 16;

        @Override
        public ByteBuffer slice(long offset, int length) {
            Inflater inflater = new Inflater(true);
            try (InputStream in = new InflaterInputStream(packed.stream(), inflater, CHUNK)) {
                in.skipNBytes(offset);
                byte[] unpacked = in.readNBytes(length);
                if (unpacked.length < length) {
                    throw new IOException("ends early");
                }
                return ByteBuffer.wrap(unpacked).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
            } catch (IOException e) {
                throw new UserException(
                        packed.file
                                + ": is a damaged zip file: an entry cannot be unpacked ("
                                + e.getMessage()
                                + "); fetch it again",
                        e);
            } finally {
                inflater.end();
            }
        }
    }

    /** Bytes of a file: mapped when used, never copied to the heap in whole. */
    record FileRegion(Path file, long start, long bytes) implements Storage {
        /** Below this, a read is cheaper than a mapping. */
        private static final int MAPPED_FROM = 1 << 16;

        @Override
        public void read(long offset, ByteBuffer into) {
            check(offset, into.remaining());
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                fill(channel, offset, into);
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        @Override
        public ByteBuffer slice(long offset, int length) {
            check(offset, length);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                if (length >= MAPPED_FROM) {
                    return channel.map(FileChannel.MapMode.READ_ONLY, start + offset, length)
                            .order(ByteOrder.LITTLE_ENDIAN);
                }
                ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                fill(channel, offset, buffer);
                return buffer.flip();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }

        /** The region from its beginning to its end. */
        private InputStream stream() throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            InputStream in = Channels.newInputStream(channel.position(start));
            return new FilterInputStream(in) {
                private long left = bytes;

                @Override
                public int read() throws IOException {
                    return --left < 0 ? -1 : in.read();
                }

                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int count =
                            left <= 0 ? -1 : in.read(target, offset, (int) Math.min(length, left));
                    left -= Math.max(0, count);
                    return count;
                }
            };
        }

        private void check(long offset, int length) {
            if (offset < 0 || length < 0 || offset + length > bytes) {
                throw new IllegalArgumentException(
                        offset + " + " + length + " is beyond " + bytes + " bytes");
            }
        }

        private void fill(FileChannel channel, long offset, ByteBuffer buffer) throws IOException {
            long position = start + offset;
            while (buffer.hasRemaining()) {
                int count = channel.read(buffer, position);
                if (count < 0) {
                    throw new IOException("ends early");
                }
                position += count;
            }
        }

        private UserException unreadable(IOException e) {
            return new UserException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
