package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * H.264: groups begin at IDR pictures alone. Behind an I-picture with a recovery point SEI message
 * the stream only promises that pictures become right at some time, and pictures refer past it as
 * they like.
 */
final class H264Starts extends HeaderParser {
    private static final int SEI = 6;
    private static final int SPS = 7;
    private static final int PPS = 8;
    private static final int SPS_EXTENSION = 13;

    private static final int USER_DATA_UNREGISTERED = 5;
    private static final int RECOVERY_POINT = 6;

    private static final Pattern X264 = Pattern.compile("x264 - core (\\d{1,6})");

    private final NalStream stream;
    private final ParameterSets sets = new ParameterSets();
    private boolean fullChroma;

    /**
     * @param extra as of {@link NalStream#h264}
     */
    H264Starts(ByteBuffer extra) throws UnclearStreamException {
        stream = NalStream.h264(extra);
        for (ByteBuffer unit : stream.parameters()) {
            int type = unit.get(0) & 0x1f;
            if (isSet(type)) {
                sets.add(key(unit, type), unit);
            }
            if (type == SPS) {
                int profile = unit.get(1) & 0xff;
                fullChroma |= profile == 244 || profile == 144 || profile == 44;
            }
            if (type == SEI) {
                recovers(unit);
            }
        }
    }

    private static boolean isSet(int type) {
        return type == SPS || type == PPS || type == SPS_EXTENSION;
    }

    /** Kind and number of a parameter set. */
    private static int key(ByteBuffer unit, int type) throws UnclearStreamException {
        NalBits bits = new NalBits(unit, type == SPS ? 4 : 1, unit.limit());
        return type << 8 | bits.ue(255);
    }

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        int first = -1;
        boolean reference = false;
        boolean recovers = false;
        for (ByteBuffer unit : stream.units(data)) {
            int type = unit.get(0) & 0x1f;
            if (isSet(type)) {
                sets.check(key(unit, type), unit);
            } else if (type == SEI) {
                recovers |= recovers(unit);
            } else if (type >= NalUnit.SLICE && type <= NalUnit.IDR_SLICE) {
                first = first < 0 ? type : first;
                reference |= (unit.get(0) >> 5 & 3) > 0;
            }
        }
        boolean idr = first == NalUnit.IDR_SLICE;
        return first < 0
                ? PacketKind.NO_PICTURE
                : new PacketKind(idr, idr || recovers, true, !reference);
    }

    /**
     * True if a SEI unit tells of a recovery point (D.1 and D.1.8) at this very picture, which the
     * decoder then calls a key frame. Behind one that comes later (intra refresh) no picture is
     * one.
     */
    private boolean recovers(ByteBuffer unit) throws UnclearStreamException {
        NalBits bits = new NalBits(unit, 1, unit.limit());
        boolean recovers = false;
        // Behind the last message there is a byte of 0x80 alone.
        while (unit.limit() > 2 && bits.more(2)) {
            int type = number(bits);
            int size = number(bits);
            if (type == RECOVERY_POINT && size > 0) {
                // A count of frames, of which one bit stands for zero.
                recovers = bits.flag();
                bits.skip(8L * size - 1);
            } else if (type == USER_DATA_UNREGISTERED) {
                userData(bits, size);
            } else {
                bits.skip(8L * size);
            }
        }
        return recovers;
    }

    private static int number(NalBits bits) throws UnclearStreamException {
        int number = 0;
        int next = bits.bits(8);
        while (next == 255) {
            number += 255;
            next = bits.bits(8);
        }
        return number + next;
    }

    /**
     * FFmpeg imitates the errors of old versions of x264, whose name is written into the first
     * packet alone: direct prediction up to 33, 4:4:4 up to 151.
     */
    private void userData(NalBits bits, int size) throws UnclearStreamException {
        byte[] text = new byte[Math.min(size, 64)];
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) bits.bits(8);
        }
        bits.skip(8L * (size - text.length));
        Matcher x264 = X264.matcher(new String(text, StandardCharsets.ISO_8859_1));
        if (x264.find()) {
            int version = Integer.parseInt(x264.group(1));
            if (version <= 33 || fullChroma && version <= 151) {
                throw new UnclearStreamException("an old version of x264");
            }
        }
    }
}
