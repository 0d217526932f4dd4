package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/**
 * VP8 (RFC 6386): groups begin at key frames, unless one goes on with the segments of the frame
 * before. No frame is skipped, since also one that is not referred to changes segments and
 * probabilities.
 */
final class Vp8Starts extends HeaderParser {
    private static final int FIRST_PARTITION = 10;

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        boolean key = (data.get(0) & 1) == 0;
        boolean shown = (data.get(0) & 0x10) != 0;
        return new PacketKind(key && !keepsSegments(data), key, shown, false);
    }

    private static boolean keepsSegments(ByteBuffer data) {
        BoolDecoder bits = new BoolDecoder(data);
        // Colour space and clamping.
        bits.flag();
        bits.flag();
        boolean segments = bits.flag();
        return segments && !bits.flag();
    }

    /** Arithmetic decoder for even odds (section 7.3). */
    private static final class BoolDecoder {
        private int value;
        private int range = 255;

        BoolDecoder(ByteBuffer data) {
            // More bits than are asked for here.
            value = data.getInt(FIRST_PARTITION) >>> 1;
        }

        boolean flag() {
            int split = 1 + ((range - 1) * 128 >> 8);
            int scaled = split << 23;
            boolean one = value >= scaled;
            if (one) {
                value -= scaled;
                range -= split;
            } else {
                range = split;
            }
            while (range < 128) {
                range <<= 1;
                value <<= 1;
            }
            return one;
        }
    }
}
