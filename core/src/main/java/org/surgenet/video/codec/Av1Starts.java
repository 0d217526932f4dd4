package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/**
 * AV1: groups begin at key frames that are shown at once and have their sequence header beside
 * them, or in the stream's head where there is none but that. Key frames that are shown later are
 * not followed.
 */
final class Av1Starts extends HeaderParser {
    private static final int KEY = 0;

    private final boolean inHead;
    private boolean sequenceSeen;

    /**
     * @param extra an {@code av1C} record, or units, or nothing
     */
    Av1Starts(ByteBuffer extra) throws UnclearStreamException {
        if (extra.limit() > 0) {
            parse(Av1Unit.inHead(extra));
        }
        inHead = sequenceSeen;
        sequenceSeen = false;
    }

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        boolean sequenceHere = false;
        boolean start = false;
        boolean key = false;
        int frames = 0;
        int shown = 0;
        for (Av1Unit unit : Av1Unit.of(data)) {
            int at = unit.at();
            int type = unit.type();
            if (type == Av1Unit.SEQUENCE) {
                if ((data.get(at) & 0x18) != 0) {
                    throw new UnclearStreamException("still pictures");
                }
                sequenceHere = true;
                sequenceSeen = true;
            } else if (type == Av1Unit.FRAME || type == Av1Unit.FRAME_HEADER) {
                int bits = data.get(at) & 0xff;
                boolean existing = (bits & 0x80) != 0;
                boolean isKey = !existing && (bits >> 5 & 3) == KEY;
                boolean isShown = existing || (bits & 0x10) != 0;
                if (isKey && !isShown) {
                    throw new UnclearStreamException("a key frame that is shown later");
                }
                start |= frames == 0 && isKey;
                key |= isKey;
                frames++;
                shown += isShown ? 1 : 0;
            }
        }
        if (shown > 1) {
            throw new UnclearStreamException("two frames in a packet");
        }
        return new PacketKind(
                start && (sequenceHere || inHead && !sequenceSeen), key, shown > 0, false);
    }
}
