package org.surgenet.video.h264;

import java.util.List;

/**
 * A slice header (ITU-T H.264, 7.3.3 and 7.4.3).
 *
 * @param firstMb first_mb_in_slice
 * @param type slice_type modulo 5: {@link #P}, {@link #B} or {@link #I}
 * @param frameNum frame_num
 * @param pocLsb pic_order_cnt_lsb
 * @param deltaPocBottom delta_pic_order_cnt_bottom
 * @param activeRefs num_ref_idx_active of the lists 0 and 1; 0 for lists that the type lacks
 * @param modifications of the reference picture lists 0 and 1
 * @param mmco differences of picture numbers that memory_management_control_operation 1 marks as
 *     unused for reference; null where the sliding window makes room
 * @param cabac whether macroblocks are coded with CABAC, not CAVLC
 * @param length of the header in bits, from behind the unit's header and without
 *     emulation_prevention_three_byte
 */
record SliceHeader(
        int firstMb,
        int type,
        Sps sps,
        int frameNum,
        int pocLsb,
        int deltaPocBottom,
        int[] activeRefs,
        List<List<Modification>> modifications,
        List<Integer> mmco,
        boolean cabac,
        int length) {
    static final int P = 0;
    static final int B = 1;
    static final int I = 2;

    /**
     * A step of ref_pic_list_modification.
     *
     * @param idc modification_of_pic_nums_idc: 0 subtracts, 1 adds
     * @param absDiffPicNum abs_diff_pic_num_minus1 + 1
     */
    record Modification(int idc, int absDiffPicNum) {}
}
