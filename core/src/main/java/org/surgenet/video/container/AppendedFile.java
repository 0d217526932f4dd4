package org.surgenet.video.container;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.surgenet.video.file.FileParts;

/**
 * A second video that follows the first in one file, as {@code cat a.mp4 b.mp4 > c.mp4} leaves it.
 * Readers of some containers go on with it; those of MP4, FLV and ASF end with the first, that of
 * Matroska with the second one, so that the rest would be lost without a word.
 */
final class AppendedFile {
    /** Bytes behind the last picture among which the next file begins: an index may come first. */
    private static final int NEAR = 1 << 20;

    /** The letters ftyp. */
    private static final int FILE_TYPE = 0x66747970;

    /** With the main brand and its version. */
    private static final int FILE_TYPE_HEADER = 16;

    private static final int BOX_HEADER = 8;
    private static final int EBML_MAGIC = 0x1A45DFA3;
    private static final int EBML_HEADER = 48;

    private AppendedFile() {}

    /**
     * The second video.
     *
     * @param at its first byte
     * @param kind of its container, for people
     */
    record Found(long at, String kind) {}

    /**
     * The second video, of containers of which only the first is read; and one in MP4 or Matroska
     * behind any other kind.
     *
     * @param file the file, or the parts of one that hold the video
     * @param container FFmpeg's name of it
     * @param readTo the end of the last picture
     * @return null if there is none
     */
    static Found find(FileParts file, String container, long readTo) throws IOException {
        boolean mp4 = container.startsWith("mov,");
        long same =
                mp4
                        ? secondIndex(file)
                        : switch (container) {
                            case "flv", "live_flv" -> sameBeginning(file, 4, readTo);
                            case "asf" -> sameBeginning(file, 16, readTo);
                            default -> -1;
                        };
        if (same >= 0) {
            return new Found(same, container.replaceAll(",.*", ""));
        }
        long matroska = nextEbml(file, readTo);
        if (matroska >= 0) {
            return new Found(matroska, "matroska");
        }
        long other = mp4 ? -1 : nextFileType(file, readTo);
        return other < 0 ? null : new Found(other, "mov");
    }

    /** MP4: its first box, which is short and names the brands in printed letters. */
    private static long nextFileType(FileParts file, long readTo) throws IOException {
        ByteBuffer rest = near(file, readTo);
        for (int i = 0; i + FILE_TYPE_HEADER <= rest.limit(); i++) {
            int size = rest.getInt(i);
            if (rest.getInt(i + 4) == FILE_TYPE && size >= FILE_TYPE_HEADER && size <= 256) {
                byte[] brand = new byte[4];
                rest.get(i + BOX_HEADER, brand);
                if (new String(brand, StandardCharsets.ISO_8859_1).matches("[ -~]{4}")) {
                    return readTo + i;
                }
            }
        }
        return -1;
    }

    /** MP4: the box behind which another index is found, unless it is one of fragments. */
    private static long secondIndex(FileParts file) throws IOException {
        long at = 0;
        long fileStart = 0;
        int indexes = 0;
        ByteBuffer header = ByteBuffer.allocate(2 * BOX_HEADER);
        while (at + BOX_HEADER <= file.size()) {
            read(file, header.clear().limit(BOX_HEADER), at);
            long size = Integer.toUnsignedLong(header.getInt());
            byte[] name = new byte[4];
            header.get(name);
            String type = new String(name, StandardCharsets.ISO_8859_1);
            if (size == 1 && at + 2 * BOX_HEADER <= file.size()) {
                read(file, header.clear().limit(BOX_HEADER), at + BOX_HEADER);
                size = header.getLong();
            }
            switch (type) {
                case "ftyp" -> fileStart = at;
                case "moov" -> indexes++;
                // What follows an index of fragments is read on from there.
                case "moof" -> {
                    return -1;
                }
                default -> {}
            }
            if (indexes > 1) {
                return fileStart;
            }
            if (size < BOX_HEADER || size > file.size() - at) {
                return -1;
            }
            at += size;
        }
        return -1;
    }

    private static long sameBeginning(FileParts file, int length, long readTo) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(length);
        read(file, first, 0);
        long from = Math.max(length, readTo);
        ByteBuffer rest = near(file, from);
        for (int i = 0; i + length <= rest.limit(); i++) {
            if (rest.slice(i, length).equals(first)) {
                return from + i;
            }
        }
        return -1;
    }

    private static ByteBuffer near(FileParts file, long from) throws IOException {
        int size = (int) Math.max(0, Math.min(NEAR, file.size() - from));
        ByteBuffer bytes = ByteBuffer.allocate(size);
        read(file, bytes, from);
        return bytes;
    }

    /** Matroska: a file's header, which names the kind of its content. */
    private static long nextEbml(FileParts file, long readTo) throws IOException {
        ByteBuffer rest = near(file, readTo);
        for (int i = 0; i + EBML_HEADER <= rest.limit(); i++) {
            if (rest.getInt(i) == EBML_MAGIC) {
                byte[] header = new byte[EBML_HEADER];
                rest.get(i, header);
                String text = new String(header, StandardCharsets.ISO_8859_1);
                if (text.contains("matroska") || text.contains("webm")) {
                    return readTo + i;
                }
            }
        }
        return -1;
    }

    /**
     * The head of a Matroska file between two places of another file; negative if there is none.
     */
    static long matroska(Path file, long from, long to) throws IOException {
        try (FileParts whole = FileParts.whole(file)) {
            long found = nextEbml(whole, Math.max(0, from));
            return found < to ? found : -1;
        }
    }

    private static void read(FileParts file, ByteBuffer buffer, long from) throws IOException {
        while (buffer.hasRemaining()) {
            int n = file.read(buffer, from + buffer.position());
            if (n < 0) {
                throw new EOFException("ends early");
            }
        }
        buffer.flip();
    }
}
