package org.surgenet.stats;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleFunction;

/**
 * Notes on tables of scores; what is said of several tables is said once, with their names, and
 * numbers that differ between them as a range.
 */
final class TableNotes {
    private static final int NAMED = 3;

    private final int tables;
    private final Map<String, Note> notes = new LinkedHashMap<>();

    /**
     * @param tables how many there are
     */
    TableNotes(int tables) {
        this.tables = tables;
    }

    private static final class Note {
        final Set<String> titles = new LinkedHashSet<>();
        DoubleFunction<String> format;
        double[] least;
        double[] most;
    }

    void add(ScoreTable table, String note) {
        add(table, note.replace("%", "%%"), Double::toString);
    }

    /**
     * @param note with a {@code %s} for each value
     * @param format of one value
     */
    void add(ScoreTable table, String note, DoubleFunction<String> format, double... values) {
        Note of = notes.computeIfAbsent(note, key -> new Note());
        of.titles.add(table.title());
        of.format = format;
        if (of.least == null) {
            of.least = values.clone();
            of.most = values.clone();
        }
        for (int i = 0; i < values.length; i++) {
            of.least[i] = Math.min(of.least[i], values[i]);
            of.most[i] = Math.max(of.most[i], values[i]);
        }
    }

    /** In the order of their first appearance. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        notes.forEach(
                (text, note) -> {
                    Object[] values = new Object[note.least.length];
                    for (int i = 0; i < values.length; i++) {
                        String least = note.format.apply(note.least[i]);
                        String most = note.format.apply(note.most[i]);
                        values[i] = least.equals(most) ? least : least + " to " + most;
                    }
                    lines.add(named(note.titles) + ": " + String.format(Locale.ROOT, text, values));
                });
        return lines;
    }

    private String named(Set<String> titles) {
        int more = titles.size() - NAMED;
        if (more > 0 && titles.size() == tables) {
            return "all " + tables + " scores";
        }
        String named = String.join("; ", titles.stream().limit(NAMED).toList());
        return more > 0 ? named + " and " + more + " more" : named;
    }
}
