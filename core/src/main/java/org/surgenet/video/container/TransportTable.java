package org.surgenet.video.container;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.surgenet.video.file.FileParts;

/**
 * The program map tables of a transport stream (ISO 13818-1, 2.4.4.8), which say what kind of
 * stream each number (PID) has. FFmpeg follows a change of them without a word. A table is known by
 * its checksum, so that it does not matter how long the packets are.
 */
final class TransportTable {
    private static final int SYNC = 0x47;
    private static final int TABLE = 2;
    private static final int PACKET = 188;
    private static final int WINDOW = 1 << 16;

    /** Bytes of a table before its list of streams, and behind it. */
    private static final int HEAD = 12;

    private static final int CHECKSUM = 4;

    private TransportTable() {}

    /** Two kinds that one decoder reads are given as one. */
    private static int family(int type) {
        return type == 1 ? 2 : type;
    }

    /**
     * What kind a stream is called by the last table between two bytes of a file.
     *
     * @return its {@code stream_type}; negative if there is no table that lists it
     */
    static int last(Path file, int pid, long from, long to) throws IOException {
        return find(file, pid, from, to, true);
    }

    /** As {@link #last}, by the first table. */
    static int first(Path file, int pid, long from, long to) throws IOException {
        return find(file, pid, from, to, false);
    }

    private static int find(Path file, int pid, long from, long to, boolean last)
            throws IOException {
        int found = -1;
        try (FileParts whole = FileParts.whole(file)) {
            long end = Math.min(to, whole.size());
            for (long at = from; at < end && (last || found < 0); at += WINDOW) {
                ByteBuffer bytes = read(whole, at, Math.min(end, at + WINDOW + PACKET));
                for (int i = 0; i + PACKET <= bytes.limit() && (last || found < 0); i++) {
                    int type = bytes.get(i) == SYNC ? type(bytes.slice(i, PACKET), pid) : -1;
                    found = type < 0 ? found : family(type);
                }
            }
        }
        return found;
    }

    private static ByteBuffer read(FileParts file, long from, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
        int n = 0;
        while (n >= 0 && bytes.hasRemaining()) {
            n = file.read(bytes, from + bytes.position());
        }
        return bytes.flip();
    }

    /** What a packet says, if a whole table begins in it. */
    private static int type(ByteBuffer packet, int pid) {
        boolean begins = (packet.get(1) & 0x40) != 0 && (packet.get(3) & 0x10) != 0;
        boolean adapts = (packet.get(3) & 0x20) != 0;
        int pointer = adapts ? 5 + (packet.get(4) & 0xff) : 4;
        if (!begins || pointer >= PACKET) {
            return -1;
        }
        int table = pointer + 1 + (packet.get(pointer) & 0xff);
        if (table + HEAD > PACKET || packet.get(table) != TABLE) {
            return -1;
        }
        int end = table + 3 + (packet.getShort(table + 1) & 0xfff);
        if (end > PACKET
                || end < table + HEAD + CHECKSUM
                || !isWhole(packet.slice(table, end - table))) {
            return -1;
        }
        int at = table + HEAD + (packet.getShort(table + 10) & 0xfff);
        while (at + 5 <= end - CHECKSUM) {
            if ((packet.getShort(at + 1) & 0x1fff) == pid) {
                return packet.get(at) & 0xff;
            }
            at += 5 + (packet.getShort(at + 3) & 0xfff);
        }
        return -1;
    }

    /** The checksum over a table and its own checksum is zero (annex A). */
    private static boolean isWhole(ByteBuffer table) {
        int sum = -1;
        while (table.hasRemaining()) {
            sum ^= table.get() << 24;
            for (int i = 0; i < 8; i++) {
                sum = sum << 1 ^ (sum < 0 ? 0x04C11DB7 : 0);
            }
        }
        return sum == 0;
    }
}
