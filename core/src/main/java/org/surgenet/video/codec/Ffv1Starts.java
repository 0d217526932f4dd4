package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/** FFV1 (RFC 9043): groups begin at key frames; behind them contexts go on from frame to frame. */
final class Ffv1Starts extends HeaderParser {
    /** Where the first bit of a range coder with even odds turns to one. */
    private static final int HALF = 0x7f80;

    @Override
    PacketKind parse(ByteBuffer data) {
        boolean key = (data.getShort(0) & 0xffff) >= HALF;
        return new PacketKind(key, key, true, false);
    }
}
