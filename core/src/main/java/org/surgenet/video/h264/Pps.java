package org.surgenet.video.h264;

import org.surgenet.video.codec.NalBits;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * What a picture parameter set says of slice headers (ITU-T H.264, 7.3.2.2 and 7.4.2.2).
 *
 * @param id pic_parameter_set_id
 * @param spsId seq_parameter_set_id
 * @param cabac entropy_coding_mode_flag: CABAC, not CAVLC
 * @param bottomFieldPoc bottom_field_pic_order_in_frame_present_flag
 * @param activeRefs num_ref_idx_default_active of the lists 0 and 1
 * @param weightedPred weighted_pred_flag
 * @param weightedBipredIdc weighted_bipred_idc
 * @param deblockingControl deblocking_filter_control_present_flag
 * @param redundantPicCnt redundant_pic_cnt_present_flag
 * @param refusal why the stream's references are not followed; null if they are
 */
record Pps(
        int id,
        int spsId,
        boolean cabac,
        boolean bottomFieldPoc,
        int[] activeRefs,
        boolean weightedPred,
        int weightedBipredIdc,
        boolean deblockingControl,
        boolean redundantPicCnt,
        String refusal) {
    /**
     * @param bits from behind the unit's header
     */
    static Pps read(NalBits bits) throws UnclearStreamException {
        int id = bits.ue(255);
        int spsId = bits.ue(31);
        boolean cabac = bits.flag();
        boolean bottomFieldPoc = bits.flag();
        int[] activeRefs = {0, 0};
        if (bits.ue() > 0) {
            return new Pps(
                    id,
                    spsId,
                    cabac,
                    bottomFieldPoc,
                    activeRefs,
                    false,
                    0,
                    false,
                    false,
                    "slice groups");
        }
        activeRefs[0] = bits.ue(31) + 1;
        activeRefs[1] = bits.ue(31) + 1;
        boolean weightedPred = bits.flag();
        int weightedBipredIdc = bits.bits(2);
        bits.se();
        bits.se();
        bits.se();
        boolean deblockingControl = bits.flag();
        bits.skip(1);
        boolean redundantPicCnt = bits.flag();
        return new Pps(
                id,
                spsId,
                cabac,
                bottomFieldPoc,
                activeRefs,
                weightedPred,
                weightedBipredIdc,
                deblockingControl,
                redundantPicCnt,
                null);
    }
}
