package org.surgenet.metrics;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;

/**
 * Reads and writes {@code counts.csv}: what each patient's or video's predictions of each class add
 * up to, so that scores over a whole test set can be taken again on resampled units.
 *
 * <p>Columns: {@code model,task,dataset,average,empty,unit,class,in_mean,tp,fp,fn} in pixels
 * (segmentation) or frames (phases), and {@code images,dice_sum,iou_sum} over the unit's images
 * that have a score of the class. {@code average} and {@code empty} say how the evaluation's Dice
 * was taken ({@link DiceAverage}, {@link EmptyScore}; {@code frames} and {@code nan} for phases).
 * {@code in_mean} tells whether the class counts in means over classes: the background does not.
 */
public final class CountsCsv implements Recomputable.EvidenceFile {
    public static final String FILE_NAME = "counts.csv";

    /** The {@code average} of phases. */
    public static final String FRAMES = "frames";

    private static final List<String> HEADER =
            List.of(
                    "model",
                    "task",
                    "dataset",
                    "average",
                    "empty",
                    "unit",
                    "class",
                    "in_mean",
                    "tp",
                    "fp",
                    "fn",
                    "images",
                    "dice_sum",
                    "iou_sum");

    /**
     * One line.
     *
     * @param inMean whether the class counts in means over classes
     */
    public record Row(
            String model,
            String task,
            String dataset,
            String average,
            EmptyScore empty,
            String unit,
            String label,
            boolean inMean,
            ClassCounts counts) {}

    /** What a score is made of: lines of one model on one data set. */
    private record Key(
            String model, String task, String dataset, String average, EmptyScore empty) {}

    /** A score over all units. */
    private record Metric(
            String id,
            String over,
            boolean headline,
            boolean perClass,
            CountStatistic.Score score) {}

    CountsCsv() {}

    /**
     * The scores that counts give. A patient-wise Dice is none of them: it is the mean of {@code
     * scores.csv}.
     */
    private static List<Metric> metrics(String average, EmptyScore empty) {
        if (average.equals(FRAMES)) {
            return List.of(
                    new Metric(
                            "accuracy_over_frames",
                            "all frames",
                            false,
                            false,
                            CountStatistic.whole(ClassCounts::accuracy)),
                    new Metric(
                            "macro_f1_over_frames",
                            "all frames",
                            false,
                            true,
                            CountStatistic.macro(ClassCounts::f1)));
        }
        return switch (DiceAverage.valueOf(average)) {
            case PATIENT -> List.of();
            case IMAGE ->
                    List.of(
                            new Metric(
                                    "dice",
                                    "images",
                                    true,
                                    true,
                                    CountStatistic.macro(ClassCounts::imageDice)),
                            new Metric(
                                    "iou",
                                    "images",
                                    true,
                                    true,
                                    CountStatistic.macro(ClassCounts::imageIou)));
            case DATASET ->
                    List.of(
                            new Metric(
                                    "dice",
                                    "all pixels",
                                    true,
                                    true,
                                    CountStatistic.macro(c -> c.dice(empty))),
                            new Metric(
                                    "iou",
                                    "all pixels",
                                    true,
                                    true,
                                    CountStatistic.macro(c -> c.iou(empty))));
        };
    }

    /**
     * Writes a table atomically, in the order given.
     *
     * @throws IOException if writing fails
     */
    public static void write(Path file, List<Row> rows) throws IOException {
        List<List<String>> lines = new ArrayList<>(rows.size());
        for (Row row : rows) {
            ClassCounts c = row.counts;
            List<String> line = new ArrayList<>(List.of(row.model, row.task, row.dataset));
            line.add(row.average.toLowerCase(Locale.ROOT));
            line.add(row.empty.name().toLowerCase(Locale.ROOT));
            line.addAll(List.of(row.unit, row.label, Boolean.toString(row.inMean)));
            for (double count : new double[] {c.tp(), c.fp(), c.fn(), c.images()}) {
                line.add(Long.toString((long) count));
            }
            line.add(Double.toString(c.diceSum()));
            line.add(Double.toString(c.iouSum()));
            lines.add(line);
        }
        CsvTable.write(file, HEADER, lines);
    }

