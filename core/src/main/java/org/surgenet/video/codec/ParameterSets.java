package org.surgenet.video.codec;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The parameter sets of a stream's head, which a decoder knows wherever it begins. Those within the
 * stream must be the same: a decoder that begins behind a changed one would not know it, and one
 * that was used behind it would know too much.
 */
final class ParameterSets {
    private final Map<Integer, ByteBuffer> sets = new HashMap<>();

    /**
     * Adds one of the stream's head.
     *
     * @param key kind and number
     */
    void add(int key, ByteBuffer set) throws UnclearStreamException {
        ByteBuffer own = trimmed(set);
        ByteBuffer other = sets.putIfAbsent(key, own);
        if (other != null && !other.equals(own)) {
            throw new UnclearStreamException("two parameter sets of one number");
        }
    }

    /** Compares one within the stream. */
    void check(int key, ByteBuffer set) throws UnclearStreamException {
        if (!trimmed(set).equals(sets.get(key))) {
            throw new UnclearStreamException("parameter sets that change on the way");
        }
    }

    boolean isEmpty() {
        return sets.isEmpty();
    }

    /** Zeros behind a unit are no part of it. */
    private static ByteBuffer trimmed(ByteBuffer set) {
        int end = set.limit();
        while (end > 0 && set.get(end - 1) == 0) {
            end--;
        }
        return set.slice(0, end);
    }
}
