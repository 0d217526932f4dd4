package org.surgenet.task.seg;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.opencv.core.Mat;
import org.surgenet.common.CsvTable;
import org.surgenet.common.SettingException;
import org.surgenet.common.Words;
import org.surgenet.image.ImageHeader;
import org.surgenet.image.Images;
import org.surgenet.metrics.ConfusionMatrix;
import org.surgenet.metrics.CountsCsv;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.metrics.Measure;
import org.surgenet.metrics.Measures;
import org.surgenet.metrics.RankCorrelation;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.SegmentationScores;
import org.surgenet.metrics.SurfaceDistances;
import org.surgenet.metrics.VideoConsistency;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;
import org.surgenet.task.FileNames;
import org.surgenet.task.InputSize;
import org.surgenet.task.Item;
import org.surgenet.task.ReportRequest;
import org.surgenet.task.TaskReport;

/** Masks, overlays and Dice, at the masks' own size. */
final class SegmentationReport extends TaskReport<SegmentationSample, LabelMap> {
    private static final int SHOWN = 6;

    private final Optional<InputSize> size;
    private final DiceAverage average;
    private final EmptyScore empty;
    private final SegmentationScores scores;
    private final Optional<SurfaceScores> surfaces;
    private final Optional<Double> surfaceTolerance;
    private final List<SegmentationSample> samples;
    private final FrameOrder order;
    private final Optional<VideoConsistency> consistency;
    private final int overlays;
    private final Map<String, Integer> imagesOf = new HashMap<>();
    private final List<HtmlPage.Figure> figures = new ArrayList<>();
    private final FileNames names = new FileNames();
    private final List<List<String>> files = new ArrayList<>();
    private int count;

    SegmentationReport(String task, ReportRequest<SegmentationSample> request) {
        super(task, request);
        size = request.size();
        average = request.values().get(SegmentationTask.DICE_AVERAGE);
        empty = request.values().get(SegmentationTask.EMPTY);
        samples = request.samples();
        overlays = Math.min(request.overlays(), samples.size());
        order = new FrameOrder(samples);
        consistency = consistency(request.values().get(SegmentationTask.VIDEO_CONSISTENCY));
        int classes = dataset().classes().size();
        surfaceTolerance =
                Optional.ofNullable(request.values().get(SegmentationTask.SURFACE_TOLERANCE));
        surfaceTolerance.ifPresent(
                tolerance -> {
                    if (!(tolerance >= 0)) {
                        throw new SettingException(
                                SegmentationTask.SURFACE_TOLERANCE.key(),
                                tolerance,
                                "must not be negative");
                    }
                });
        surfaces = surfaceTolerance.map(tolerance -> new SurfaceScores(classes, tolerance));
        scores = new SegmentationScores(classes, Item.IGNORE, empty);
    }

    private static Optional<VideoConsistency> consistency(int frames) {
        if (frames < 0 || frames == 1) {
            throw new SettingException(
                    SegmentationTask.VIDEO_CONSISTENCY.key(),
                    frames,
                    "must be 0 (not scored), or 2 or more frames");
        }
        return frames == 0
                ? Optional.empty()
                : Optional.of(new VideoConsistency(frames, Item.IGNORE));
    }

    @Override
    public void add(Item<SegmentationSample> item, LabelMap result) throws IOException {
        SegmentationSample sample = item.sample();
        ImageHeader header = ImageHeader.read(sample.image());
        byte[] labels = result.labels();
        byte[] prediction =
                size.isPresent()
                        ? Overlays.enlarge(labels, size.get(), header.width(), header.height())
                        : labels;
        scores.add(sample.patient(), sample.name(), item.labels(), prediction);
        imagesOf.merge(sample.patient(), 1, Integer::sum);
        surfaces.ifPresent(s -> s.add(sample.patient(), item.labels(), prediction, header.width()));
        consistency.ifPresent(
                c -> c.add(sample.patient(), order.follows(sample), item.labels(), prediction));
        String name = names.of(sample.name()) + ".png";
        files.add(List.of(sample.name(), name));
        Mat mask = Images.ofGreyBytes(prediction, header.width(), header.height());
        try {
            Images.writePng(file("predictions/" + name), mask);
        } finally {
            mask.release();
        }
        boolean drawn =
                (long) (count + 1) * overlays / samples.size()
                        > (long) count * overlays / samples.size();
        count++;
        if (drawn) {
            draw(() -> drawOverlay(item, prediction, name));
        }
    }

