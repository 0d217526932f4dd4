package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * MPEG-4 part 2: groups begin at I-VOPs. The layer's header and the user data beside it, by whose
 * encoder FFmpeg chooses its way of decoding, must be in the stream's head, or before each such VOP
 * in the same bytes.
 */
final class Mpeg4Starts extends HeaderParser {
    private static final int FIRST_LAYER = 0x20;
    private static final int LAST_LAYER = 0x2f;
    private static final int GROUP = 0xb3;
    private static final int VOP = 0xb6;

    private static final int I = 0;
    private static final int B = 2;

    private final ByteBuffer extra;
    private final BPictureTimes times = new BPictureTimes();
    private ByteBuffer head;
    private int timeBits;

    /**
     * @param extra the stream's head, with start codes
     */
    Mpeg4Starts(ByteBuffer extra) throws UnclearStreamException {
        this.extra = extra;
        layers(extra, extra.limit());
    }

    @Override
    PacketKind kind(AVPacket packet) throws UnclearStreamException {
        return times.check(super.kind(packet), packet.pts());
    }

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        int vop = find(data, 0, VOP);
        if (vop < 0) {
            throw new UnclearStreamException("a packet without a picture");
        }
        if (find(data, vop, VOP) >= 0) {
            throw new UnclearStreamException("two pictures in a packet");
        }
        int group = find(data, 0, GROUP);
        int end = (group >= 0 && group < vop ? group : vop) - 3;
        boolean repeated = head(data, end);
        NalBits bits = new NalBits(data, vop + 1, data.limit());
        int type = bits.bits(2);
        while (bits.flag()) {
            // Seconds since the picture before.
        }
        bits.skip(1L + timeBits + 1);
        if (timeBits == 0 || !bits.flag()) {
            throw new UnclearStreamException("pictures that repeat the one before");
        }
        return new PacketKind(type == I && repeated, type == I, true, type == B);
    }

    /** True if a decoder that begins here knows what the stream's head says. */
    private boolean head(ByteBuffer data, int end) throws UnclearStreamException {
        ByteBuffer its = data.slice(0, end);
        if (head == null) {
            byte[] copy = new byte[end];
            its.get(copy);
            head = ByteBuffer.wrap(copy);
            layers(its, end);
        } else if (end > 0 && !its.equals(head) && !holds(extra, its)) {
            throw new UnclearStreamException("a layer's header that changes on the way");
        }
        boolean inExtra = extra.limit() > 0 && (head.limit() == 0 || holds(extra, head));
        return inExtra || head.limit() > 0 && its.equals(head);
    }

    private static boolean holds(ByteBuffer all, ByteBuffer part) {
        for (int at = 0; at + part.limit() <= all.limit(); at++) {
            if (all.slice(at, part.limit()).equals(part)) {
                return true;
            }
        }
        return false;
    }

    private static int find(ByteBuffer data, int from, int code) {
        int at = StartCodes.next(data, from);
        while (at >= 0 && (data.get(at) & 0xff) != code) {
            at = StartCodes.next(data, at);
        }
        return at;
    }

    private void layers(ByteBuffer data, int end) throws UnclearStreamException {
        for (int at = StartCodes.next(data, 0); at >= 0; at = StartCodes.next(data, at)) {
            int code = data.get(at) & 0xff;
            if (code >= FIRST_LAYER && code <= LAST_LAYER) {
                layer(new NalBits(data, at + 1, end));
            }
        }
    }

    /** The header of a layer (ISO 14496-2, 6.2.3) up to what is asked of it. */
    private void layer(NalBits bits) throws UnclearStreamException {
        bits.skip(1 + 8);
        if (bits.flag()) {
            bits.skip(4 + 3);
        }
        if (bits.bits(4) == 15) {
            bits.skip(16);
        }
        if (bits.flag()) {
            bits.skip(3);
            if (bits.flag()) {
                bits.skip(79);
            }
        }
        int shape = bits.bits(2);
        bits.skip(1);
        int resolution = bits.bits(16);
        bits.skip(1);
        timeBits = Math.max(1, 32 - Integer.numberOfLeadingZeros(Math.max(0, resolution - 1)));
        if (bits.flag()) {
            bits.skip(timeBits);
        }
        if (shape != 0) {
            throw new UnclearStreamException("pictures that are no rectangles");
        }
        bits.skip(1 + 13 + 1 + 13 + 1);
        if (bits.flag()) {
            // FFmpeg takes the distance of fields from the stream's first B-picture.
            throw new UnclearStreamException("interlaced MPEG-4");
        }
    }
}
