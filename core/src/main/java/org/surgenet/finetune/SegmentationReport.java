package org.surgenet.finetune;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.opencv.core.Mat;
import org.surgenet.common.CsvTable;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.LabelTable;
import org.surgenet.dataset.SegmentationSample;
import org.surgenet.image.ImageHeader;
import org.surgenet.image.Images;
import org.surgenet.metrics.DiceAverage;
import org.surgenet.metrics.EmptyScore;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.SegmentationScores;
import org.surgenet.report.Chart;
import org.surgenet.report.Charts;
import org.surgenet.report.HtmlPage;
import org.surgenet.report.Table;

/** Masks, overlays and Dice, at the masks' own size. */
final class SegmentationReport extends TaskReport<SegmentationSample> {
    private static final int SHOWN = 6;

    private final InputSize size;
    private final DiceAverage average;
    private final SegmentationScores scores;
    private final int samples;
    private final int overlays;
    private final List<HtmlPage.Figure> figures = new ArrayList<>();
    private int count;

    /**
     * @param samples that will come
     * @param overlays how many of them get a picture, evenly spread
     */
    SegmentationReport(
            String model,
            Path output,
            Dataset<SegmentationSample> dataset,
            InputSize size,
            DiceAverage average,
            EmptyScore empty,
            int samples,
            int overlays) {
        super(model, TaskKind.SEG, output, dataset);
        this.size = size;
        this.average = average;
        this.samples = samples;
        this.overlays = Math.min(overlays, samples);
        scores = new SegmentationScores(dataset.classes().size(), LabelTable.IGNORE, empty);
    }

    @Override
    void add(Item<SegmentationSample> item, NetworkOutput result) throws IOException {
        SegmentationSample sample = item.sample();
        ImageHeader header = ImageHeader.read(sample.mask());
        byte[] prediction =
                Overlays.enlarge(
                        ((NetworkOutput.LabelMap) result).labels(),
                        size,
                        header.width(),
                        header.height());
        scores.add(sample.patient(), sample.name(), item.labels(), prediction);
        String name = fileName(sample.name()) + ".png";
        Mat mask = Images.ofGreyBytes(prediction, header.width(), header.height());
        try {
            Images.writePng(output.resolve("predictions").resolve(name), mask);
        } finally {
            mask.release();
        }
        boolean drawn = (long) (count + 1) * overlays / samples > (long) count * overlays / samples;
        count++;
        if (drawn) {
            Chart chart =
                    Overlays.draw(
                            sample.name(),
                            sample.image(),
                            dataset.classes(),
                            item.labels(),
                            prediction);
            chart.write(output.resolve("overlays").resolve(name));
            if (figures.size() < SHOWN) {
                figures.add(new HtmlPage.Figure(chart.png(), sample.name()));
            }
        }
    }

    @Override
    String averaging() {
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
    void finish(ObjectNode metrics, HtmlPage page) throws IOException {
        List<String> classes = dataset.classes();
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
        List<List<String>> names = new ArrayList<>();
        for (int c = 0; c < classes.size(); c++) {
            names.add(List.of(Integer.toString(c), classes.get(c)));
        }
        CsvTable.write(output.resolve("predictions/classes.csv"), List.of("value", "name"), names);
        Chart confusion = Charts.confusion("Pixels", classes, scores.confusion().toArray());
        confusion.write(output.resolve("confusion.png"));
        page.section("Scores").table(table.build());
        page.section("Confusion").chart(confusion, "Pixels of all images; ignored ones left out.");
        page.section("Examples");
        figures.forEach(figure -> page.image(figure.image(), figure.caption()));
    }
}