    private void drawOverlay(Item<SegmentationSample> item, byte[] prediction, String name)
            throws IOException {
        SegmentationSample sample = item.sample();
        Chart chart =
                Overlays.draw(
                        sample.name(),
                        sample.image(),
                        dataset().classes(),
                        item.labels(),
                        prediction);
        chart.write(file("overlays/" + name));
        if (figures.size() < SHOWN) {
            figures.add(new HtmlPage.Figure(chart.png(), sample.name()));
        }
    }

    @Override
    public String averaging() {
        return switch (average) {
            case PATIENT ->
                    "Dice and IoU: pixels summed per patient and class, then averaged over classes"
                            + " without the background, then over patients; a class in neither"
                            + " target nor prediction of a patient is missing unless said"
                            + " otherwise.";
            case IMAGE ->
                    "Dice and IoU: per image and class, averaged over the images where the class is"
                            + " in target or prediction, then over classes without the background.";
            case DATASET ->
                    "Dice and IoU: pixels summed over all images, averaged over classes without the"
                            + " background; rows per patient are summed per patient.";
        };
    }

    @Override
    public void finish(ObjectNode metrics, HtmlPage page) throws IOException {
        List<String> classes = dataset().classes();
        Table.Builder table =
                Table.builder("Dice by patient").text("patient").numbers("images", "mean");
        table.numbers(classes.toArray(String[]::new));
        for (SegmentationScores.Unit unit : scores.perPatient(average)) {
            row(unit.unit(), "dice", ScoreRow.ALL, unit.meanDice(), unit.images());
            row(unit.unit(), "iou", ScoreRow.ALL, unit.meanIou(), unit.images());
            List<String> cells = new ArrayList<>();
            cells.add(unit.unit());
            cells.add(Integer.toString(unit.images()));
            cells.add(show(unit.meanDice()));
            for (int c = 0; c < classes.size(); c++) {
                row(unit.unit(), "dice", classes.get(c), unit.dice()[c], unit.images());
                row(unit.unit(), "iou", classes.get(c), unit.iou()[c], unit.images());
                cells.add(show(unit.dice()[c]));
            }
            table.row(cells);
        }
        writeCounts();
        precisionAndRecall();
        surfaces.ifPresent(s -> surfaces(s, metrics, page));
        consistency.ifPresent(c -> consistency(c, metrics, page));
        SegmentationScores.Summary summary = scores.summary(average);
        List<String> last = new ArrayList<>(List.of("all", Integer.toString(count)));
        last.add(
                show(summary.meanDice())
                        + (Double.isNaN(summary.deviationDice())
                                ? ""
                                : " ± " + show(summary.deviationDice())));
        for (int c = 0; c < classes.size(); c++) {
            last.add(show(summary.dice()[c]));
        }
        table.row(last).note(averaging());
        for (DiceAverage way : DiceAverage.values()) {
            SegmentationScores.Summary s = scores.summary(way);
            ObjectNode node = metrics.putObject("by_" + way.name().toLowerCase(Locale.ROOT));
            node.put("dice", orNull(s.meanDice()));
            node.put("dice_std", orNull(s.deviationDice()));
            node.put("iou", orNull(s.meanIou()));
            node.put("iou_std", orNull(s.deviationIou()));
            ObjectNode perClass = node.putObject("dice_per_class");
            for (int c = 0; c < classes.size(); c++) {
                perClass.put(classes.get(c), orNull(s.dice()[c]));
            }
        }
        metrics.put("dice", orNull(summary.meanDice()));
        metrics.put("iou", orNull(summary.meanIou()));
        frequencies(summary.dice(), metrics, page);
        List<List<String>> names = new ArrayList<>();
        for (int c = 0; c < classes.size(); c++) {
            names.add(List.of(Integer.toString(c), classes.get(c)));
        }
        CsvTable.write(file("predictions/classes.csv"), List.of("value", "name"), names);
        CsvTable.write(file("predictions/files.csv"), List.of("sample", "file"), files);
        page.section("Scores").table(table.build());
        draw(
                () -> {
                    Chart confusion =
                            Charts.confusion("Pixels", classes, scores.confusion().toArray());
                    confusion.write(file("confusion.png"));
                    page.section("Confusion")
                            .chart(confusion, "Pixels of all images; ignored ones left out.");
                });
        worst(page);
        page.section("Examples");
        figures.forEach(figure -> page.image(figure.image(), figure.caption()));
    }

