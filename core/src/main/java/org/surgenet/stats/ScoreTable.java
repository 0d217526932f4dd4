package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.surgenet.common.UserException;
import org.surgenet.metrics.Means;
import org.surgenet.metrics.ScoreRow;

/**
 * Scores of several models on the same units, for one task, data set, metric and class.
 *
 * @param task as in the files
 * @param dataset as in the files
 * @param metric as in the files
 * @param label the class; {@link ScoreRow#ALL} for all of them
 * @param models in order of first appearance
 * @param units sorted by name, so that draws do not depend on the order of lines
 * @param values models × units; NaN where missing
 * @param runs per model, how many files scored it on the same units and were averaged
 * @param notes what was left out or averaged
 */
public record ScoreTable(
        String task,
        String dataset,
        String metric,
        String label,
        List<String> models,
        List<String> units,
        double[][] values,
        int[] runs,
        List<String> notes) {

    /** What units are called: patients for segmentation, videos for phases and criteria. */
    public String unitName() {
        return switch (task) {
            case "seg" -> "patient";
            case "phase", "cvs" -> "video";
            default -> "unit";
        };
    }

    /** Whether a smaller value is the better one. */
    public boolean lowerIsBetter() {
        return metric.equals("brier");
    }

    /** Task, data set, metric and class in one line. */
    public String title() {
        String whole = metric + ", " + dataset + " (" + task + ")";
        return label.equals(ScoreRow.ALL) ? whole : metric + " of " + label + ", " + dataset;
    }

    private record Key(String task, String dataset, String metric, String label) {}

    /** Scores per unit from one file. */
    private record Run(Path file, Map<String, Double> scores) {}

    /**
     * Arranges the rows of several files.
     *
     * <p>A model that several files score on the same units was run several times (seeds, say): its
     * values are averaged per unit, missing ones skipped. Where the files' units are all different,
     * as in cross-validation, they are put together. Anything in between counts as unpaired.
     *
     * @param files the rows of each
     * @throws UserException if no row is left, a metric or the baseline is not in the files, or
     *     units differ and {@link Settings.Unpaired#ERROR} is set
     */
    public static List<ScoreTable> arrange(Map<Path, List<ScoreRow>> files, Settings settings) {
        Map<Key, Map<String, List<Run>>> groups = new LinkedHashMap<>();
        Set<String> metrics = new TreeSet<>();
        Set<String> models = new LinkedHashSet<>();
        files.forEach(
                (file, rows) -> {
                    for (ScoreRow row : rows) {
                        metrics.add(row.metric());
                        models.add(row.model());
                        boolean wanted =
                                settings.metrics().isEmpty()
                                        || settings.metrics().contains(row.metric());
                        if (wanted && (settings.perClass() || row.label().equals(ScoreRow.ALL))) {
                            add(groups, file, row);
                        }
                    }
                });
        for (String metric : settings.metrics()) {
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
        if (groups.isEmpty()) {
            throw new UserException(
                    "no scores over all classes in "
                            + files.keySet().stream().map(Path::toString).toList()
                            + "; give --per-class to compare single classes");
        }
        return groups.entrySet().stream()
                .map(e -> table(e.getKey(), e.getValue(), settings.unpaired()))
                .toList();
    }

    private static void add(Map<Key, Map<String, List<Run>>> groups, Path file, ScoreRow row) {
        List<Run> runs =
                groups.computeIfAbsent(
                                new Key(row.task(), row.dataset(), row.metric(), row.label()),
                                key -> new LinkedHashMap<>())
                        .computeIfAbsent(row.model(), model -> new ArrayList<>());
        if (runs.isEmpty() || !runs.get(runs.size() - 1).file.equals(file)) {
            runs.add(new Run(file, new LinkedHashMap<>()));
        }
        runs.get(runs.size() - 1).scores.put(row.unit(), row.value());
    }

    private static ScoreTable table(
            Key key, Map<String, List<Run>> byModel, Settings.Unpaired unpaired) {
        List<String> notes = new ArrayList<>();
        List<String> models = List.copyOf(byModel.keySet());
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
        Set<String> all = new TreeSet<>();
        scores.forEach(s -> all.addAll(s.keySet()));
        Set<String> common = new TreeSet<>(all);
        scores.forEach(s -> common.retainAll(s.keySet()));
        if (common.size() < all.size()) {
            reject(key, models, scores, all, unpaired);
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "only the %d of %d units that all models were scored on",
                            common.size(),
                            all.size()));
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
            List<Map<String, Double>> scores = runs.stream().map(Run::scores).toList();
            reject(key, files, scores, all, unpaired);
            notes.add(model + ": only the units that are in all of its files");
        }
        Map<String, Double> means = new LinkedHashMap<>();
        for (String unit : common) {
            means.put(
                    unit,
                    Means.mean(runs.stream().mapToDouble(run -> run.scores.get(unit)).toArray()));
        }
        return means;
    }

    /** Throws where units may not differ, naming the first that does. */
    private static void reject(
            Key key,
            List<String> names,
            List<Map<String, Double>> scores,
            Set<String> all,
            Settings.Unpaired unpaired) {
        if (unpaired == Settings.Unpaired.INTERSECT) {
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            Set<String> absent = new TreeSet<>(all);
            absent.removeAll(scores.get(i).keySet());
            if (!absent.isEmpty()) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "%s: %s has no score of %d of %d units (%s); score all models on"
                                        + " the same test set, or give --unpaired=intersect",
                                describe(key),
                                names.get(i),
                                absent.size(),
                                all.size(),
                                String.join(", ", absent.stream().limit(5).toList())
                                        + (absent.size() > 5 ? ", …" : "")));
            }
        }
    }

    private static String describe(Key key) {
        return String.join(" ", Arrays.asList(key.task, key.dataset, key.metric, key.label));
    }
}
