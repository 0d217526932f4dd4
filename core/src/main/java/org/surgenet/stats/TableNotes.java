package org.surgenet.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Notes on tables of scores; what is said of several tables is said once, with their names. */
final class TableNotes {
    private static final int NAMED = 3;

    private final Map<String, Set<String>> titles = new LinkedHashMap<>();

    void add(ScoreTable table, String note) {
        titles.computeIfAbsent(note, key -> new LinkedHashSet<>()).add(table.title());
    }

    /** In the order of their first appearance. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        titles.forEach((note, of) -> lines.add(named(of) + ": " + note));
        return lines;
    }

    private static String named(Set<String> titles) {
        String named = String.join("; ", titles.stream().limit(NAMED).toList());
        int more = titles.size() - NAMED;
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
