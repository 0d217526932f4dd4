package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.surgenet.common.UserException;
import org.surgenet.metrics.ScoreRow;

/** Sees to it that no model is left out of a comparison without a word. */
final class Overlap {
    private Overlap() {}

    /**
     * Looks for what would keep models apart by mistake.
     *
     * @throws UserException if a file has no scores, or a task, data set, metric or class is
     *     spelled in two ways that no model has both of
     */
    static void check(Map<Path, List<ScoreRow>> files) {
        files.forEach(
                (file, rows) -> {
                    if (rows.isEmpty()) {
                        throw new UserException(
                                file
                                        + ": has no scores, only a header line; evaluate the model"
                                        + " again, or leave the file out");
                    }
                });
        spelling(files, "task", ScoreRow::task);
        spelling(files, "data set", ScoreRow::dataset);
        spelling(files, "metric", ScoreRow::metric);
        spelling(files, "class", ScoreRow::label);
    }

    private static void spelling(
            Map<Path, List<ScoreRow>> files, String what, Function<ScoreRow, String> of) {
        // Per name: the models that have it, and the first file with it.
        Map<String, Set<String>> models = new TreeMap<>();
        Map<String, Path> where = new LinkedHashMap<>();
        files.forEach(
                (file, rows) -> {
                    for (ScoreRow row : rows) {
                        models.computeIfAbsent(of.apply(row), name -> new TreeSet<>())
                                .add(row.model());
                        where.putIfAbsent(of.apply(row), file);
                    }
                });
        Map<String, String> seen = new TreeMap<>();
        models.forEach(
                (name, its) -> {
                    String other = seen.putIfAbsent(plain(name), name);
                    if (other != null && Collections.disjoint(its, models.get(other))) {
                        throw new UserException(
                                String.format(
                                        Locale.ROOT,
                                        "%s is spelled '%s' in %s and '%s' in %s, so that %s and %s"
                                                + " would not be compared; use one spelling",
                                        what,
                                        other,
                                        where.get(other),
                                        name,
                                        where.get(name),
                                        String.join(", ", models.get(other)),
                                        String.join(", ", its)));
                    }
                });
    }

    /** What is left of a name without case, spaces and the signs used for them. */
    private static String plain(String name) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[\\s_-]+", "");
        return plain.isEmpty() ? name : plain;
    }

    /** A note that names the models without a score in a table; none if all have some. */
    static List<String> excluded(Set<String> present, Set<String> all) {
        List<String> absent = new ArrayList<>(new LinkedHashSet<>(all));
        absent.removeAll(present);
        return absent.isEmpty()
                ? List.of()
                : List.of(
                        String.format(
                                Locale.ROOT,
                                "%d of %d models not compared here, because their files have no"
                                        + " such scores: %s",
                                absent.size(),
                                all.size(),
                                String.join(", ", absent)));
    }

    /**
     * @throws UserException if there are several models and no table has two of them
     */
    static void check(List<ScoreTable> tables, Set<String> models) {
        if (models.size() < 2 || tables.stream().anyMatch(t -> t.models().size() > 1)) {
            return;
        }
        Set<String> lines = new LinkedHashSet<>();
        tables.forEach(t -> lines.add(t.models().get(0) + ": " + t.title()));
        throw new UserException(
                "no two of the models "
                        + String.join(", ", models)
                        + " have scores of the same task, data set, metric and class, so there is"
                        + " nothing to compare ("
                        + String.join("; ", lines.stream().limit(4).toList())
                        + (lines.size() > 4 ? "; …" : "")
                        + "); name them alike in all files");
    }
}
