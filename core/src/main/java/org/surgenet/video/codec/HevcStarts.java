package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/**
 * HEVC: groups begin at IRAP pictures (IDR, BLA, CRA), behind which no picture but their leading
 * pictures may refer past them (ITU-T H.265, 8.3.2).
 */
final class HevcStarts extends HeaderParser {
    private static final int BLA_W_LP = 16;
    private static final int CRA = 21;
    private static final int VPS = 32;
    private static final int SPS = 33;
    private static final int PPS = 34;
    private static final int END_OF_SEQUENCE = 36;
    private static final int END_OF_STREAM = 37;

    private final NalStream stream;
    private final ParameterSets sets = new ParameterSets();
    private int subLayers;
    private boolean begun;
    private boolean ended;

    /**
     * @param extra as of {@link NalStream#hevc}
     */
    HevcStarts(ByteBuffer extra) throws UnclearStreamException {
        stream = NalStream.hevc(extra);
        for (ByteBuffer unit : stream.parameters()) {
            if (isSet(unit)) {
                sets.add(key(unit), unit);
            }
        }
    }

    private static int type(ByteBuffer unit) {
        return unit.get(0) >> 1 & 0x3f;
    }

    /** Other layers (of depth, alpha or a second view) are not decoded. */
    private static boolean base(ByteBuffer unit) {
        return (unit.get(0) & 1) == 0 && (unit.get(1) & 0xf8) == 0;
    }

    private static boolean isSet(ByteBuffer unit) {
        return base(unit) && type(unit) >= VPS && type(unit) <= PPS;
    }

    private int key(ByteBuffer unit) throws UnclearStreamException {
        NalBits bits = new NalBits(unit, 2, unit.limit());
        int number;
        switch (type(unit)) {
            case VPS -> number = bits.bits(4);
            case SPS -> number = sequence(bits);
            default -> {
                number = bits.ue(63);
                bits.ue(15);
                bits.skip(1);
                if (bits.flag()) {
                    throw new UnclearStreamException("pictures that may not be shown");
                }
            }
        }
        return type(unit) << 8 | number;
    }

    private int sequence(NalBits bits) throws UnclearStreamException {
        bits.skip(4);
        int below = bits.bits(3);
        subLayers = Math.max(subLayers, below + 1);
        bits.skip(1);
        // profile_tier_level (7.3.3)
        bits.skip(88 + 8);
        boolean[] profile = new boolean[below];
        boolean[] level = new boolean[below];
        for (int i = 0; i < below; i++) {
            profile[i] = bits.flag();
            level[i] = bits.flag();
        }
        if (below > 0) {
            bits.skip(2L * (8 - below));
        }
        for (int i = 0; i < below; i++) {
            bits.skip((profile[i] ? 88 : 0) + (level[i] ? 8 : 0));
        }
        return bits.ue(15);
    }

    @Override
    PacketKind parse(ByteBuffer data) throws UnclearStreamException {
        int first = -1;
        boolean skippable = true;
        boolean endsHere = false;
        for (ByteBuffer unit : stream.units(data)) {
            if (unit.limit() < 2 || !base(unit)) {
                continue;
            }
            int type = type(unit);
            if (isSet(unit)) {
                sets.check(key(unit), unit);
            } else if (type == END_OF_SEQUENCE || type == END_OF_STREAM) {
                endsHere = true;
            } else if (type < VPS) {
                first = first < 0 ? type : first;
                skippable &= isSubLayerNonReference(unit);
            }
        }
        if (first < 0) {
            ended |= endsHere;
            return PacketKind.NO_PICTURE;
        }
        boolean start = first >= BLA_W_LP && first <= CRA;
        if (first == BLA_W_LP && begun || ended && first == CRA) {
            throw new UnclearStreamException("leading pictures that are left out");
        }
        begun = true;
        ended = endsHere;
        return new PacketKind(start, start, true, skippable);
    }

    /**
     * Sub-layer non-reference pictures (the even ones of the first 16 values of nal_unit_type) are
     * not referred to within their sub-layer; but in the sub-layers above they may be.
     */
    private boolean isSubLayerNonReference(ByteBuffer unit) {
        int type = type(unit);
        int subLayer = (unit.get(1) & 7) - 1;
        return type < 16 && type % 2 == 0 && subLayer >= subLayers - 1;
    }
}
