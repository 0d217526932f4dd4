package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * MPEG-1 and MPEG-2: groups begin at I-pictures that have a sequence header before them, which sets
 * the matrices of quantisation; without it those of an earlier picture are in force.
 */
final class Mpeg2Starts extends HeaderParser {
    private static final int PICTURE = 0x00;
    private static final int LAST_SLICE = 0xaf;
    private static final int SEQUENCE = 0xb3;
    private static final int EXTENSION = 0xb5;

    private static final int I = 1;
    private static final int B = 3;
    private static final int CODING_EXTENSION = 8;
    private static final int FRAME = 3;

    private final BPictureTimes times = new BPictureTimes();

    @Override
    PacketKind kind(AVPacket packet) throws UnclearStreamException {
        return times.check(super.kind(packet), packet.pts());
    }

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        boolean sequence = false;
        int type = 0;
        int structure = FRAME;
        int pictures = 0;
        for (int at = StartCodes.next(data, 0); at >= 0; at = StartCodes.next(data, at)) {
            int code = data.get(at) & 0xff;
            if (code == SEQUENCE) {
                sequence |= pictures == 0;
            } else if (code == PICTURE) {
                pictures++;
                int its = data.get(at + 2) >> 3 & 7;
                type = pictures == 1 ? its : type;
                if (its < I || its > B || pictures > 2 || type == B != (its == B)) {
                    throw new UnclearStreamException("pictures of an unusual order");
                }
            } else if (code == EXTENSION && (data.get(at + 1) >> 4 & 15) == CODING_EXTENSION) {
                structure = data.get(at + 3) & 3;
            }
            boolean slices = code > PICTURE && code <= LAST_SLICE;
            if (slices && (structure == FRAME || pictures == 2)) {
                break;
            }
        }
        if (pictures == 0) {
            return PacketKind.NO_PICTURE;
        }
        if (structure != FRAME && pictures != 2) {
            throw new UnclearStreamException("fields in packets of their own");
        }
        return new PacketKind(type == I && sequence, type == I, true, type == B);
    }
}
