package org.surgenet.video.codec;

import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

/**
 * The times of MPEG's B-pictures, which are shown before the picture that precedes them in the
 * stream. Some files say otherwise: they number packets as they come. Then packets do not tell when
 * their frames are shown.
 */
final class BPictureTimes {
    private long reference = Long.MAX_VALUE;

    /** Passes through what was found of a packet. */
    PacketKind check(PacketKind kind, long ticks) throws UnclearStreamException {
        if (!kind.shown() || ticks == AV_NOPTS_VALUE) {
            return kind;
        }
        if (!kind.skippable()) {
            reference = ticks;
        } else if (ticks > reference) {
            throw new UnclearStreamException("presentation times in decoding order");
        }
        return kind;
    }
}
