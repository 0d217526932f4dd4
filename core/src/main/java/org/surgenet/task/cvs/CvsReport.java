package org.surgenet.task.cvs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.surgenet.common.CsvTable;
import org.surgenet.metrics.Calibration;
import org.surgenet.metrics.Means;
import org.surgenet.metrics.Measure;
import org.surgenet.metrics.Measures;
import org.surgenet.metrics.MultilabelScores;
import org.surgenet.metrics.ProbabilitiesCsv;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;
import org.surgenet.task.FileNames;
import org.surgenet.task.Item;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.TaskReport;

/** Probabilities per frame and scores of the criteria, over all frames and per video. */
final class CvsReport extends TaskReport<CvsSample, CriteriaOutput> {
    private final FileNames names = new FileNames();
    private final Map<String, Frames> videos = new LinkedHashMap<>();
    private final Frames together = new Frames();
    private final List<List<String>> predictions = new ArrayList<>();
    private final Optional<FittedThresholds> thresholds;
    private final List<ProbabilitiesCsv.Row> evidence = new ArrayList<>();

    /** Targets and probabilities; the last column is that of all criteria at once. */
    private static final class Frames {
        final List<boolean[]> targets = new ArrayList<>();
        final List<double[]> scores = new ArrayList<>();

        void add(boolean[] target, double[] score) {
            targets.add(target);
            scores.add(score);
        }

        boolean[] target(int c) {
            return MultilabelScores.column(targets.toArray(boolean[][]::new), c);
        }

        double[] probability(int c) {
            return MultilabelScores.column(scores.toArray(double[][]::new), c);
        }

        MultilabelScores.Criterion criterion(int c) {
            return MultilabelScores.criterion(target(c), probability(c));
        }
    }

    CvsReport(String task, ReportRequest<CvsSample> request) {
        super(task, request);
        thresholds =
                Optional.ofNullable(request.values().get(CvsTask.THRESHOLDS_FROM))
                        .map(file -> FittedThresholds.of(file, request));
    }

    @Override
    public void add(Item<CvsSample> item, CriteriaOutput result) {
        CvsSample sample = item.sample();
        double[] probabilities = result.probabilities();
        boolean[] majority = CvsObjective.majority(sample);
        int n = probabilities.length;
        boolean[] target = new boolean[n + 1];
        double[] score = new double[n + 1];
        target[n] = true;
        score[n] = 1;
        for (int c = 0; c < n; c++) {
            target[c] = majority[c];
            score[c] = probabilities[c];
            target[n] &= majority[c];
            // The least of them: it is over a threshold exactly when all are.
            score[n] = Math.min(score[n], probabilities[c]);
            evidence.add(
                    new ProbabilitiesCsv.Row(
                            model(),
                            task(),
                            dataset().name(),
                            sample.video(),
                            sample.name(),
                            dataset().classes().get(c),
                            majority[c],
                            probabilities[c]));
        }
        together.add(target, score);
        videos.computeIfAbsent(sample.video(), v -> new Frames()).add(target, score);
        List<String> line =
                new ArrayList<>(
                        List.of(
                                sample.name(),
                                sample.video(),
                                Double.isNaN(sample.timeSeconds())
                                        ? ""
                                        : String.format(
                                                Locale.ROOT, "%.3f", sample.timeSeconds())));
        for (int c = 0; c < n; c++) {
            // All digits: rounding would make ties, and move votes over one half.
            line.add(Double.toString(sample.votes().get(c)));
            line.add(Double.toString(probabilities[c]));
        }
        predictions.add(line);
    }

    @Override
    public String averaging() {
        return "Targets are the raters' majority (votes of one half or more). mAP is the mean of"
                + " the criteria's average precision (step sum); balanced accuracy calls a"
                + " criterion fulfilled from a probability of 0.5 on. The main numbers are over"
                + " all frames together, and so are those of bootstrap-stats, which takes them"
                + " again from probabilities.csv; scores.csv has them per video, missing where a"
                + " video has no positive (average precision) or only one kind of frame (balanced"
                + " accuracy).";
    }

    @Override
    public void finish(ObjectNode metrics, HtmlPage page) throws IOException {
        List<String> classes = new ArrayList<>(dataset().classes());
        int n = classes.size();
        classes.add(ProbabilitiesCsv.ALL_OF_THEM);
        videos.forEach((video, frames) -> scoreVideo(video, frames, classes, n));

        Table.Builder table =
                Table.builder("Scores over all frames")
                        .text("criterion")
                        .numbers(
                                "frames",
                                "positive",
                                "average precision",
                                "balanced accuracy",
                                "ROC AUC",
                                "Brier");
        double[] precision = new double[n];
        double[] balanced = new double[n];
        double[] bars = new double[n + 1];
        ObjectNode perClass = metrics.putObject("per_criterion");
        for (int c = 0; c <= n; c++) {
            MultilabelScores.Criterion s = together.criterion(c);
            if (c < n) {
                precision[c] = s.averagePrecision();
                balanced[c] = s.balancedAccuracy();
            }
            bars[c] = s.averagePrecision();
            perClass.putObject(classes.get(c))
                    .put("frames", s.frames())
                    .put("positives", s.positives())
                    .put("ap", orNull(s.averagePrecision()))
                    .put("balanced_accuracy", orNull(s.balancedAccuracy()))
                    .put("roc_auc", orNull(s.rocAuc()))
                    .put("brier", orNull(s.brier()));
            table.row(
                    classes.get(c),
                    Integer.toString(s.frames()),
                    Integer.toString(s.positives()),
                    show(s.averagePrecision()),
                    show(s.balancedAccuracy()),
                    show(s.rocAuc()),
                    show(s.brier()));
        }
        metrics.put("map", orNull(Means.mean(precision)));
        metrics.put("balanced_accuracy", orNull(Means.mean(balanced)));
        for (String name : List.of("map", "balanced_accuracy")) {
            metrics.put(name + "_mean_over_videos", orNull(meanOfRows(name)));
        }
        table.note(
                        "mAP "
                                + show(Means.mean(precision))
                                + ", balanced accuracy "
                                + show(Means.mean(balanced))
                                + " (means of the criteria).")
                .note(averaging());

        List<String> header = new ArrayList<>(List.of("path", "video", "time_s"));
        for (String name : dataset().classes()) {
            header.add("votes_" + name);
            header.add("p_" + name);
        }
        CsvTable.write(file("predictions.csv"), header, predictions);
        ProbabilitiesCsv.write(file(ProbabilitiesCsv.FILE_NAME), evidence);
        page.section("Scores").table(table.build());
        calibration(metrics, page);
        if (thresholds.isPresent()) {
            fitted(thresholds.get(), metrics, page);
        }
        draw(() -> drawPlots(classes, bars, page));
    }

