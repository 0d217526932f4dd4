package org.surgenet.stats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.surgenet.common.UserException;
import org.surgenet.metrics.ScoreRow;

/**
 * Tells seeds of one model from different models whose folders happen to have the same name. Where
 * nobody named the model, {@code evaluate} takes the folder's name, and {@code a/seg} and {@code
 * b/seg} would be averaged.
 */
final class RunNames {
    /** What an evaluation was asked for; it lies beside its scores. */
    private static final String CONFIG = "config.yaml";

    private static final Pattern SEED =
            Pattern.compile("[-_. ]?(?:seed|run)[-_. =]?\\d{1,4}$", Pattern.CASE_INSENSITIVE);

    private RunNames() {}

    /**
     * @throws UserException if two files score one unit of one model, and the name of one is its
     *     folder's
     */
    static void check(Map<Path, List<ScoreRow>> files) {
        List<Path> unnamed = files.keySet().stream().filter(RunNames::unnamed).toList();
        if (unnamed.isEmpty()) {
            return;
        }
        // By model, where several files have it: few of many rows.
        Map<String, Set<Path>> having = new HashMap<>();
        files.forEach(
                (file, rows) ->
                        rows.forEach(
                                row ->
                                        having.computeIfAbsent(
                                                        row.model(), m -> new LinkedHashSet<>())
                                                .add(file)));
        having.values().removeIf(of -> of.size() < 2);
        Map<List<String>, Path> first = new HashMap<>();
        files.forEach(
                (file, rows) -> {
                    for (ScoreRow row : rows) {
                        Path other =
                                having.containsKey(row.model())
                                        ? first.putIfAbsent(row.subject(), file)
                                        : null;
                        if (other != null && (unnamed.contains(file) || unnamed.contains(other))) {
                            throw twice(other, file, row.model());
                        }
                    }
                });
    }

    /**
     * Models that look like seeds of one: their names differ in nothing but a seed's number.
     *
     * @return a warning for each set of them
     */
    static List<String> seedsAsModels(Map<Path, List<ScoreRow>> files) {
        Map<String, Set<String>> like = new TreeMap<>();
        files.values().stream()
                .flatMap(List::stream)
                .map(ScoreRow::model)
                .forEach(
                        name ->
                                like.computeIfAbsent(
                                                SEED.matcher(name).replaceFirst(""),
                                                base -> new TreeSet<>())
                                        .add(name));
        return like.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(
                        entry ->
                                String.format(
                                        Locale.ROOT,
                                        "%s are compared as models; if they are seeds of one,"
                                                + " evaluate all of them under one name (its option"
                                                + " model-name), so that they are averaged",
                                        String.join(", ", entry.getValue())))
                .toList();
    }

    private static UserException twice(Path one, Path other, String model) {
        return new UserException(
                String.format(
                        Locale.ROOT,
                        "%s and %s both score a model '%s', which is only its folder's name;"
                                + " evaluate with a model-name: the same name for several seeds of"
                                + " one model, otherwise different ones",
                        one,
                        other,
                        model));
    }

    /** Whether an evaluation wrote the file and took the model's name from a folder. */
    private static boolean unnamed(Path file) {
        Path config = file.resolveSibling(CONFIG);
        if (!Files.isRegularFile(config)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(config)) {
            List<String> all = lines.toList();
            return all.contains("# surgenet evaluate")
                    && all.stream().noneMatch(line -> line.startsWith("model-name:"));
        } catch (IOException e) {
            throw new UserException(config + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
