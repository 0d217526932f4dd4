package org.surgenet.video.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where a file ends by its own header: that of Matroska gives the size of the segment, that of AVI
 * the size of its list. A file that is cut between two pictures reads as a whole one otherwise, if
 * less is missing than the length in its header may differ.
 */
final class StatedSize {
    private static final int HEAD = 4096;
    private static final int EBML = 0x1A45DFA3;
    private static final int SEGMENT = 0x18538067;
    private static final int RIFF = 0x52494646;
    private static final int AVI = 0x41564920;

    /** Not an AVI's size: what is left where the header has not been completed. */
    private static final long OPEN = 0x7fff_0000;

    private StatedSize() {}

    /**
     * @param container FFmpeg's name of it
     * @return the byte behind the file's end; negative if the header does not say it
     */
    static long of(Path file, String container) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int n = 0;
            while (n >= 0 && head.hasRemaining()) {
                n = channel.read(head);
            }
        }
        head.flip();
        try {
            return container.startsWith("matroska")
                    ? matroska(head)
                    : container.equals("avi") ? avi(head) : -1;
        } catch (java.nio.BufferUnderflowException | IllegalArgumentException e) {
            return -1;
        }
    }

    private static long matroska(ByteBuffer head) {
        if (head.getInt() != EBML) {
            return -1;
        }
        long size = length(head);
        if (size < 0) {
            return -1;
        }
        head.position(Math.toIntExact(Math.min(head.limit() + 1L, head.position() + size)));
        if (head.getInt() != SEGMENT) {
            return -1;
        }
        long segment = length(head);
        return segment < 0 ? -1 : head.position() + segment;
    }

    /**
     * A size of one to eight bytes (RFC 8794, 4); negative if it is the one for an unknown size.
     */
    private static long length(ByteBuffer head) {
        int first = head.get() & 0xff;
        int bytes = Integer.numberOfLeadingZeros(first) - 23;
        if (bytes > 8) {
            return -1;
        }
        long value = first & (1 << 8 - bytes) - 1;
        for (int i = 1; i < bytes; i++) {
            value = value << 8 | head.get() & 0xff;
        }
        return value == (1L << 7 * bytes) - 1 ? -1 : value;
    }

    private static long avi(ByteBuffer head) {
        boolean riff = head.getInt() == RIFF;
        long size = Integer.toUnsignedLong(head.order(ByteOrder.LITTLE_ENDIAN).getInt());
        boolean avi = head.order(ByteOrder.BIG_ENDIAN).getInt() == AVI;
        return riff && avi && size > 0 && size < OPEN ? size + 8 : -1;
    }
}