    private void calibration(ObjectNode metrics, HtmlPage page) {
        List<Charts.Panel> panels = new ArrayList<>();
        ObjectNode perClass = metrics.putObject("calibration_error");
        for (int c = 0; c < dataset().classes().size(); c++) {
            String name = dataset().classes().get(c);
            boolean[] target = together.target(c);
            double[] probability = together.probability(c);
            Calibration calibration = Calibration.of(target, probability, Calibration.BINS);
            perClass.put(name, orNull(calibration.error()));
            panels.addAll(CvsCurves.panels(name, target, probability, calibration));
        }
        draw(
                () -> {
                    Chart chart = Charts.panels(3, panels);
                    chart.write(file("curves.png"));
                    page.section("Curves")
                            .chart(
                                    chart,
                                    "Precision against recall with the prevalence, ROC, and"
                                            + " reliability ("
                                            + Calibration.BINS
                                            + " bins of the probability) over all frames. Expected"
                                            + " calibration errors are in metrics.json.");
                });
    }

    /** Balanced accuracy at thresholds that were fitted on other videos. */
    private void fitted(FittedThresholds fitted, ObjectNode metrics, HtmlPage page)
            throws IOException {
        fitted.record(metrics.putObject("thresholds_from"));
        Table.Builder table =
                Table.builder("Balanced accuracy at fitted thresholds")
                        .text("criterion")
                        .numbers("threshold", "balanced accuracy");
        List<Double> balanced = new ArrayList<>();
        ObjectNode node = metrics.putObject("fitted_thresholds");
        for (int c = 0; c < dataset().classes().size(); c++) {
            String name = dataset().classes().get(c);
            double threshold = fitted.of(name);
            double score =
                    Double.isNaN(threshold)
                            ? Double.NaN
                            : MultilabelScores.balancedAccuracy(
                                    together.target(c), together.probability(c), threshold);
            node.put(name, orNull(threshold));
            balanced.add(score);
            table.row(name, show(threshold), show(score));
        }
        double mean = Means.mean(balanced.stream().mapToDouble(Double::doubleValue).toArray());
        metrics.put("balanced_accuracy_fitted", orNull(mean));
        page.table(
                table.note("Mean " + show(mean) + ". Thresholds fitted on " + fitted.file() + ".")
                        .build());
    }

    /**
     * @param precision average precision of each criterion and of all together
     */
    private void drawPlots(List<String> classes, double[] precision, HtmlPage page)
            throws IOException {
        Chart chart =
                Charts.bars(
                        "Average precision",
                        "AP",
                        classes,
                        List.of(Charts.Series.of("average precision", precision)));
        chart.write(file("precision.png"));
        page.chart(chart, "Over all frames.");
        page.section("Confusion at a probability of 0.5");
        for (int c = 0; c < dataset().classes().size(); c++) {
            Chart confusion = confusion(classes.get(c), c);
            confusion.write(file("confusion_" + names.of(classes.get(c)) + ".png"));
            page.chart(confusion, "");
        }
    }

    private void scoreVideo(String video, Frames frames, List<String> classes, int n) {
        double[] precision = new double[n];
        double[] balanced = new double[n];
        int count = frames.targets.size();
        for (int c = 0; c <= n; c++) {
            MultilabelScores.Criterion s = frames.criterion(c);
            for (Measure<MultilabelScores.Criterion> measure : Measures.OF_CRITERIA) {
                row(video, measure.metric().id(), classes.get(c), measure.overall(s), count);
            }
            if (c < n) {
                precision[c] = s.averagePrecision();
                balanced[c] = s.balancedAccuracy();
            }
        }
        row(video, "map", ScoreRow.ALL, Means.mean(precision), count);
        row(video, "balanced_accuracy", ScoreRow.ALL, Means.mean(balanced), count);
    }

    private double meanOfRows(String metric) {
        return Means.mean(
                rows().stream()
                        .filter(r -> r.metric().equals(metric) && r.label().equals(ScoreRow.ALL))
                        .mapToDouble(ScoreRow::value)
                        .toArray());
    }

    private Chart confusion(String name, int c) {
        long[][] counts = new long[2][2];
        for (int i = 0; i < together.targets.size(); i++) {
            int target = together.targets.get(i)[c] ? 1 : 0;
            counts[target][together.scores.get(i)[c] >= 0.5 ? 1 : 0]++;
        }
        return Charts.confusion(name, List.of("not fulfilled", "fulfilled"), counts);
    }
}
