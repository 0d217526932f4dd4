package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * How a stream of H.264 or HEVC is cut into NAL units.
 *
 * @param lengthBytes bytes of the length before each unit; 0 if start codes are between them
 * @param parameters the units of the stream's head
 */
public record NalStream(int lengthBytes, List<ByteBuffer> parameters) {
    /**
     * Reads the head of an H.264 stream.
     *
     * @param extra an {@code avcC} record (ISO 14496-15, 5.3.3.1) or units with start codes
     */
    public static NalStream h264(ByteBuffer extra) throws UnclearStreamException {
        if (extra.limit() <= 6 || extra.get(0) != 1) {
            return byStartCodes(extra);
        }
        List<ByteBuffer> units = new ArrayList<>();
        int at = 6;
        int count = extra.get(5) & 0x1f;
        for (int kind = 0; kind < 2; kind++) {
            at = units(extra, at, count, units);
            if (kind == 0) {
                count = extra.get(at++) & 0xff;
            }
        }
        return new NalStream((extra.get(4) & 3) + 1, units);
    }

    /**
     * Reads the head of an HEVC stream.
     *
     * @param extra an {@code hvcC} record (ISO 14496-15, 8.3.3.1) or units with start codes
     */
    static NalStream hevc(ByteBuffer extra) throws UnclearStreamException {
        boolean record =
                extra.limit() >= 23
                        && (extra.get(0) != 0 || extra.get(1) != 0 || (extra.get(2) & 0xff) > 1);
        if (!record) {
            return byStartCodes(extra);
        }
        List<ByteBuffer> units = new ArrayList<>();
        int at = 23;
        for (int arrays = extra.get(22) & 0xff; arrays > 0; arrays--) {
            at = units(extra, at + 3, extra.getShort(at + 1) & 0xffff, units);
        }
        return new NalStream((extra.get(21) & 3) + 1, units);
    }

    private static NalStream byStartCodes(ByteBuffer extra) throws UnclearStreamException {
        List<ByteBuffer> units = new ArrayList<>();
        for (NalUnit nal : NalUnit.split(extra, 0)) {
            units.add(extra.slice(nal.offset(), nal.end() - nal.offset()));
        }
        return new NalStream(0, units);
    }

    private static int units(ByteBuffer extra, int from, int count, List<ByteBuffer> units) {
        int at = from;
        for (int i = 0; i < count; i++) {
            int length = extra.getShort(at) & 0xffff;
            units.add(extra.slice(at + 2, length));
            at += 2 + length;
        }
        return at;
    }

    /** The units of a packet. */
    List<ByteBuffer> units(ByteBuffer data) throws UnclearStreamException {
        List<ByteBuffer> units = new ArrayList<>();
        for (NalUnit nal : NalUnit.split(data, lengthBytes)) {
            units.add(data.slice(nal.offset(), nal.end() - nal.offset()));
        }
        return units;
    }
}
