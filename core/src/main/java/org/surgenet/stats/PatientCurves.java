package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.surgenet.common.Cancellation;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;

/**
 * Scores of models that were trained on several numbers of patients, with intervals over the test
 * units from the same resamples for all, and which model needs fewer patients than another.
 */
public final class PatientCurves {
    /** Keeps the model and the number of patients of one name apart; no name has it. */
    private static final String AT = "\u0001";

    /** With fewer units no test of signs can be below 0.05, so nothing is claimed. */
    public static final int LEAST_UNITS = 6;

    /**
     * A model's score.
     *
     * @param size of the training set, as the files were given for
     * @param runs how many runs were averaged
     */
    public record Point(String model, int size, double score, Interval interval, int runs) {}

    /**
     * A model that with fewer patients scores at least as high as another: the interval of the
     * difference does not reach below 0, and the other one does gain from its further patients.
     * None below {@link #LEAST_UNITS} test units.
     *
     * @param size of its training set
     * @param other the other model
     * @param otherSize of the other's
     * @param improvement by which the model is better, whichever direction the metric has
     * @param interval of that
     */
    public record Reach(
            String model,
            int size,
            String other,
            int otherSize,
            double improvement,
            Interval interval) {}

    /**
     * One metric on one data set.
     *
     * @param unit what the test units are called
     * @param units how many there are
     * @param reaches for each pair of models and each number of the other, the smallest that
     *     suffices; empty where no interval supports any
     * @param notes of what was averaged or left out
     */
    public record Panel(
            String task,
            String dataset,
            String metric,
            String heading,
            String unit,
            int units,
            List<Point> points,
            List<Reach> reaches,
            List<String> notes) {}

    private final Settings settings;

    private PatientCurves(Settings settings) {
        this.settings = settings;
    }

    /**
     * The curves.
     *
     * @param files {@code scores.csv} files by the number of training patients
     * @throws org.surgenet.common.UserException as {@link ScoreTable#arrange}
     */
    public static List<Panel> of(
            Map<Integer, List<Path>> files, Settings settings, Cancellation cancellation) {
        Map<Path, List<ScoreRow>> rows = new LinkedHashMap<>();
        Map<Path, List<Recomputable>> evidence = new LinkedHashMap<>();
        new TreeMap<>(files)
                .forEach(
                        (size, of) -> {
                            for (Path file : of) {
                                rows.put(file, renamed(ScoresCsv.read(file), size));
                                evidence.put(file, sized(Recomputable.beside(file), size));
                            }
                        });
        Settings pairs = settings.toBuilder().baseline("").build();
        List<Panel> panels = new ArrayList<>();
        for (ScoreTable table : ScoreTable.arrange(rows, evidence, pairs)) {
            cancellation.check();
            panels.add(new PatientCurves(pairs).panel(table));
        }
        return panels;
    }

    private static List<ScoreRow> renamed(List<ScoreRow> rows, int size) {
        return rows.stream().map(row -> row.named(row.model() + AT + size)).toList();
    }

    private static List<Recomputable> sized(List<Recomputable> all, int size) {
        return all.stream().map(r -> r.named(r.model() + AT + size)).toList();
    }

    private static String model(String name) {
        return name.substring(0, name.indexOf(AT));
    }

    private static int size(String name) {
        return Integer.parseInt(name.substring(name.indexOf(AT) + 1));
    }

    private Panel panel(ScoreTable table) {
        ClusterBootstrap bootstrap =
                new ClusterBootstrap(table.units().size(), settings.resamples(), settings.seed());
        Estimator estimator =
                table.recomputed()
                        .<Estimator>map(r -> new RecomputedEstimator(table, r, bootstrap, settings))
                        .orElseGet(() -> new MeanEstimator(table, bootstrap, settings, List.of()));
        List<String> names = table.models();
        List<Point> points = new ArrayList<>();
        for (int m = 0; m < names.size(); m++) {
            Comparison.Estimate e = estimator.estimate(m);
            points.add(
                    new Point(
                            model(names.get(m)),
                            size(names.get(m)),
                            e.estimate(),
                            e.interval(),
                            e.runs()));
        }
        Set<String> notes = new LinkedHashSet<>();
        table.notes().stream().filter(note -> !note.contains(AT)).forEach(notes::add);
        return new Panel(
                table.task(),
                table.dataset(),
                table.metric(),
                table.heading(),
                table.unitName(),
                table.units().size(),
                points,
                reaches(table, estimator),
                List.copyOf(notes));
    }

    /** Whether a model scores better with more patients, as far as it has scores of both. */
    private static boolean gains(ScoreTable table, String model, int size, int larger) {
        int few = table.models().indexOf(model + AT + size);
        int many = table.models().indexOf(model + AT + larger);
        return few < 0 || table.improvement(table.score(many) - table.score(few)) > 0;
    }

    private static List<Reach> reaches(ScoreTable table, Estimator estimator) {
        List<String> names = table.models();
        Map<List<Object>, Reach> smallest = new LinkedHashMap<>();
        if (table.units().size() < LEAST_UNITS) {
            return List.of();
        }
        for (int a = 0; a < names.size(); a++) {
            for (int b = 0; b < names.size(); b++) {
                int size = size(names.get(a));
                int otherSize = size(names.get(b));
                String other = model(names.get(b));
                boolean candidate = size < otherSize && !model(names.get(a)).equals(other);
                if (!candidate || !gains(table, other, size, otherSize)) {
                    continue;
                }
                Estimator.Gap d = estimator.gap(a, b);
                boolean lower = table.lowerIsBetter();
                Interval interval =
                        lower
                                ? new Interval(-d.interval().high(), -d.interval().low())
                                : d.interval();
                if (interval.low() >= 0) {
                    Reach reach =
                            new Reach(
                                    model(names.get(a)),
                                    size,
                                    model(names.get(b)),
                                    otherSize,
                                    table.improvement(d.estimate()),
                                    interval);
                    smallest.merge(
                            List.of(reach.model, reach.other, otherSize),
                            reach,
                            (x, y) -> x.size <= y.size ? x : y);
                }
            }
        }
        return List.copyOf(smallest.values());
    }
}
