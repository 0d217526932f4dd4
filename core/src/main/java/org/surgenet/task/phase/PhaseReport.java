package org.surgenet.task.phase;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.surgenet.common.CsvTable;
import org.surgenet.common.SettingException;
import org.surgenet.common.Words;
import org.surgenet.metrics.ConfusionMatrix;
import org.surgenet.metrics.CountsCsv;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.metrics.Means;
import org.surgenet.metrics.Measure;
import org.surgenet.metrics.Measures;
import org.surgenet.metrics.PhaseScores;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.Segments;
import org.surgenet.metrics.Timing;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;
import org.surgenet.task.FileNames;
import org.surgenet.task.Item;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.TaskReport;

/** Probabilities per frame, ribbons, and scores video by video. */
final class PhaseReport extends TaskReport<PhaseSample, PhaseOutput> {
    private static final int SHOWN = 20;

    private final FileNames names = new FileNames();
    private final int relaxed;
    private final List<Measure<PhaseScores.Video>> measures;
    private final PhaseSequences sequences = new PhaseSequences();
    private final Map<String, List<Double>> times = new HashMap<>();
    private final List<List<String>> predictions = new ArrayList<>();

    PhaseReport(String task, ReportRequest<PhaseSample> request) {
        this(task, request, Measures.OF_PHASES);
    }

    /**
     * @param measures of each video
     */
    PhaseReport(
            String task,
            ReportRequest<PhaseSample> request,
            List<Measure<PhaseScores.Video>> measures) {
        super(task, request);
        this.measures = measures;
        relaxed = request.values().get(PhaseTask.RELAXED_BOUNDARIES);
        if (relaxed < 0) {
            throw new SettingException(
                    PhaseTask.RELAXED_BOUNDARIES.key(), relaxed, "must not be negative");
        }
    }

    @Override
    public void add(Item<PhaseSample> item, PhaseOutput result) {
        PhaseSample sample = item.sample();
        int phase = result.phase();
        sequences.add(sample, phase);
        times.computeIfAbsent(sample.video(), v -> new ArrayList<>()).add(sample.timeSeconds());
        List<String> line =
                new ArrayList<>(
                        List.of(
                                sample.name(),
                                sample.video(),
                                String.format(Locale.ROOT, "%.3f", sample.timeSeconds()),
                                dataset().classes().get(sample.phase()),
                                dataset().classes().get(phase)));
        for (double value : result.probabilities()) {
            line.add(String.format(Locale.ROOT, "%.6f", value));
        }
        predictions.add(line);
    }

    @Override
    public String averaging() {
        return "Each score is computed per video and averaged over videos; precision, recall, F1"
                + " and Jaccard are averaged over the phases that occur in the video's target, a"
                + " phase that occurs and is never predicted having precision 0.";
    }

    @Override
    public void finish(ObjectNode metrics, HtmlPage page) throws IOException {
        List<String> classes = dataset().classes();
        PhaseScores scores = sequences.scores(classes.size(), relaxed);
        Table.Builder table =
                Table.builder("Scores by video")
                        .text("video")
                        .numbers(
                                "frames", "accuracy", "macro F1", "precision", "recall", "Jaccard");
        if (relaxed > 0) {
            table.numbers("relaxed accuracy");
        }
        for (PhaseScores.Video video : scores.videos()) {
            for (Measure<PhaseScores.Video> measure : measures) {
                row(video, measure.metric().id(), ScoreRow.ALL, measure.overall(video));
            }
            if (relaxed > 0) {
                Measure<PhaseScores.Video> measure = Measures.OF_RELAXED_PHASES;
                row(video, measure.metric().id(), ScoreRow.ALL, measure.overall(video));
            }
            for (int c = 0; c < classes.size(); c++) {
                for (Measure<PhaseScores.Video> measure : Measures.OF_EACH_PHASE) {
                    row(video, measure.metric().id(), classes.get(c), measure.byClass(video)[c]);
                }
            }
            List<String> cells =
                    new ArrayList<>(List.of(video.video(), Integer.toString(video.frames())));
            for (double score :
                    new double[] {
                        video.accuracy(),
                        video.macroF1(),
                        video.macroPrecision(),
                        video.macroRecall(),
                        video.macroJaccard()
                    }) {
                cells.add(show(score));
            }
            if (relaxed > 0) {
                cells.add(show(video.relaxedAccuracy()));
            }
            table.row(cells);
        }
        double[] accuracies =
                scores.videos().stream().mapToDouble(PhaseScores.Video::accuracy).toArray();
        metrics.put("accuracy", orNull(scores.accuracy()));
        metrics.put("accuracy_std", orNull(Means.deviation(accuracies)));
        metrics.put("macro_f1", orNull(scores.macroF1()));
        metrics.put("macro_jaccard", orNull(scores.macroJaccard()));
        metrics.put("accuracy_over_frames", orNull(scores.pooled().accuracy()));
        metrics.put("macro_f1_over_frames", orNull(scores.pooled().macroF1()));
        table.note(
                        String.format(
                                Locale.ROOT,
                                "Mean over videos: accuracy %s, macro F1 %s, Jaccard %s. Over all"
                                        + " frames together: accuracy %s.",
                                show(scores.accuracy()),
                                show(scores.macroF1()),
                                show(scores.macroJaccard()),
                                show(scores.pooled().accuracy())))
                .note(averaging());
        if (relaxed > 0) {
            relaxed(scores, metrics, table);
        }

        List<String> header =
                new ArrayList<>(List.of("path", "video", "time_s", "target", "prediction"));
        if (predictions.stream().anyMatch(line -> line.size() > header.size())) {
            classes.forEach(name -> header.add("p_" + name));
        }
        timing().ifPresent(
                        timing -> {
                            header.add(Timing.COLUMN);
                            predictions.forEach(line -> line.add(timing.label()));
                        });
        CsvTable.write(file("predictions.csv"), header, predictions);
        writeCounts(classes);
        segments(metrics, page);
        page.section("Scores").table(table.build());
        draw(() -> drawPlots(classes, scores, page));
    }

