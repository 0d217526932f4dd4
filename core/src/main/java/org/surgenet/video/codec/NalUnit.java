package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A NAL unit of H.264 or HEVC: where it lies, and what the first byte says of it in H.264 (ITU-T
 * H.264, 7.3.1).
 *
 * @param offset of its first byte
 * @param end behind its last byte
 * @param nalRefIdc nal_ref_idc: 0 for a picture that no other one refers to
 * @param type nal_unit_type
 */
public record NalUnit(int offset, int end, int nalRefIdc, int type) {
    public static final int SLICE = 1;
    public static final int IDR_SLICE = 5;

    public boolean isSlice() {
        return type == SLICE || type == IDR_SLICE;
    }

    /** Slice data partitions, which go by other rules. */
    public boolean isPartition() {
        return type >= 2 && type <= 4;
    }

    /**
     * The NAL units of a packet.
     *
     * @param lengthBytes bytes of the length before each unit; 0 if start codes are between them
     */
    public static List<NalUnit> split(ByteBuffer data, int lengthBytes)
            throws UnclearStreamException {
        return lengthBytes == 0 ? byStartCodes(data) : byLengths(data, lengthBytes);
    }

    private static List<NalUnit> byLengths(ByteBuffer data, int lengthBytes)
            throws UnclearStreamException {
        List<NalUnit> units = new ArrayList<>();
        int at = 0;
        while (at < data.limit()) {
            if (data.limit() - at < lengthBytes) {
                throw new UnclearStreamException("a length that is cut off");
            }
            long length = 0;
            for (int i = 0; i < lengthBytes; i++) {
                length = length << 8 | data.get(at++) & 0xff;
            }
            if (length == 0 || length > data.limit() - at) {
                throw new UnclearStreamException("a unit beyond the packet");
            }
            units.add(unit(data, at, at + (int) length));
            at += (int) length;
        }
        return units;
    }

    private static List<NalUnit> byStartCodes(ByteBuffer data) throws UnclearStreamException {
        List<NalUnit> units = new ArrayList<>();
        int start = -1;
        int at = 0;
        while (at + 2 < data.limit()) {
            // Most bytes are beyond 1, and then no start code begins in the next two either.
            int third = data.get(at + 2) & 0xff;
            if (third > 1) {
                at += 3;
            } else if (third == 1 && data.get(at) == 0 && data.get(at + 1) == 0) {
                add(units, data, start, at);
                start = at + 3;
                at += 3;
            } else {
                at++;
            }
        }
        add(units, data, start, data.limit());
        return units;
    }

    private static void add(List<NalUnit> units, ByteBuffer data, int start, int end)
            throws UnclearStreamException {
        if (start < 0) {
            return;
        }
        int last = end;
        while (last > start && data.get(last - 1) == 0) {
            last--;
        }
        units.add(unit(data, start, last));
    }

    private static NalUnit unit(ByteBuffer data, int start, int end) throws UnclearStreamException {
        if (start >= end) {
            throw new UnclearStreamException("an empty unit");
        }
        int head = data.get(start);
        return new NalUnit(start, end, head >> 5 & 3, head & 0x1f);
    }
}
