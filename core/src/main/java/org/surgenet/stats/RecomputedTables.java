package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.surgenet.common.UserException;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.UnitStatistic;

/** Tables of scores that are taken again on each resample, from the evidence beside the files. */
final class RecomputedTables {
    /**
     * Scores that {@code evaluate} takes over all frames, so that their mean over videos is another
     * quantity even where there is no evidence.
     */
    private static final Set<String> OVER_FRAMES =
            Set.of("map", "ap", "balanced_accuracy", "brier");

    private static final String CVS = "cvs";

    /** One file's score of a model. */
    private record Run(Path file, Recomputable score) {}

    private record Subject(String model, String task, String dataset, String metric, String label) {
        static Subject of(Recomputable score) {
            return new Subject(
                    score.model(), score.task(), score.dataset(), score.metric(), score.label());
        }

        static Subject of(ScoreRow row) {
            return new Subject(row.model(), row.task(), row.dataset(), row.metric(), row.label());
        }
    }

    private final Map<ScoreTable.Key, Map<String, List<Run>>> groups = new LinkedHashMap<>();
    private final Set<Subject> subjects = new HashSet<>();
    private final Map<ScoreTable.Key, Set<String>> models = new HashMap<>();

    /**
     * @throws UserException if evidence is of other models or units than the rows
     */
    RecomputedTables(Map<Path, List<ScoreRow>> files, Map<Path, List<Recomputable>> evidence) {
        evidence.forEach(
                (file, scores) -> {
                    Map<List<String>, Set<String>> units = new HashMap<>();
                    for (ScoreRow row : files.get(file)) {
                        units.computeIfAbsent(
                                        List.of(row.model(), row.task(), row.dataset()),
                                        key -> new HashSet<>())
                                .add(row.unit());
                    }
                    for (Recomputable score : scores) {
                        check(file, score, units);
                        subjects.add(Subject.of(score));
                        groups.computeIfAbsent(key(score), key -> new LinkedHashMap<>())
                                .computeIfAbsent(score.model(), model -> new ArrayList<>())
                                .add(new Run(file, score));
                    }
                });
        files.values()
                .forEach(
                        rows ->
                                rows.forEach(
                                        row ->
                                                models.computeIfAbsent(
                                                                key(row), key -> new HashSet<>())
                                                        .add(row.model())));
    }

