package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
import org.surgenet.metrics.Metric;
import org.surgenet.metrics.ScoreRow;

/** Sees to it that no model is left out of a comparison without a word. */
final class Overlap {
    /** A fraction is not above this, whatever other programs' sums add to it. */
    private static final double PERCENTS = 1.5;

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

    /**
     * Percents beside fractions would make one model a hundred times as good as another.
     *
     * @throws UserException if a metric that lies between 0 and 1 does so for some models and is
     *     above for others
     */
    static void checkScale(ScoreTable table) {
        // A single class may be so rare that its percents, too, are below 1.
        if (!Metric.fraction(table.metric()) || !table.label().equals(ScoreRow.ALL)) {
            return;
        }
        Map<Boolean, String> models = new TreeMap<>();
        for (int m = 0; m < table.models().size(); m++) {
            double most =
                    Arrays.stream(table.values()[m]).filter(v -> !Double.isNaN(v)).max().orElse(0);
            if (most > 0) {
                models.putIfAbsent(most > PERCENTS, table.models().get(m));
            }
        }
        if (models.size() > 1) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: scores of %s are above 1 and those of %s are not; give both as"
                                    + " fractions, or both as percents",
                            table.title(),
                            models.get(true),
                            models.get(false)));
        }
    }

    /**
     * What to say of absent units that are there in another spelling, such as {@code P01} or {@code
     * 1} for {@code p01} or {@code 01}; empty without any.
     */
    static String spelling(Set<String> absent, Set<String> present) {
        Map<String, String> others = new TreeMap<>();
        present.forEach(unit -> others.put(unpadded(unit), unit));
        return absent.stream()
                .filter(unit -> others.containsKey(unpadded(unit)))
                .findFirst()
                .map(
                        unit ->
                                String.format(
                                        Locale.ROOT,
                                        ": '%s' is spelled '%s' there, and a unit needs one"
                                                + " spelling",
                                        unit,
                                        others.get(unpadded(unit))))
                .orElse("");
    }

    private static String unpadded(String unit) {
        return plain(unit).replaceAll("(?<![0-9])0+(?=[0-9])", "");
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