    /** Classes from the most to the least frequent, with their Dice: do rare ones suffer? */
    private void frequencies(double[] dice, ObjectNode metrics, HtmlPage page) {
        ConfusionMatrix pixels = scores.confusion();
        double[] here = new double[dice.length];
        for (int c = 0; c < here.length; c++) {
            here[c] = (double) pixels.support(c) / pixels.total();
        }
        List<SegmentationSample> training = request().training();
        double[] trained = training.isEmpty() ? here : PixelFractions.of(training, dice.length);
        Table.Builder table =
                Table.builder("Classes by frequency")
                        .text("class")
                        .numbers("pixels in training", "pixels here", "Dice");
        IntStream.range(1, here.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer c) -> -trained[c]))
                .forEach(
                        c ->
                                table.row(
                                        dataset().classes().get(c),
                                        training.isEmpty() ? "–" : percent(trained[c]),
                                        percent(here[c]),
                                        show(dice[c])));
        double correlation = correlation(here, dice);
        metrics.put("dice_frequency_rank_correlation", orNull(correlation));
        String inTraining = "";
        if (!training.isEmpty()) {
            double ofTraining = correlation(trained, dice);
            metrics.put("dice_training_frequency_rank_correlation", orNull(ofTraining));
            ObjectNode fractions = metrics.putObject("training_pixel_fractions");
            for (int c = 0; c < trained.length; c++) {
                fractions.put(dataset().classes().get(c), trained[c]);
            }
            inTraining = " " + show(ofTraining) + " with the frequency in training,";
        }
        page.section("Frequencies")
                .table(
                        table.note(
                                        "Fractions of all labelled pixels"
                                                + (training.isEmpty()
                                                        ? ""
                                                        : " of the "
                                                                + Words.counted(
                                                                        training.size(), "image")
                                                                + " of the training part and")
                                                + " of this part. Spearman's rank correlation with"
                                                + " Dice over the classes without the background:"
                                                + inTraining
                                                + " "
                                                + show(correlation)
                                                + " with the frequency here.")
                                .build());
    }

    private static double correlation(double[] frequency, double[] dice) {
        return RankCorrelation.spearman(
                Arrays.copyOfRange(frequency, 1, frequency.length),
                Arrays.copyOfRange(dice, 1, dice.length));
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.3f %%", 100 * fraction);
    }

    private void consistency(VideoConsistency of, ObjectNode metrics, HtmlPage page) {
        Table.Builder table = Table.builder("Steadiness by patient").text("patient");
        table.numbers("stretches", "video consistency");
        String metric = "video_consistency";
        for (String patient : imagesOf.keySet().stream().sorted().toList()) {
            row(patient, metric, ScoreRow.ALL, of.of(patient), of.stretches(patient));
            table.row(patient, Integer.toString(of.stretches(patient)), show(of.of(patient)));
        }
        int frames = request().values().get(SegmentationTask.VIDEO_CONSISTENCY);
        metrics.put(metric, orNull(of.mean()));
        metrics.put("video_consistency_frames", frames);
        page.section("Steadiness")
                .table(
                        table.note(
                                        "Of the pixels whose target keeps its class over "
                                                + frames
                                                + " consecutive frames, the fraction predicted"
                                                + " right in all of them (VC of VSPW); mean over"
                                                + " all stretches of so many frames, then over"
                                                + " patients. Frames follow each other where their"
                                                + " distance in time is the smallest of their"
                                                + " video; "
                                                + order.described())
                                .build());
    }

    /** The images with the lowest mean Dice, with their pictures. */
    private void worst(HtmlPage page) {
        List<SegmentationScores.Unit> units =
                scores.perImage().stream()
                        .filter(unit -> !Double.isNaN(unit.meanDice()))
                        .sorted(
                                Comparator.comparingDouble(SegmentationScores.Unit::meanDice)
                                        .thenComparing(SegmentationScores.Unit::unit))
                        .limit(Math.min(SHOWN, request().overlays()))
                        .toList();
        if (units.isEmpty()) {
            return;
        }
        Map<String, SegmentationSample> byName = new HashMap<>();
        samples.forEach(sample -> byName.put(sample.name(), sample));
        page.section("Worst cases");
        draw(
                () -> {
                    for (SegmentationScores.Unit unit : units) {
                        Chart chart = overlay(byName.get(unit.unit()));
                        chart.write(file("worst/" + names.of(unit.unit()) + ".png"));
                        page.image(
                                chart.png(), unit.unit() + ": mean Dice " + show(unit.meanDice()));
                    }
                });
    }

    /** A sample with its target and the prediction that was written. */
    private Chart overlay(SegmentationSample sample) {
        Mat target = sample.labels().read(sample.mask());
        Mat prediction = Images.readMask(file("predictions/" + names.of(sample.name()) + ".png"));
        try {
            return Overlays.draw(
                    sample.name(),
                    sample.image(),
                    dataset().classes(),
                    Images.bytes(target),
                    Images.bytes(prediction));
        } finally {
            target.release();
            prediction.release();
        }
    }

    /** Of pixels summed per patient and class, whatever the average of Dice. */
    private void precisionAndRecall() {
        scores.countsPerPatient()
                .forEach(
                        (patient, counts) ->
                                Measures.OF_PIXELS.forEach(
                                        measure ->
                                                rows(
                                                        patient,
                                                        measure.metric().id(),
                                                        measure.byClass(counts))));
    }

    private void surfaces(SurfaceScores of, ObjectNode metrics, HtmlPage page) {
        Table.Builder table = Table.builder("Distances of outlines by patient").text("patient");
        Measures.OF_OUTLINES.forEach(m -> table.numbers(m.metric().name()));
        for (SegmentationScores.Unit unit : scores.perPatient()) {
            List<String> cells = new ArrayList<>(List.of(unit.unit()));
            for (Measure<SurfaceDistances[]> measure : Measures.OF_OUTLINES) {
                double[] values = of.of(unit.unit(), measure);
                rows(unit.unit(), measure.metric().id(), values);
                cells.add(show(Measures.foreground(values)));
            }
            table.row(cells);
        }
        for (Measure<SurfaceDistances[]> measure : Measures.OF_OUTLINES) {
            metrics.put(measure.metric().id(), orNull(of.mean(measure)));
        }
        metrics.put("surface_tolerance_px", surfaceTolerance.orElseThrow());
        page.section("Outlines")
                .table(
                        table.note(
                                        "HD95 and ASSD in pixels. Per image and class, averaged"
                                            + " over a patient's images, then over classes without"
                                            + " the background. NSD: fraction of both outlines"
                                            + " within "
                                                + surfaceTolerance.orElseThrow()
                                                + " pixels of the other. A class in neither is"
                                                + " missing; in only one, its distances are the"
                                                + " image's diagonal and its NSD is 0.")
                                .build());
    }

    /** Rows of one patient: the mean over classes without the background, and each class. */
    private void rows(String patient, String metric, double[] values) {
        int images = imagesOf.get(patient);
        row(patient, metric, ScoreRow.ALL, Measures.foreground(values), images);
        for (int c = 0; c < values.length; c++) {
            row(patient, metric, dataset().classes().get(c), values[c], images);
        }
    }

    /** The evidence from which bootstrap-stats takes the main scores again. */
    private void writeCounts() throws IOException {
        List<String> classes = dataset().classes();
        List<CountsCsv.Row> lines = new ArrayList<>();
        scores.countsPerPatient()
                .forEach(
                        (patient, counts) -> {
                            for (int c = 0; c < classes.size(); c++) {
                                lines.add(
                                        new CountsCsv.Row(
                                                model(),
                                                task(),
                                                dataset().name(),
                                                average.name(),
                                                empty,
                                                patient,
                                                classes.get(c),
                                                c > 0,
                                                counts[c]));
                            }
                        });
        CountsCsv.write(file(CountsCsv.FILE_NAME), lines);
    }
}
