package org.surgenet.curate;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What was decided on each frame of a list, one byte a frame. Frames are added in its order. */
final class Decisions {
    private static final byte KEPT = -1;

    /** A reason's index if the frame is dropped, {@link #KEPT}, or -2 - index if it is flagged. */
    private final byte[] codes;

    private final List<Reason> reasons;
    private int size;

    /**
     * @param frames how many will be added
     * @param reasons all there are, 127 at most
     */
    Decisions(int frames, List<Reason> reasons) {
        codes = new byte[frames];
        this.reasons = reasons;
    }

    /** Adds a frame that is kept or, with the first reason that drops it, not. */
    void add(Action action, Optional<Reason> reason) {
        int index = reason.map(reasons::indexOf).orElse(-1);
        codes[size++] =
                switch (action) {
                    case DROP -> (byte) index;
                    case FLAG -> (byte) (-2 - index);
                    case KEEP -> KEPT;
                };
    }

    boolean isKept(int frame) {
        return codes[frame] < 0;
    }

    /** Why a frame is dropped or flagged; empty if it is neither. */
    Optional<Reason> reason(int frame) {
        byte code = codes[frame];
        if (code == KEPT) {
            return Optional.empty();
        }
        return Optional.of(reasons.get(code >= 0 ? code : -2 - code));
    }

    long kept() {
        long kept = 0;
        for (int i = 0; i < size; i++) {
            kept += isKept(i) ? 1 : 0;
        }
        return kept;
    }

    /** How many frames are dropped, by reason, in the reasons' order; none are absent. */
    Map<Reason, Long> dropped() {
        return count(false);
    }

    /** How many kept frames are flagged, likewise. */
    Map<Reason, Long> flagged() {
        return count(true);
    }

    private Map<Reason, Long> count(boolean kept) {
        long[] counts = new long[reasons.size()];
        for (int i = 0; i < size; i++) {
            if (codes[i] != KEPT && isKept(i) == kept) {
                counts[kept ? -2 - codes[i] : codes[i]]++;
            }
        }
        Map<Reason, Long> result = new LinkedHashMap<>();
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                result.put(reasons.get(i), counts[i]);
            }
        }
        return result;
    }
}
