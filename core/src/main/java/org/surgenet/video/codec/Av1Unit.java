package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * An open bitstream unit of AV1 (section 5.3 of the AV1 specification).
 *
 * @param type of its content
 * @param at where its content begins
 * @param size of its content in bytes
 */
record Av1Unit(int type, int at, int size) {
    static final int SEQUENCE = 1;
    static final int FRAME_HEADER = 3;
    static final int FRAME = 6;

    private static final int RECORD_HEADER = 4;

    /**
     * The units of a packet.
     *
     * @throws UnclearStreamException if a unit ends beyond the packet or is of a layer above the
     *     first
     */
    static List<Av1Unit> of(ByteBuffer data) throws UnclearStreamException {
        List<Av1Unit> units = new ArrayList<>();
        int at = 0;
        while (at < data.limit()) {
            int head = data.get(at++) & 0xff;
            if ((head & 4) != 0 && (data.get(at++) & 0x18) != 0) {
                throw new UnclearStreamException("layers of several sizes");
            }
            int size = data.limit() - at;
            if ((head & 2) != 0) {
                long length = 0;
                int shift = 0;
                int next;
                do {
                    next = data.get(at++);
                    length |= (long) (next & 0x7f) << shift;
                    shift += 7;
                } while (next < 0 && shift < 56);
                if (length > data.limit() - at) {
                    throw new UnclearStreamException("a unit beyond the packet");
                }
                size = (int) length;
            }
            units.add(new Av1Unit(head >> 3 & 15, at, size));
            at += size;
        }
        return units;
    }

    /** What a stream's head has of units: an {@code av1C} record without its own four bytes. */
    static ByteBuffer inHead(ByteBuffer extra) {
        boolean record = extra.limit() >= RECORD_HEADER && (extra.get(0) & 0xff) == 0x81;
        return record ? extra.slice(RECORD_HEADER, extra.limit() - RECORD_HEADER) : extra;
    }

    /**
     * Whether the decoder adds grain to the pictures of a sequence: the last bit of its header,
     * before the one that marks the end (5.5.1 and 5.3.4).
     */
    boolean announcesGrain(ByteBuffer data) {
        if (type != SEQUENCE) {
            return false;
        }
        int last = at + size - 1;
        while (last > at && data.get(last) == 0) {
            last--;
        }
        int end = 8 * (last - at) + 7 - Integer.numberOfTrailingZeros(data.get(last) & 0xff);
        int bit = end - 1;
        return bit >= 0 && (data.get(at + bit / 8) >> 7 - bit % 8 & 1) == 1;
    }
}
