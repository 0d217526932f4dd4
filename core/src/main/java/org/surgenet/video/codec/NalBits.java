package org.surgenet.video.codec;

import java.nio.ByteBuffer;

/**
 * Bits of an H.264 NAL unit, first the highest of each byte, without the bytes that keep start
 * codes out of it (ITU-T H.264, 7.3.1 and 9.1).
 */
public final class NalBits {
    private final ByteBuffer data;
    private final int end;
    private int at;
    private int zeros;
    private int current;
    private int left;
    private int count;

    /**
     * @param offset of the byte behind the unit's header
     * @param end offset behind the unit's last byte
     */
    public NalBits(ByteBuffer data, int offset, int end) {
        this.data = data;
        this.at = offset;
        this.end = end;
    }

    public int bit() throws UnclearStreamException {
        if (left == 0) {
            current = nextByte();
            left = 8;
        }
        left--;
        count++;
        return current >> left & 1;
    }

    public boolean flag() throws UnclearStreamException {
        return bit() == 1;
    }

    /** An unsigned number of so many bits, at most 31. */
    public int bits(int count) throws UnclearStreamException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 1 | bit();
        }
        return value;
    }

    public void skip(long bits) throws UnclearStreamException {
        for (long i = 0; i < bits; i++) {
            bit();
        }
    }

    /** An unsigned Exp-Golomb number. */
    public int ue() throws UnclearStreamException {
        int length = 0;
        while (bit() == 0) {
            length++;
            if (length > 30) {
                throw new UnclearStreamException("a number beyond its range");
            }
        }
        return (1 << length) - 1 + bits(length);
    }

    /** An unsigned Exp-Golomb number up to a largest one. */
    public int ue(int largest) throws UnclearStreamException {
        int value = ue();
        if (value > largest) {
            throw new UnclearStreamException("a number beyond its range");
        }
        return value;
    }

    /** A signed Exp-Golomb number. */
    public int se() throws UnclearStreamException {
        int code = ue();
        return (code & 1) == 1 ? (code >>> 1) + 1 : -(code >>> 1);
    }

    /** True if so many bytes are left, at least; to be asked at the border of a byte. */
    boolean more(int bytes) {
        return end - at >= bytes;
    }

    /** How many bits were read. */
    public int count() {
        return count;
    }

    private int nextByte() throws UnclearStreamException {
        if (at < end && zeros >= 2 && data.get(at) == 3) {
            at++;
            zeros = 0;
        }
        if (at >= end) {
            throw new UnclearStreamException("a unit that ends early");
        }
        int value = data.get(at++) & 0xff;
        zeros = value == 0 ? zeros + 1 : 0;
        return value;
    }
}
