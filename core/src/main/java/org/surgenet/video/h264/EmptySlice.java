package org.surgenet.video.h264;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.surgenet.video.codec.NalBits;
import org.surgenet.video.codec.NalUnit;
import org.surgenet.video.codec.UnclearStreamException;

/**
 * A slice of H.264 that keeps its header and ends in an error before its first macroblock.
 *
 * <p>It must not end later. A CAVLC slice that is cut off amid a macroblock leaves libavcodec's
 * slice context with coefficients that were read and never transformed ({@code decode_residual} of
 * {@code h264_cavlc.c} stores each as it comes, and an error in one block leaves before those read
 * so far are added to the picture and cleared). They are added to the first macroblock with
 * residuals of the next picture, and by prediction to all behind it. So the first codeword here is
 * one that no slice can have: with CAVLC a macroblock type beyond all that there are, with CABAC an
 * offset beyond the range (ITU-T H.264, 9.3.1.2), which is refused when the engine starts.
 */
final class EmptySlice {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int used;
    private int zeros;

    private EmptySlice() {}

    /**
     * The unit's bytes.
     *
     * @param unit a slice
     * @param head its header
     */
    static byte[] of(ByteBuffer data, NalUnit unit, SliceHeader head)
            throws UnclearStreamException {
        EmptySlice slice = new EmptySlice();
        slice.write(data.get(unit.offset()) & 0xff);
        NalBits bits = new NalBits(data, unit.offset() + 1, unit.end());
        for (int i = 0; i < head.length(); i++) {
            slice.bit(bits.bit());
        }
        if (head.cabac()) {
            // Alignment, then 9 bits of offset, which must not be 510 or 511.
            while (slice.used > 0) {
                slice.bit(1);
            }
            slice.ones(32);
        } else {
            if (head.type() != SliceHeader.I) {
                // No macroblock is skipped before it.
                slice.bit(1);
            }
            // The Exp-Golomb number 2046, of types of which there are 48 at most.
            for (int i = 0; i < 10; i++) {
                slice.bit(0);
            }
            slice.ones(11);
        }
        slice.bit(1);
        while (slice.used > 0) {
            slice.bit(0);
        }
        return slice.bytes.toByteArray();
    }

    private void ones(int count) {
        for (int i = 0; i < count; i++) {
            bit(1);
        }
    }

    private void bit(int bit) {
        current = current << 1 | bit;
        used++;
        if (used == 8) {
            write(current);
            current = 0;
            used = 0;
        }
    }

    /** Writes a byte, behind another that keeps start codes out where it is needed. */
    private void write(int value) {
        if (zeros >= 2 && value <= 3) {
            bytes.write(3);
            zeros = 0;
        }
        bytes.write(value);
        zeros = value == 0 ? zeros + 1 : 0;
    }
}
