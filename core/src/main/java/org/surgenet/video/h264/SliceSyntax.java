package org.surgenet.video.h264;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.video.codec.NalBits;
import org.surgenet.video.codec.NalUnit;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * Reads what the parameter sets and slice headers of an H.264 stream say of references (ITU-T
 * H.264, 7.3). Streams with fields, slice groups, long-term reference pictures, separate colour
 * planes or gaps in frame_num are refused: they are rare, and to be wrong about one would spoil a
 * picture.
 */
final class SliceSyntax {
    private static final int SPS = 7;
    private static final int PPS = 8;

    private final Map<Integer, Sps> seqParameters = new HashMap<>();
    private final Map<Integer, Pps> picParameters = new HashMap<>();

    SliceSyntax() {}

    SliceSyntax(SliceSyntax other) {
        seqParameters.putAll(other.seqParameters);
        picParameters.putAll(other.picParameters);
    }

    /** Remembers the parameter set if the unit holds one. */
    void learn(ByteBuffer data, NalUnit nal) throws UnclearStreamException {
        NalBits bits = new NalBits(data, nal.offset() + 1, nal.end());
        if (nal.type() == SPS) {
            Sps sps = Sps.read(bits);
            seqParameters.put(sps.id(), sps);
        } else if (nal.type() == PPS) {
            Pps pps = Pps.read(bits);
            picParameters.put(pps.id(), pps);
        }
    }

    /** Reads a slice header (7.3.3). */
    SliceHeader slice(ByteBuffer data, NalUnit nal) throws UnclearStreamException {
        NalBits bits = new NalBits(data, nal.offset() + 1, nal.end());
        int firstMb = bits.ue();
        int type = bits.ue(9) % 5;
        if (type > SliceHeader.I) {
            throw new UnclearStreamException("switching slices");
        }
        Pps pps = picParameters.get(bits.ue(255));
        Sps sps = pps == null ? null : seqParameters.get(pps.spsId());
        if (sps == null) {
            throw new UnclearStreamException("parameters that are not there");
        }
        String refusal = sps.refusal() == null ? pps.refusal() : sps.refusal();
        if (refusal != null) {
            throw new UnclearStreamException(refusal);
        }
        int frameNum = bits.bits(sps.frameNumBits());
        if (nal.type() == NalUnit.IDR_SLICE) {
            bits.ue();
        }
        int pocLsb = 0;
        int deltaPocBottom = 0;
        if (sps.pocType() == 0) {
            pocLsb = bits.bits(sps.pocLsbBits());
            deltaPocBottom = pps.bottomFieldPoc() ? bits.se() : 0;
        }
        if (pps.redundantPicCnt() && bits.ue() > 0) {
            throw new UnclearStreamException("redundant slices");
        }
        if (type == SliceHeader.B) {
            bits.skip(1);
        }
        int[] activeRefs = activeRefs(bits, type, pps);
        List<List<SliceHeader.Modification>> modifications =
                List.of(
                        modifications(bits, type != SliceHeader.I),
                        modifications(bits, type == SliceHeader.B));
        if (type == SliceHeader.P && pps.weightedPred()
                || type == SliceHeader.B && pps.weightedBipredIdc() == 1) {
            predWeightTable(bits, activeRefs, sps.chromaFormat() != 0);
        }
        List<Integer> mmco = nal.nalRefIdc() == 0 ? null : decRefPicMarking(bits, nal);
        if (pps.cabac() && type != SliceHeader.I) {
            bits.ue(2);
        }
        bits.se();
        if (pps.deblockingControl() && bits.ue(2) != 1) {
            bits.se();
            bits.se();
        }
        return new SliceHeader(
                firstMb,
                type,
                sps,
                frameNum,
                pocLsb,
                deltaPocBottom,
                activeRefs,
                modifications,
                mmco,
                pps.cabac(),
                bits.count());
    }

    private static int[] activeRefs(NalBits bits, int type, Pps pps) throws UnclearStreamException {
        int[] activeRefs = {
            type == SliceHeader.I ? 0 : pps.activeRefs()[0],
            type == SliceHeader.B ? pps.activeRefs()[1] : 0
        };
        if (type != SliceHeader.I && bits.flag()) {
            activeRefs[0] = bits.ue(31) + 1;
            if (type == SliceHeader.B) {
                activeRefs[1] = bits.ue(31) + 1;
            }
        }
        return activeRefs;
    }

    private static List<SliceHeader.Modification> modifications(NalBits bits, boolean present)
            throws UnclearStreamException {
        List<SliceHeader.Modification> modifications = new ArrayList<>();
        if (present && bits.flag()) {
            int idc = bits.ue(5);
            while (idc != 3) {
                if (idc > 1) {
                    throw new UnclearStreamException("long-term references");
                }
                modifications.add(new SliceHeader.Modification(idc, bits.ue() + 1));
                idc = bits.ue(5);
            }
        }
        return modifications;
    }

    private static void predWeightTable(NalBits bits, int[] activeRefs, boolean chroma)
            throws UnclearStreamException {
        bits.ue();
        if (chroma) {
            bits.ue();
        }
        for (int i = 0; i < activeRefs[0] + activeRefs[1]; i++) {
            weight(bits, 2);
            if (chroma) {
                weight(bits, 4);
            }
        }
    }

    private static void weight(NalBits bits, int values) throws UnclearStreamException {
        if (bits.flag()) {
            for (int i = 0; i < values; i++) {
                bits.se();
            }
        }
    }

    private static List<Integer> decRefPicMarking(NalBits bits, NalUnit nal)
            throws UnclearStreamException {
        if (nal.type() == NalUnit.IDR_SLICE) {
            bits.skip(1);
            if (bits.flag()) {
                throw new UnclearStreamException("long-term references");
            }
            return null;
        }
        if (!bits.flag()) {
            return null;
        }
        List<Integer> mmco = new ArrayList<>();
        int operation = bits.ue(6);
        while (operation != 0) {
            if (operation != 1) {
                throw new UnclearStreamException("long-term references");
            }
            mmco.add(bits.ue() + 1);
            operation = bits.ue(6);
        }
        return mmco;
    }
}
