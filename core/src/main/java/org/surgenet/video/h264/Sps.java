package org.surgenet.video.h264;

import java.util.Set;
import org.surgenet.video.codec.NalBits;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * What a sequence parameter set says of references (ITU-T H.264, 7.3.2.1 and 7.4.2.1).
 *
 * @param id seq_parameter_set_id
 * @param chromaFormat chroma_format_idc
 * @param frameNumBits bits of frame_num
 * @param pocType pic_order_cnt_type: how the picture order count (POC) is coded, 0 or 2
 * @param pocLsbBits bits of pic_order_cnt_lsb, for type 0
 * @param maxRefFrames max_num_ref_frames
 * @param refusal why the stream's references are not followed; null if they are
 */
record Sps(
        int id,
        int chromaFormat,
        int frameNumBits,
        int pocType,
        int pocLsbBits,
        int maxRefFrames,
        String refusal) {
    /** Values of profile_idc with which chroma_format_idc is present. */
    private static final Set<Integer> WITH_CHROMA_FORMAT =
            Set.of(44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244);

    /** Baseline, Main and Extended, with which it is not. */
    private static final Set<Integer> WITHOUT_CHROMA_FORMAT = Set.of(66, 77, 88);

    /**
     * @param bits from behind the unit's header
     */
    static Sps read(NalBits bits) throws UnclearStreamException {
        int profile = bits.bits(8);
        bits.skip(16);
        int id = bits.ue(31);
        int chroma = 1;
        boolean separatePlanes = false;
        if (!WITH_CHROMA_FORMAT.contains(profile) && !WITHOUT_CHROMA_FORMAT.contains(profile)) {
            return new Sps(id, chroma, 0, 0, 0, 0, "a profile that is not known");
        }
        if (WITH_CHROMA_FORMAT.contains(profile)) {
            chroma = bits.ue(3);
            separatePlanes = chroma == 3 && bits.flag();
            bits.ue();
            bits.ue();
            bits.skip(1);
            if (bits.flag()) {
                scalingLists(bits, chroma == 3 ? 12 : 8);
            }
        }
        int frameNumBits = bits.ue(12) + 4;
        int pocType = bits.ue(2);
        if (pocType == 1) {
            // Nobody writes it; the rest of the parameters is not looked at.
            return new Sps(id, chroma, frameNumBits, 1, 0, 0, "pic_order_cnt_type 1");
        }
        int pocLsbBits = pocType == 0 ? bits.ue(12) + 4 : 0;
        int maxRefFrames = bits.ue(16);
        boolean gaps = bits.flag();
        bits.ue();
        bits.ue();
        boolean framesOnly = bits.flag();
        String refusal =
                separatePlanes
                        ? "separate colour planes"
                        : gaps ? "gaps in frame_num" : framesOnly ? null : "fields";
        return new Sps(id, chroma, frameNumBits, pocType, pocLsbBits, maxRefFrames, refusal);
    }

    private static void scalingLists(NalBits bits, int count) throws UnclearStreamException {
        for (int list = 0; list < count; list++) {
            if (!bits.flag()) {
                continue;
            }
            int size = list < 6 ? 16 : 64;
            int last = 8;
            for (int i = 0; i < size; i++) {
                int next = last + bits.se() & 0xff;
                if (next == 0) {
                    break;
                }
                last = next;
            }
        }
    }
}
