package org.surgenet.video.container;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The signs of damage in one video: of each kind the first one in words, and how many there are. A
 * damaged file may have any number, so the kinds are limited too; those beyond are counted as one.
 * Thread-safe.
 */
public final class DamageLog {
    /** Kinds that are told apart. */
    static final int KINDS = 20;

    private static final String OTHERS = "others";

    private final Map<String, Sign> signs = new LinkedHashMap<>();

    /** All of one kind. */
    private static final class Sign {
        final String first;
        final String position;
        long count;

        Sign(String first, String position) {
            this.first = first;
            this.position = position;
        }

        String words() {
            return count == 1
                    ? first
                    : String.format(Locale.ROOT, "%s (the first of %d)", first, count);
        }
    }

    /**
     * Notes a sign.
     *
     * @param kind what it has in common with others; not shown
     * @param what it is, in words, with its place
     * @param position time and, where known, byte
     */
    synchronized void note(String kind, String what, String position) {
        boolean room = signs.size() < KINDS || signs.containsKey(kind);
        signs.computeIfAbsent(
                        room ? kind : OTHERS,
                        k -> new Sign(room ? what : "signs of other kinds", position))
                .count++;
    }

    public synchronized boolean isEmpty() {
        return signs.isEmpty();
    }

    /** The first sign of each kind with their numbers; empty if there are none. */
    synchronized String words() {
        return signs.values().stream().map(Sign::words).collect(Collectors.joining("; "));
    }

    /** Where the first sign of all is; empty if there are none. */
    synchronized String position() {
        return signs.isEmpty() ? "" : signs.values().iterator().next().position;
    }

    /** Adds a list of the kinds to a video's record. */
    public synchronized void record(ArrayNode into) {
        for (Sign sign : signs.values()) {
            ObjectNode node = into.addObject();
            node.put("first", sign.first);
            node.put("position", sign.position);
            node.put("count", sign.count);
        }
    }
}
