package org.surgenet.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * Reads and writes {@code probabilities.csv}: target and probability of each frame and criterion,
 * so that average precision and its kin can be taken again on resampled videos.
 *
 * <p>Columns: {@code model,task,dataset,unit,frame,class,target,probability}, the target being 0 or
 * 1. Probabilities have all their digits: rounding would make ties that the evaluation did not
 * have. A frame has a line for each criterion; {@link #ALL_OF_THEM} is made of these.
 */
public final class ProbabilitiesCsv implements Recomputable.EvidenceFile {
    public static final String FILE_NAME = "probabilities.csv";

    /** The class of all criteria being fulfilled at once. */
    public static final String ALL_OF_THEM = "all_three";

    private static final String OVER = "all frames";
    private static final double THRESHOLD = 0.5;

    private static final List<String> HEADER =
            List.of("model", "task", "dataset", "unit", "frame", "class", "target", "probability");

    /**
     * Scores of criteria.
     *
     * @param id of one criterion
     * @param mean of the mean over criteria; empty where none is reported
     */
    private record Metric(String id, String mean, RankedStatistic.Score score) {}

    private static final List<Metric> METRICS =
            List.of(
                    new Metric("ap", "map", Ranked::averagePrecision),
                    new Metric(
                            "balanced_accuracy",
                            "balanced_accuracy",
                            (frames, weights) -> frames.balancedAccuracy(weights, THRESHOLD)),
                    new Metric("roc_auc", "", Ranked::rocAuc),
                    new Metric("brier", "", Ranked::brier));

    /** One frame's target and probability of one criterion. */
    public record Row(
            String model,
            String task,
            String dataset,
            String unit,
            String frame,
            String label,
            boolean target,
            double probability) {}

    private record Key(String model, String task, String dataset) {}

    private record Frame(String unit, String name) {}

    private record Prediction(boolean target, double probability) {}

    ProbabilitiesCsv() {}

    /**
     * Writes a table atomically, in the order given.
     *
     * @throws IOException if writing fails
     */
    public static void write(Path file, List<Row> rows) throws IOException {
        List<List<String>> lines = new ArrayList<>(rows.size());
        for (Row row : rows) {
            lines.add(
                    List.of(
                            row.model,
                            row.task,
                            row.dataset,
                            row.unit,
                            row.frame,
                            row.label,
                            row.target ? "1" : "0",
                            Double.toString(row.probability)));
        }
        CsvTable.write(file, HEADER, lines);
    }

    /**
     * Thresholds fitted on a file.
     *
     * @param model the name of the model whose probabilities these are
     * @param byClass the threshold of each criterion; NaN where it has only one kind of frame
     */
    public record Thresholds(String model, Map<String, Double> byClass) {}

    /**
     * The threshold of each criterion with the best balanced accuracy on a file's frames; see
     * {@link MultilabelScores#fitThreshold}.
     *
     * @param judged the units that the thresholds are going to be judged by
     * @throws UserException if the file cannot be read, is empty, is of several models, or has one
     *     of these units: thresholds must be fitted on other data
     */
    public static Thresholds fitThresholds(Path file, Set<String> judged) {
        Map<String, List<CsvTable.Row>> byClass = new LinkedHashMap<>();
        Set<String> models = new LinkedHashSet<>();
        CsvTable.scan(
                file,
                line -> {
                    if (judged.contains(line.get("unit"))) {
                        throw line.error(
                                "unit",
                                "is also scored; fit thresholds on the validation part alone");
                    }
                    models.add(line.get("model"));
                    byClass.computeIfAbsent(line.get("class"), c -> new ArrayList<>()).add(line);
                },
                HEADER.toArray(String[]::new));
        if (models.isEmpty()) {
            throw new UserException(file + ": has no predictions to fit thresholds on");
        }
        if (models.size() > 1) {
            throw new UserException(
                    file + ": is of several models (" + String.join(", ", models) + ")");
        }
        Map<String, Double> thresholds = new LinkedHashMap<>();
        byClass.forEach(
                (label, lines) -> {
                    boolean[] target = new boolean[lines.size()];
                    double[] score = new double[lines.size()];
                    for (int i = 0; i < target.length; i++) {
                        Prediction p = prediction(lines.get(i));
                        target[i] = p.target;
                        score[i] = p.probability;
                    }
                    thresholds.put(label, MultilabelScores.fitThreshold(target, score));
                });
        return new Thresholds(models.iterator().next(), thresholds);
    }

    @Override
    public String name() {
        return FILE_NAME;
    }

    @Override
    public List<Recomputable> read(Path file) {
        Map<Key, Map<Frame, Map<String, Prediction>>> models = new LinkedHashMap<>();
        CsvTable.scan(
                file,
                line -> {
                    Prediction before =
                            models.computeIfAbsent(key(line), k -> new LinkedHashMap<>())
                                    .computeIfAbsent(
                                            new Frame(line.get("unit"), line.get("frame")),
                                            k -> new LinkedHashMap<>())
                                    .putIfAbsent(line.get("class"), prediction(line));
                    if (before != null) {
                        throw line.error("frame", "has this class in an earlier line");
                    }
                },
                HEADER.toArray(String[]::new));
        List<Recomputable> all = new ArrayList<>();
        models.forEach((key, frames) -> add(all, file, key, frames));
        return all;
    }

    private static Key key(CsvTable.Row line) {
        return new Key(line.get("model"), line.get("task"), line.get("dataset"));
    }

    private static Prediction prediction(CsvTable.Row line) {
        String target = line.get("target");
        if (!target.equals("0") && !target.equals("1")) {
            throw line.error("target", "is not 0 or 1");
        }
        double probability = line.number("probability");
        if (Double.isNaN(probability)) {
            throw line.error("probability", "is not a number");
        }
        return new Prediction(target.equals("1"), probability);
    }

    private static void add(
            List<Recomputable> all,
            Path file,
            Key key,
            Map<Frame, Map<String, Prediction>> frames) {
        Set<String> labels = new LinkedHashSet<>(frames.values().iterator().next().keySet());
        Map<String, Integer> units = new LinkedHashMap<>();
        frames.forEach(
                (frame, predictions) -> {
                    units.putIfAbsent(frame.unit, units.size());
                    if (!predictions.keySet().equals(labels)) {
                        throw new UserException(
                                file
                                        + ": the frame '"
                                        + frame.name
                                        + "' has other classes than the first ("
                                        + String.join(", ", labels)
                                        + ")");
                    }
                });
        Map<String, Ranked> ranked = new LinkedHashMap<>();
        for (String label : labels) {
            ranked.put(label, ranked(frames, units, List.of(label)));
        }
        List<Ranked> criteria = List.copyOf(ranked.values());
        if (labels.size() > 1) {
            ranked.put(ALL_OF_THEM, ranked(frames, units, List.copyOf(labels)));
        }
        for (Metric metric : METRICS) {
            if (!metric.mean.isEmpty()) {
                all.add(recomputable(key, metric.mean, ScoreRow.ALL, units, criteria, metric));
            }
            ranked.forEach(
                    (label, one) ->
                            all.add(
                                    recomputable(
                                            key, metric.id, label, units, List.of(one), metric)));
        }
    }

    /** Frames of some criteria at once: all targets must hold, the least probability counts. */
    private static Ranked ranked(
            Map<Frame, Map<String, Prediction>> frames,
            Map<String, Integer> units,
            List<String> labels) {
        int[] unit = new int[frames.size()];
        boolean[] target = new boolean[frames.size()];
        double[] score = new double[frames.size()];
        int next = 0;
        for (Map.Entry<Frame, Map<String, Prediction>> frame : frames.entrySet()) {
            List<Prediction> of = labels.stream().map(frame.getValue()::get).toList();
            unit[next] = units.get(frame.getKey().unit);
            target[next] = of.stream().allMatch(Prediction::target);
            score[next] = of.stream().mapToDouble(Prediction::probability).min().orElseThrow();
            next++;
        }
        return Ranked.of(unit, target, score);
    }

    private static Recomputable recomputable(
            Key key,
            String id,
            String label,
            Map<String, Integer> units,
            List<Ranked> criteria,
            Metric metric) {
        return new Recomputable(
                key.model,
                key.task,
                key.dataset,
                id,
                label,
                OVER,
                true,
                List.copyOf(units.keySet()),
                new RankedStatistic(units.size(), criteria, metric.score));
    }
}