    private void relaxed(PhaseScores scores, ObjectNode metrics, Table.Builder table) {
        double mean =
                Means.mean(
                        scores.videos().stream()
                                .mapToDouble(PhaseScores.Video::relaxedAccuracy)
                                .toArray());
        metrics.put("relaxed_accuracy", orNull(mean));
        metrics.put("relaxed_frames", relaxed);
        table.note(
                String.format(
                        Locale.ROOT,
                        "Relaxed accuracy, mean over videos: %s. Within %s of a change of phase"
                                + " either of the two phases is right.",
                        show(mean),
                        Words.counted(relaxed, "frame")));
    }

    /** Scores of the sequence of segments, per video and over the segments of all videos. */
    private void segments(ObjectNode metrics, HtmlPage page) {
        Table.Builder table = Table.builder("Segments by video").text("video");
        Measures.OF_SEGMENTS.forEach(m -> table.numbers(m.metric().name()));
        Map<Integer, Segments.Counts> together = new LinkedHashMap<>();
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (String video : sequences.videos()) {
            Segments.Pair pair =
                    new Segments.Pair(sequences.targets(video), sequences.predictions(video));
            Segments.OVERLAPS.forEach(
                    k -> together.merge(k, pair.counts(k), Segments.Counts::plus));
            Map<String, Double> scores = new LinkedHashMap<>();
            Measures.OF_SEGMENTS.forEach(m -> scores.put(m.metric().id(), m.overall(pair)));
            List<String> cells = new ArrayList<>(List.of(video));
            scores.forEach(
                    (metric, value) -> {
                        row(video, metric, ScoreRow.ALL, value, pair.target().length);
                        all.computeIfAbsent(metric, m -> new ArrayList<>()).add(value);
                        cells.add(show(value));
                    });
            table.row(cells);
        }
        all.forEach(
                (metric, values) ->
                        metrics.put(
                                metric,
                                orNull(
                                        Means.mean(
                                                values.stream()
                                                        .mapToDouble(Double::doubleValue)
                                                        .toArray()))));
        together.forEach(
                (k, counts) ->
                        metrics.put("segment_f1_" + k + "_over_segments", orNull(counts.f1())));
        page.section("Segments")
                .table(
                        table.note(
                                        "Edit score: 1 − edit distance of the sequences of"
                                                + " segments; F1@k: a predicted segment is right"
                                                + " where its intersection over union with one of"
                                                + " its phase is at least k % (as in MS-TCN's"
                                                + " evaluation, there over the segments of all"
                                                + " videos: metrics.json has"
                                                + " segment_f1_10_over_segments and so on).")
                                .build());
    }

    /** The evidence from which bootstrap-stats takes the scores over all frames again. */
    private void writeCounts(List<String> classes) throws IOException {
        List<CountsCsv.Row> lines = new ArrayList<>();
        for (String video : sequences.videos()) {
            ConfusionMatrix matrix = new ConfusionMatrix(classes.size());
            matrix.add(sequences.targets(video), sequences.predictions(video));
            for (int c = 0; c < classes.size(); c++) {
                lines.add(
                        new CountsCsv.Row(
                                model(),
                                task(),
                                dataset().name(),
                                CountsCsv.FRAMES,
                                EmptyScore.NAN,
                                video,
                                classes.get(c),
                                true,
                                matrix.counts(c)));
            }
        }
        CountsCsv.write(file(CountsCsv.FILE_NAME), lines);
    }

    private void drawPlots(List<String> classes, PhaseScores scores, HtmlPage page)
            throws IOException {
        Chart confusion = Charts.confusion("Frames", classes, scores.pooled().toArray());
        confusion.write(file("confusion.png"));
        page.section("Confusion").chart(confusion, "Frames of all videos.");
        page.section("Phases over time").paragraph("The videos with the lowest accuracy first.");
        int shown = 0;
        List<String> worstFirst =
                scores.videos().stream()
                        .sorted(Comparator.comparingDouble(PhaseScores.Video::accuracy))
                        .map(PhaseScores.Video::video)
                        .toList();
        for (String video : worstFirst) {
            Chart ribbon =
                    Charts.ribbon(
                            video,
                            classes,
                            List.of(
                                    new Charts.Band("target", sequences.targets(video)),
                                    new Charts.Band("prediction", sequences.predictions(video))),
                            secondsPerFrame(times.get(video)));
            ribbon.write(file("ribbons/" + names.of(video + ".png") + ".png"));
            if (shown++ < SHOWN) {
                page.chart(ribbon, "");
            }
        }
    }

    private void row(PhaseScores.Video video, String metric, String label, double value) {
        row(video.video(), metric, label, value, video.frames());
    }

    /** The median distance, which a gap does not move. */
    private static double secondsPerFrame(List<Double> times) {
        double[] steps = new double[Math.max(1, times.size() - 1)];
        steps[0] = 1;
        for (int i = 1; i < times.size(); i++) {
            steps[i - 1] = times.get(i) - times.get(i - 1);
        }
        Arrays.sort(steps);
        double median = steps[steps.length / 2];
        return median > 0 ? median : 1;
    }
}