    private static void check(Path file, Recomputable score, Map<List<String>, Set<String>> units) {
        Set<String> of =
                units.getOrDefault(List.of(score.model(), score.task(), score.dataset()), Set.of());
        if (!of.equals(Set.copyOf(score.units()))) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "%s: the evidence beside it for %s of %s is of other units than the"
                                    + " scores; evaluate again, or put files of one evaluation"
                                    + " together",
                            file,
                            score.metric(),
                            score.model()));
        }
    }

    private static ScoreTable.Key key(Recomputable score) {
        return new ScoreTable.Key(score.task(), score.dataset(), score.metric(), score.label());
    }

    private static ScoreTable.Key key(ScoreRow row) {
        return new ScoreTable.Key(row.task(), row.dataset(), row.metric(), row.label());
    }

    /** Names of the metrics that can be recomputed. */
    Set<String> metrics() {
        Set<String> names = new TreeSet<>();
        groups.keySet().forEach(key -> names.add(key.metric()));
        return names;
    }

    /** The name of the mean over units of rows like this one. */
    String nameOfMean(ScoreRow row) {
        boolean other =
                groups.containsKey(key(row))
                        || row.task().equals(CVS) && OVER_FRAMES.contains(row.metric());
        return other
                ? row.metric() + "_mean_over_" + ScoreTable.unitName(row.task()) + "s"
                : row.metric();
    }

    /** Whether all models that have such rows have the recomputed score of the same name, too. */
    boolean replaces(ScoreRow row) {
        ScoreTable.Key key = key(row);
        return subjects.contains(Subject.of(row))
                && groups.get(key).keySet().containsAll(models.get(key));
    }

    /** The tables asked for. */
    List<ScoreTable> tables(Set<String> all, Settings settings) {
        List<ScoreTable> tables = new ArrayList<>();
        groups.forEach(
                (key, byModel) -> {
                    boolean headline =
                            byModel.values().stream()
                                    .flatMap(List::stream)
                                    .allMatch(run -> run.score.headline());
                    // Single classes as in the rows: what they have no row of is asked for by name.
                    boolean shown = headline && models.containsKey(key);
                    boolean wanted =
                            settings.metrics().isEmpty()
                                    ? shown
                                    : settings.metrics().contains(key.metric());
                    if (wanted && (settings.perClass() || key.label().equals(ScoreRow.ALL))) {
                        tables.add(table(key, byModel, all, settings));
                    }
                });
        return tables;
    }

    private static ScoreTable table(
            ScoreTable.Key key,
            Map<String, List<Run>> byModel,
            Set<String> all,
            Settings settings) {
        List<String> notes = new ArrayList<>(Overlap.excluded(byModel.keySet(), all));
        List<String> models = List.copyOf(byModel.keySet());
        Set<String> overs = new TreeSet<>();
        byModel.values().forEach(runs -> runs.forEach(run -> overs.add(run.score.over())));
        if (overs.size() > 1) {
            throw new UserException(
                    ScoreTable.describe(key)
                            + ": is taken over "
                            + String.join(" in some files and over ", overs)
                            + " in others; evaluate all models with the same dice-average");
        }
        int[] runs = new int[models.size()];
        List<List<Run>> merged = new ArrayList<>();
        for (int m = 0; m < runs.length; m++) {
            List<Run> of = byModel.get(models.get(m));
            List<Run> whole = folds(of) ? List.of(united(of)) : of;
            runs[m] = whole.size();
            merged.add(whole);
            if (of.size() > 1) {
                notes.add(
                        String.format(
                                Locale.ROOT,
                                whole.size() < of.size()
                                        ? "%s: units of %d files put together"
                                        : "%s: mean of the scores of %d files",
                                models.get(m),
                                of.size()));
            }
        }
        List<String> units = units(key, merged, settings, notes);
        List<RunsStatistic> statistics =
                merged.stream()
                        .map(of -> of.stream().map(run -> on(run.score, units)).toList())
                        .map(RunsStatistic::new)
                        .toList();
        return new ScoreTable(
                key.task(),
                key.dataset(),
                key.metric(),
                key.label(),
                settings.direction(key.metric()),
                models,
                units,
                statistics.stream().map(RecomputedTables::perUnit).toArray(double[][]::new),
                runs,
                List.copyOf(notes),
                Optional.of(new ScoreTable.Recomputed(statistics, overs.iterator().next())));
    }

    private static double[] perUnit(RunsStatistic statistic) {
        return IntStream.range(0, statistic.units()).mapToDouble(statistic::valueOf).toArray();
    }

    private static List<String> units(
            ScoreTable.Key key, List<List<Run>> merged, Settings settings, List<String> notes) {
        List<Run> runs = merged.stream().flatMap(List::stream).toList();
        Set<String> any = new TreeSet<>();
        runs.forEach(run -> any.addAll(run.score.units()));
        Set<String> common = new TreeSet<>(any);
        runs.forEach(run -> common.retainAll(run.score.units()));
        if (common.size() < any.size()) {
            ScoreTable.reject(
                    key,
                    runs.stream().map(run -> run.file + " (" + run.score.model() + ")").toList(),
                    runs.stream().map(run -> Set.copyOf(run.score.units())).toList(),
                    any,
                    settings.unpaired());
            notes.add(ScoreTable.onlyCommon(common.size(), any.size()));
        }
        if (common.isEmpty()) {
            throw new UserException(
                    ScoreTable.describe(key) + ": the models have no unit in common");
        }
        return List.copyOf(common);
    }

    /** Whether several files score different units each, as in cross-validation. */
    private static boolean folds(List<Run> runs) {
        for (int i = 0; i < runs.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!Collections.disjoint(runs.get(i).score.units(), runs.get(j).score.units())) {
                    return false;
                }
            }
        }
        return runs.size() > 1;
    }

    private static Run united(List<Run> folds) {
        Recomputable first = folds.get(0).score;
        List<String> units = new ArrayList<>(first.units());
        UnitStatistic statistic = first.statistic();
        for (Run fold : folds.subList(1, folds.size())) {
            units.addAll(fold.score.units());
            statistic = statistic.joined(fold.score.statistic());
        }
        return new Run(
                folds.get(0).file,
                new Recomputable(
                        first.model(),
                        first.task(),
                        first.dataset(),
                        first.metric(),
                        first.label(),
                        first.over(),
                        first.headline(),
                        units,
                        statistic));
    }

    private static UnitStatistic on(Recomputable score, List<String> units) {
        Map<String, Integer> position = new HashMap<>();
        for (String unit : score.units()) {
            position.put(unit, position.size());
        }
        return score.statistic().select(units.stream().mapToInt(position::get).toArray());
    }
}
