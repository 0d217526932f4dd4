package org.surgenet.stats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.surgenet.common.Cancellation;
import org.surgenet.metrics.ClassFrequencies;
import org.surgenet.metrics.RankCorrelation;
import org.surgenet.metrics.Recomputable;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;

/** Whether models gain over the baseline where classes are rare. */
public final class ClassGains {
    /** The metrics of single classes, one for each task. */
    private static final Set<String> METRICS = Set.of("dice", "f1", "ap");

    /** With fewer classes a rank correlation says nothing. */
    private static final int ENOUGH = 5;

    /**
     * A class.
     *
     * @param label its name
     * @param frequency share of the test targets
     * @param gain model − baseline on it
     * @param interval of the gain
     * @param found whether either model scores above 0 on it; else the gain says nothing
     */
    public record Gain(
            String label, double frequency, double gain, Interval interval, boolean found) {}

    /**
     * One model on one data set.
     *
     * @param unit what the test units are called
     * @param units how many there are
     * @param gains from the most to the least frequent class
     * @param correlation Spearman's, of gain and frequency over the classes that either model
     *     finds: negative where rare classes gain more; NaN where there are too few classes or test
     *     units
     * @param interval of the correlation, percentiles over resamples of the test units
     */
    public record Panel(
            String task,
            String dataset,
            String metric,
            String model,
            String baseline,
            String unit,
            int units,
            List<Gain> gains,
            double correlation,
            Interval interval) {}

    private record Group(String task, String dataset, String metric) {}

    private final Settings settings;

    private ClassGains(Settings settings) {
        this.settings = settings;
    }

    /**
     * The gains.
     *
     * @param files {@code scores.csv} files, each of one model on one data set
     * @param settings with a baseline
     * @throws org.surgenet.common.UserException as {@link ScoreTable#arrange}
     */
    public static List<Panel> of(List<Path> files, Settings settings, Cancellation cancellation) {
        Map<Path, List<ScoreRow>> rows = new LinkedHashMap<>();
        Map<Path, List<Recomputable>> evidence = new LinkedHashMap<>();
        Map<String, Map<String, Double>> frequencies = new LinkedHashMap<>();
        Set<String> metrics = new LinkedHashSet<>();
        for (Path file : files) {
            List<ScoreRow> of = ScoresCsv.read(file);
            rows.put(file, of);
            evidence.put(file, Recomputable.beside(file));
            for (ScoreRow row : of) {
                if (METRICS.contains(row.metric()) && !row.label().equals(ScoreRow.ALL)) {
                    metrics.add(row.metric());
                }
                frequencies.computeIfAbsent(row.dataset(), d -> ClassFrequencies.beside(file));
            }
        }
        if (metrics.isEmpty()) {
            return List.of();
        }
        Settings classes = settings.toBuilder().metrics(metrics).perClass(true).build();
        Map<Group, List<ScoreTable>> groups = new LinkedHashMap<>();
        for (ScoreTable table : ScoreTable.arrange(rows, evidence, classes)) {
            if (frequencies.getOrDefault(table.dataset(), Map.of()).getOrDefault(table.label(), 0.0)
                    > 0) {
                groups.computeIfAbsent(
                                new Group(table.task(), table.dataset(), table.metric()),
                                g -> new ArrayList<>())
                        .add(table);
            }
        }
        List<Panel> panels = new ArrayList<>();
        groups.forEach(
                (group, tables) -> {
                    cancellation.check();
                    Map<String, Double> shares = frequencies.get(group.dataset);
                    tables.sort(
                            (a, b) -> Double.compare(shares.get(b.label()), shares.get(a.label())));
                    for (String model : models(tables)) {
                        if (!model.equals(settings.baseline())) {
                            panels.add(
                                    new ClassGains(settings).panel(group, model, tables, shares));
                        }
                    }
                });
        return panels;
    }

    private static Set<String> models(List<ScoreTable> tables) {
        Set<String> models = new LinkedHashSet<>();
        tables.forEach(table -> models.addAll(table.models()));
        return models;
    }

    private Panel panel(
            Group group, String model, List<ScoreTable> tables, Map<String, Double> shares) {
        List<Gain> gains = new ArrayList<>();
        List<double[]> replicates = new ArrayList<>();
        int units = 0;
        for (ScoreTable table : tables) {
            int own = table.models().indexOf(model);
            int other = table.models().indexOf(settings.baseline());
            if (own < 0 || other < 0) {
                continue;
            }
            ClusterBootstrap bootstrap =
                    new ClusterBootstrap(
                            table.units().size(), settings.resamples(), settings.seed());
            Estimator estimator =
                    table.recomputed()
                            .<Estimator>map(
                                    r -> new RecomputedEstimator(table, r, bootstrap, settings))
                            .orElseGet(() -> new MeanEstimator(table, bootstrap, settings));
            Estimator.Gap gap = estimator.gap(own, other);
            gains.add(
                    new Gain(
                            table.label(),
                            shares.get(table.label()),
                            gap.estimate(),
                            gap.interval(),
                            found(table, own) || found(table, other)));
            replicates.add(gap.replicates());
            units = Math.max(units, table.units().size());
        }
        double[] frequencies =
                gains.stream().mapToDouble(g -> g.found() ? g.frequency() : Double.NaN).toArray();
        boolean enough =
                units >= PatientCurves.LEAST_UNITS
                        && gains.stream().filter(g -> g.found() && !Double.isNaN(g.gain())).count()
                                >= ENOUGH;
        return new Panel(
                group.task,
                group.dataset,
                group.metric,
                model,
                settings.baseline(),
                ScoreTable.unitName(group.task),
                units,
                List.copyOf(gains),
                enough
                        ? RankCorrelation.spearman(
                                frequencies, gains.stream().mapToDouble(Gain::gain).toArray())
                        : Double.NaN,
                enough && units > 1 ? interval(frequencies, replicates) : Interval.NONE);
    }

    private static boolean found(ScoreTable table, int model) {
        return Arrays.stream(table.values()[model]).anyMatch(v -> v > 0);
    }

    private Interval interval(double[] frequencies, List<double[]> replicates) {
        double[] correlations = new double[settings.resamples()];
        for (int b = 0; b < correlations.length; b++) {
            double[] gains = new double[frequencies.length];
            for (int c = 0; c < gains.length; c++) {
                gains[c] = replicates.get(c)[b];
            }
            correlations[b] = RankCorrelation.spearman(frequencies, gains);
        }
        double[] defined = Arrays.stream(correlations).filter(v -> !Double.isNaN(v)).toArray();
        return defined.length == 0
                ? Interval.NONE
                : ClusterBootstrap.percentiles(defined, settings.confidence());
    }
}
