package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/** Start codes of MPEG: two bytes of zero, a one, and what begins. */
final class StartCodes {
    private StartCodes() {}

    /**
     * Finds the next one.
     *
     * @param from where to look
     * @return offset of the byte behind the one; negative if there is none
     */
    static int next(ByteBuffer data, int from) {
        int at = from;
        int last = data.limit() - 4;
        while (at <= last) {
            int third = data.get(at + 2) & 0xff;
            if (third > 1) {
                at += 3;
            } else if (third == 1 && data.get(at) == 0 && data.get(at + 1) == 0) {
                return at + 3;
            } else {
                at++;
            }
        }
        return -1;
    }
}