    @Override
    public String name() {
        return FILE_NAME;
    }

    @Override
    public List<Recomputable> read(Path file) {
        Map<Key, Map<String, Map<String, ClassCounts>>> byClass = new LinkedHashMap<>();
        Map<Key, Set<String>> inMean = new LinkedHashMap<>();
        CsvTable.scan(
                file,
                line -> {
                    Key key = key(line);
                    String label = line.get("class");
                    ClassCounts before =
                            byClass.computeIfAbsent(key, k -> new LinkedHashMap<>())
                                    .computeIfAbsent(label, k -> new LinkedHashMap<>())
                                    .putIfAbsent(line.get("unit"), counts(line));
                    if (before != null) {
                        throw line.error("class", "has counts of this unit in an earlier line");
                    }
                    inMean.computeIfAbsent(key, k -> new LinkedHashSet<>());
                    if (line.get("in_mean").equals("true")) {
                        inMean.get(key).add(label);
                    }
                },
                HEADER.toArray(String[]::new));
        List<Recomputable> all = new ArrayList<>();
        byClass.forEach((key, counts) -> add(all, file, key, counts, inMean.get(key)));
        return all;
    }

    private static Key key(CsvTable.Row line) {
        String average = line.get("average");
        boolean known =
                average.equals(FRAMES)
                        || Stream.of(DiceAverage.values())
                                .anyMatch(a -> a.name().equals(average.toUpperCase(Locale.ROOT)));
        if (!known) {
            throw line.error("average", "is not patient, image, dataset or frames");
        }
        return new Key(
                line.get("model"),
                line.get("task"),
                line.get("dataset"),
                average.equals(FRAMES) ? average : average.toUpperCase(Locale.ROOT),
                empty(line));
    }

    private static EmptyScore empty(CsvTable.Row line) {
        return Stream.of(EmptyScore.values())
                .filter(e -> e.name().equals(line.get("empty").toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> line.error("empty", "is not nan, one or zero"));
    }

    private static ClassCounts counts(CsvTable.Row line) {
        return new ClassCounts(
                count(line, "tp"),
                count(line, "fp"),
                count(line, "fn"),
                count(line, "images"),
                line.number("dice_sum"),
                line.number("iou_sum"));
    }

    private static long count(CsvTable.Row line, String column) {
        long count = line.integer(column);
        if (count < 0) {
            throw line.error(column, "is negative");
        }
        return count;
    }

    private static void add(
            List<Recomputable> all,
            Path file,
            Key key,
            Map<String, Map<String, ClassCounts>> byClass,
            Set<String> inMean) {
        List<String> units = List.copyOf(byClass.values().iterator().next().keySet());
        Map<String, ClassCounts[]> arrays = new LinkedHashMap<>();
        byClass.forEach(
                (label, counts) -> {
                    if (!counts.keySet().equals(Set.copyOf(units))) {
                        throw new UserException(
                                file
                                        + ": the class '"
                                        + label
                                        + "' has other units than the first");
                    }
                    arrays.put(label, units.stream().map(counts::get).toArray(ClassCounts[]::new));
                });
        Map<String, ClassCounts[]> mean = new LinkedHashMap<>();
        inMean.forEach(label -> mean.put(label, arrays.get(label)));
        for (Metric metric : metrics(key.average, key.empty)) {
            if (!mean.isEmpty()) {
                all.add(recomputable(key, metric, ScoreRow.ALL, units, mean));
            }
            if (metric.perClass) {
                arrays.forEach(
                        (label, counts) ->
                                all.add(
                                        recomputable(
                                                key, metric, label, units, Map.of(label, counts))));
            }
        }
    }

    private static Recomputable recomputable(
            Key key,
            Metric metric,
            String label,
            List<String> units,
            Map<String, ClassCounts[]> counts) {
        // The mean of classes is called macro, one class's own score is not.
        String id = label.equals(ScoreRow.ALL) ? metric.id : metric.id.replaceFirst("^macro_", "");
        return new Recomputable(
                key.model,
                key.task,
                key.dataset,
                id,
                label,
                metric.over,
                metric.headline,
                units,
                new CountStatistic(units.size(), counts, metric.score));
    }
}
