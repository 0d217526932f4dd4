package org.surgenet.curate;

import java.util.HashMap;
import java.util.Map;

/**
 * Recognises frames that are equal to an earlier one, or look like one of the last kept ones of
 * their video. Frames are shown one by one in the list's order. Holds 23 to 46 bytes per kept frame
 * for equality, and the window's hashes per video.
 */
final class Duplicates {
    private final int maxBits;
    private final int window;
    private final Map<String, Recent> videos = new HashMap<>();

    /** Open addressing over the first 128 bits of the file's SHA-256; all zero is a free place. */
    private long[] high = new long[1 << 10];

    private long[] low = new long[1 << 10];
    private int size;

    /** The last kept hashes of a video. */
    private static final class Recent {
        long[] hashes;
        int next;
        int count;
    }

    /**
     * @param maxBits differing bits up to which a frame is a near duplicate; negative for none
     * @param window kept frames that are looked back within a video
     */
    Duplicates(int maxBits, int window) {
        this.maxBits = maxBits;
        this.window = window;
    }

    /**
     * Remembers a file's content.
     *
     * @param sha256 64 hexadecimal digits
     * @return false if it was there before
     */
    boolean addContent(String sha256) {
        if (10L * (size + 1) > 7L * high.length) {
            grow();
        }
        long a = Long.parseUnsignedLong(sha256, 0, 16, 16);
        long b = Long.parseUnsignedLong(sha256, 16, 32, 16);
        if (!insert(a, b)) {
            return false;
        }
        size++;
        return true;
    }

    private boolean insert(long a, long b) {
        int mask = high.length - 1;
        int i = (int) a & mask;
        while (high[i] != 0 || low[i] != 0) {
            if (high[i] == a && low[i] == b) {
                return false;
            }
            i = (i + 1) & mask;
        }
        high[i] = a;
        low[i] = b;
        return true;
    }

    private void grow() {
        long[] oldHigh = high;
        long[] oldLow = low;
        high = new long[2 * oldHigh.length];
        low = new long[2 * oldLow.length];
        for (int i = 0; i < oldHigh.length; i++) {
            if (oldHigh[i] != 0 || oldLow[i] != 0) {
                insert(oldHigh[i], oldLow[i]);
            }
        }
    }

    /**
     * Remembers a frame's hash unless one of the last kept ones of its video is near it.
     *
     * @return false if one is
     */
    boolean addLook(String video, long hash) {
        if (maxBits < 0) {
            return true;
        }
        Recent recent = videos.computeIfAbsent(video, v -> new Recent());
        if (recent.hashes == null) {
            recent.hashes = new long[window];
        }
        for (int i = 0; i < recent.count; i++) {
            if (Long.bitCount(recent.hashes[i] ^ hash) <= maxBits) {
                return false;
            }
        }
        recent.hashes[recent.next] = hash;
        recent.next = (recent.next + 1) % window;
        recent.count = Math.min(window, recent.count + 1);
        return true;
    }
}
