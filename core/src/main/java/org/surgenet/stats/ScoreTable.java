package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.surgenet.common.UserException;
import org.surgenet.metrics.Direction;
import org.surgenet.metrics.Means;
import org.surgenet.metrics.Metric;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;

/**
 * Scores of several models on the same units, for one task, data set, metric and class.
 *
 * @param task as in the files
 * @param dataset as in the files
 * @param metric as in the files
 * @param label the class; {@link ScoreRow#ALL} for all of them
 * @param direction which values are better
 * @param models in order of first appearance
 * @param units sorted by name, so that draws do not depend on the order of lines
 * @param values models × units; NaN where missing; where the scores are recomputed, those of each
 *     unit alone
 * @param runs per model, how many files scored it on the same units and were averaged
 * @param notes what was left out or averaged
 * @param recomputed the scores where they are not the means of {@code values}
 */
record ScoreTable(
        String task,
        String dataset,
        String metric,
        String label,
        Direction direction,
        List<String> models,
        List<String> units,
        double[][] values,
        int[] runs,
        List<String> notes,
        Optional<Recomputed> recomputed) {

    /**
     * Scores over all units that are no means of {@link #values}.
     *
     * @param statistics one per model, on the table's units
     * @param over what they are taken over, for people, such as "all frames"
     */
    public record Recomputed(List<RunsStatistic> statistics, String over) {}

    /** A table whose models are compared by the mean of their values. */
    public ScoreTable(
            String task,
            String dataset,
            String metric,
            String label,
            Direction direction,
            List<String> models,
            List<String> units,
            double[][] values,
            int[] runs,
            List<String> notes) {
        this(
                task,
                dataset,
                metric,
                label,
                direction,
                models,
                units,
                values,
                runs,
                notes,
                Optional.empty());
    }

    /** What a model's score is, for people. */
    public String quantity() {
        return recomputed
                .map(r -> "over " + r.over())
                .orElseGet(() -> "mean over " + unitName() + "s");
    }

    /** What units are called: patients for segmentation, videos for phases and criteria. */
    public String unitName() {
        return unitName(task);
    }

    static String unitName(String task) {
        return switch (task) {
            case "seg" -> "patient";
            case "phase", "cvs" -> "video";
            default -> "unit";
        };
    }

    /** Whether a smaller value is the better one. */
    public boolean lowerIsBetter() {
        return direction == Direction.LOWER;
    }

    /** A difference of scores, turned so that it is positive where it is for the better. */
    double improvement(double difference) {
        return lowerIsBetter() ? -difference : difference;
    }

    /** {@link #improvement} of each difference. */
    double[] improvements(double[] differences) {
        return Arrays.stream(differences).map(this::improvement).toArray();
    }

    /** {@link #title}, and the direction where it is not the usual one. */
    public String heading() {
        return title() + (lowerIsBetter() ? ", lower is better" : "");
    }

    /** A model's score on the table's units. */
    double score(int model) {
        return recomputed
                .map(r -> r.statistics().get(model).value())
                .orElseGet(() -> Means.mean(values[model]));
    }

    /** A model's score on a resample of the units, each as often as its weight says. */
    double score(int model, int[] weights) {
        if (recomputed.isPresent()) {
            return recomputed.get().statistics().get(model).value(weights);
        }
        double sum = 0;
        long n = 0;
        for (int u = 0; u < weights.length; u++) {
            double value = values[model][u];
            if (!Double.isNaN(value)) {
                sum += weights[u] * value;
                n += weights[u];
            }
        }
        return sum / n;
    }

    /** Metric and class, without the data set. */
    String quality() {
        String name = Metric.name(metric);
        return label.equals(ScoreRow.ALL) ? name : name + " of " + label;
    }

    /** Task, data set, metric and class in one line. */
    public String title() {
        String whole = quality() + ", " + dataset;
        return label.equals(ScoreRow.ALL) ? whole + " (" + task + ")" : whole;
    }

    record Key(String task, String dataset, String metric, String label) {}

    /** Scores per unit from one file. */
    private record Run(Path file, Map<String, Double> scores) {}

    /**
     * Arranges the rows of several files.
     *
     * <p>A model that several files score on the same units was run several times (seeds, say): its
     * values are averaged per unit, missing ones skipped. Where the files' units are all different,
     * as in cross-validation, they are put together. Anything in between counts as unpaired. Models
     * that a table has no scores of are named in its notes.
     *
     * @param files the rows of each
     * @throws UserException if scores are of online and of offline predictions, a file has no row,
     *     no row is left, a metric or the baseline is not in the files, names differ in spelling
     *     alone, no two of several models have anything in common, or units differ and {@link
     *     Settings.Unpaired#ERROR} is set
     */
    public static List<ScoreTable> arrange(Map<Path, List<ScoreRow>> files, Settings settings) {
        return arrange(files, Map.of(), settings);
    }

    /**
     * As {@link #arrange(Map, Settings)}, with scores that are no means of one number per unit. The
     * mean of the rows of the same name is then another quantity and named so, such as {@code
     * map_mean_over_videos}; it is left out unless asked for, or a model has nothing else.
     *
     * @param evidence what can be recomputed, by the file of rows that it lies beside
     * @throws UserException also if evidence is not of the rows' units
     */
    public static List<ScoreTable> arrange(
            Map<Path, List<ScoreRow>> files,
            Map<Path, List<Recomputable>> evidence,
            Settings settings) {
        Overlap.check(files);
        Timings.check(files);
        RecomputedTables recomputed = new RecomputedTables(files, evidence);
        Set<String> further = further(files);
        Map<Key, Map<String, List<Run>>> groups = new LinkedHashMap<>();
        Set<String> metrics = new TreeSet<>(recomputed.metrics());
        Set<String> models = new LinkedHashSet<>();
        files.forEach(
                (file, rows) -> {
                    for (ScoreRow row : rows) {
                        String name = recomputed.nameOfMean(row);
                        metrics.add(name);
                        models.add(row.model());
                        boolean wanted =
                                settings.metrics().isEmpty()
                                        ? !further.contains(row.metric())
                                                && !recomputed.replaces(row)
                                        : settings.metrics().contains(name);
                        if (wanted && (settings.perClass() || row.label().equals(ScoreRow.ALL))) {
                            add(groups, file, row, name);
                        }
                    }
                });
        checkNames(metrics, models, settings);
        List<ScoreTable> tables = new ArrayList<>(recomputed.tables(models, settings));
        if (groups.isEmpty() && tables.isEmpty()) {
            throw new UserException(
                    "no scores over all classes in "
                            + files.keySet().stream().map(Path::toString).toList()
                            + "; set per-class to compare single classes");
        }
        groups.forEach((key, byModel) -> tables.add(table(key, byModel, models, settings)));
        tables.forEach(Overlap::checkScale);
        Overlap.check(tables, models);
        return tables;
    }

    /**
     * Metrics that are compared only where they are named, because each more of them in a table
     * makes its correction stricter; none if the files have no others.
     */
    static Set<String> further(Map<Path, List<ScoreRow>> files) {
        Set<String> all = new TreeSet<>();
        files.values().forEach(rows -> rows.forEach(row -> all.add(row.metric())));
        Set<String> further = new TreeSet<>(all);
        further.removeIf(Metric::main);
        return further.size() == all.size() ? Set.of() : further;
    }

    private static void checkNames(Set<String> metrics, Set<String> models, Settings settings) {
        Set<String> named = new TreeSet<>(settings.metrics());
        named.addAll(settings.lowerIsBetter());
        for (String metric : named) {
            if (!metrics.contains(metric)) {
                throw new UserException(
                        "no file has scores of the metric '"
                                + metric
                                + "'; there are "
                                + String.join(", ", metrics));
            }
        }
        if (!settings.baseline().isEmpty() && !models.contains(settings.baseline())) {
            throw new UserException(
                    "no file has scores of the baseline '"
                            + settings.baseline()
                            + "'; there are "
                            + String.join(", ", models));
        }
    }

    private static void add(
            Map<Key, Map<String, List<Run>>> groups, Path file, ScoreRow row, String metric) {
        List<Run> runs =
                groups.computeIfAbsent(
                                new Key(row.task(), row.dataset(), metric, row.label()),
                                key -> new LinkedHashMap<>())
                        .computeIfAbsent(row.model(), model -> new ArrayList<>());
        if (runs.isEmpty() || !runs.get(runs.size() - 1).file.equals(file)) {
            runs.add(new Run(file, new LinkedHashMap<>()));
        }
        runs.get(runs.size() - 1).scores.put(row.unit(), row.value());
    }

    private static ScoreTable table(
            Key key, Map<String, List<Run>> byModel, Set<String> all, Settings settings) {
        Settings.Unpaired unpaired = settings.unpaired();
        List<String> notes = new ArrayList<>(Overlap.excluded(byModel.keySet(), all));
        List<String> models = List.copyOf(byModel.keySet());
        if (settings.metrics().isEmpty() && key.metric.contains("_mean_over_")) {
            notes.add(
                    "not the score over all frames or images that evaluate prints: not all of the"
                            + " files have a probabilities.csv or counts.csv beside them, from"
                            + " which to take that again");
        }
        int[] runs = new int[models.size()];
        List<Map<String, Double>> scores = new ArrayList<>();
        for (int m = 0; m < models.size(); m++) {
            List<Run> of = byModel.get(models.get(m));
            boolean folds = of.size() > 1 && disjoint(of);
            runs[m] = folds ? 1 : of.size();
            scores.add(folds ? united(of) : averaged(key, models.get(m), of, unpaired, notes));
            if (of.size() > 1) {
                notes.add(
                        String.format(
                                Locale.ROOT,
                                folds
                                        ? "%s: units of %d files put together"
                                        : "%s: mean of %d files per unit",
                                models.get(m),
                                of.size()));
            }
        }
        Set<String> any = new TreeSet<>();
        scores.forEach(s -> any.addAll(s.keySet()));
        Set<String> common = new TreeSet<>(any);
        scores.forEach(s -> common.retainAll(s.keySet()));
        if (common.size() < any.size()) {
            reject(key, models, scores.stream().map(Map::keySet).toList(), any, unpaired);
            notes.add(onlyCommon(common.size(), any.size()));
        }
        if (common.isEmpty()) {
            throw new UserException(
                    describe(key) + ": the models " + models + " have no unit in common");
        }
        List<String> units = List.copyOf(common);
        double[][] values = new double[models.size()][];
        for (int m = 0; m < values.length; m++) {
            Map<String, Double> of = scores.get(m);
            values[m] = units.stream().mapToDouble(of::get).toArray();
        }
        return new ScoreTable(
                key.task,
                key.dataset,
                key.metric,
                key.label,
                settings.direction(key.metric),
                models,
                units,
                values,
                runs,
                List.copyOf(notes));
    }

    private static boolean disjoint(List<Run> runs) {
        Set<String> seen = new TreeSet<>();
        for (Run run : runs) {
            for (String unit : run.scores.keySet()) {
                if (!seen.add(unit)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Map<String, Double> united(List<Run> runs) {
        Map<String, Double> scores = new LinkedHashMap<>();
        runs.forEach(run -> scores.putAll(run.scores));
        return scores;
    }

    private static Map<String, Double> averaged(
            Key key, String model, List<Run> runs, Settings.Unpaired unpaired, List<String> notes) {
        Set<String> all = new TreeSet<>();
        runs.forEach(run -> all.addAll(run.scores.keySet()));
        Set<String> common = new TreeSet<>(all);
        runs.forEach(run -> common.retainAll(run.scores.keySet()));
        if (common.size() < all.size()) {
            List<String> files = runs.stream().map(run -> run.file.toString()).toList();
            List<Set<String>> units = runs.stream().map(run -> run.scores.keySet()).toList();
            reject(key, files, units, all, unpaired);
            notes.add(model + ": only the units that are in all of its files");
        }
        for (int i = 0; i < runs.size(); i++) {
            for (int j = i + 1; j < runs.size(); j++) {
                if (common.size() > 1 && runs.get(i).scores.equals(runs.get(j).scores)) {
                    notes.add(
                            String.format(
                                    Locale.ROOT,
                                    "%s: %s and %s have the same scores; if they are no two runs,"
                                            + " give one of them",
                                    model,
                                    runs.get(i).file,
                                    runs.get(j).file));
                }
            }
        }
        Map<String, Double> means = new LinkedHashMap<>();
        for (String unit : common) {
            means.put(
                    unit,
                    Means.mean(runs.stream().mapToDouble(run -> run.scores.get(unit)).toArray()));
        }
        return means;
    }

    /** The note of a table that leaves units out. */
    static String onlyCommon(int common, int any) {
        return String.format(
                Locale.ROOT, "only the %d of %d units that all models were scored on", common, any);
    }

    /** Throws where units may not differ, naming the first that does. */
    static void reject(
            Key key,
            List<String> names,
            List<Set<String>> units,
            Set<String> all,
            Settings.Unpaired unpaired) {
        if (unpaired == Settings.Unpaired.INTERSECT) {
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            Set<String> absent = new TreeSet<>(all);
            absent.removeAll(units.get(i));
            if (!absent.isEmpty()) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: %s has no score of %d of %d units (%s)%s; score all models on"
                                        + " the same test set, or choose unpaired=intersect",
                                describe(key),
                                names.get(i),
                                absent.size(),
                                all.size(),
                                String.join(", ", absent.stream().limit(5).toList())
                                        + (absent.size() > 5 ? ", …" : ""),
                                Overlap.spelling(absent, units.get(i))));
            }
        }
    }

    static String describe(Key key) {
        return String.join(" ", Arrays.asList(key.task, key.dataset, key.metric, key.label));
    }
}
