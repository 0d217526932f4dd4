package org.surgenet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/**
 * Charts must draw what they are given and stay whole when given little, odd or much. Whether they
 * please the eye is judged by eye: {@code -Dsurgenet.charts=DIR} keeps the pictures.
 */
class ChartsTest {
    private static final List<String> CLASSES =
            List.of(
                    "background",
                    "abdominal wall",
                    "liver",
                    "gastrointestinal tract",
                    "fat",
                    "grasper",
                    "connective tissue");

    @TempDir Path folder;

    /** Long names of runs differ at their ends. */
    @Test
    void longNamesKeepTheirEnds() {
        Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
        String one = Canvas.fit("caformer_lr1e-4_batch544_epochs50_seed1", font, 120);
        String two = Canvas.fit("caformer_lr1e-4_batch544_epochs50_seed2", font, 120);

        assertThat(one).startsWith("caformer").contains("…").endsWith("seed1");
        assertThat(two).endsWith("seed2");
        assertThat(Canvas.fit("short", font, 120)).isEqualTo("short");
    }

    @Test
    void curvesLeaveGapsOutAndSurviveEmptiness() throws IOException {
        double[] loss = new double[200];
        double[] other = new double[200];
        for (int i = 0; i < loss.length; i++) {
            loss[i] = i % 50 == 7 ? Double.NaN : 11 * Math.exp(-i / 60.0) + Math.sin(i) * 0.1;
            other[i] = 9 * Math.exp(-i / 40.0);
        }
        Chart chart =
                Charts.panels(
                        2,
                        List.of(
                                new Charts.Panel(
                                        "Loss",
                                        "step",
                                        "cross-entropy",
                                        Charts.Series.of("student", loss),
                                        Charts.Series.of("teacher", other)),
                                new Charts.Panel(
                                        "Learning rate",
                                        "step",
                                        "lr",
                                        true,
                                        List.of(Charts.Series.of("lr", 0, 1e-5, 1e-4, 5e-4))),
                                new Charts.Panel("Validation", "epoch", "Dice"),
                                new Charts.Panel(
                                        "One point",
                                        "epoch",
                                        "Dice",
                                        Charts.Series.of("dice", 0.5))));

        keep(chart, "curves");
        assertThat(chart.image().getWidth()).isEqualTo(2 * 640 * Canvas.SCALE);
        assertThat(ink(chart)).isGreaterThan(1000);
    }

    @Test
    void barsAndHistogram() throws IOException {
        Chart bars =
                Charts.bars(
                        "Dice per class",
                        "Dice",
                        CLASSES,
                        List.of(
                                Charts.Series.of("ImageNet", .9, .8, .7, Double.NaN, .5, .4, .3),
                                Charts.Series.of("SurgeNet", .95, .85, .75, .65, .55, .45, .35)));
        keep(bars, "bars");
        assertThat(ink(bars)).isGreaterThan(1000);

        double[] values = IntStream.range(0, 500).mapToDouble(i -> Math.sin(i) * i).toArray();
        Chart histogram = Charts.histogram("Sharpness", "variance", values, 20);
        keep(histogram, "histogram");
        assertThat(ink(histogram)).isGreaterThan(1000);
        assertThat(ink(Charts.histogram("One value", "", new double[] {3, 3}, 10))).isPositive();
        assertThat(ink(Charts.histogram("None", "", new double[] {Double.NaN}, 10))).isPositive();
    }

    @Test
    void confusionGrowsWithItsClassesAndNumbers() throws IOException {
        long[][] counts = new long[7][7];
        for (int t = 0; t < 6; t++) {
            for (int p = 0; p < 7; p++) {
                counts[t][p] = t == p ? 1_234_567 / (t + 1) : 1000L * t * p;
            }
        }
        Chart chart = Charts.confusion("Confusion of pixels, test set", CLASSES, counts);
        keep(chart, "confusion");
        Chart small = Charts.confusion("Two", List.of("a", "b"), new long[][] {{5, 0}, {1, 4}});
        keep(small, "confusion-small");

        assertThat(chart.image().getWidth()).isGreaterThan(small.image().getWidth());
        assertThatThrownBy(() -> Charts.confusion("", CLASSES, new long[2][2]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("7 names but 2 rows");
    }

    @Test
    void forestShowsEveryLine() throws IOException {
        List<Charts.Interval> lines = new ArrayList<>();
        for (String group : List.of("dice, CholecSeg8k (seg)", "accuracy, AutoLaparo (phase)")) {
            for (int i = 0; i < 4; i++) {
                double d = 0.02 * i - 0.03;
                lines.add(
                        new Charts.Interval(
                                group,
                                "model with a longer name " + i + " − ImageNet",
                                d,
                                d - 0.02,
                                d + 0.025,
                                "+0.012 [-0.010, +0.030]   p = 0.031",
                                i == 3));
            }
        }
        lines.add(
                new Charts.Interval(
                        "accuracy, AutoLaparo (phase)",
                        "no value",
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        "–",
                        false));
        Chart all = Charts.forest("Differences", "model − baseline", lines, 0);
        keep(all, "forest");

        Chart one = Charts.forest("Differences", "", lines.subList(0, 1), 0);
        assertThat(all.image().getHeight()).isGreaterThan(one.image().getHeight());
        assertThat(ink(Charts.forest("None", "x", List.of(), 0))).isPositive();
    }

    /** 8 models and 14 classes had given a picture of 19,728 pixels. */
    @Test
    void aForestIsOnePage() throws IOException {
        List<Charts.Interval> lines = new ArrayList<>();
        for (int i = 0; i < Charts.forestCapacity() - 1; i++) {
            lines.add(new Charts.Interval("dice", "pair " + i, i, i - 1, i + 1, "text", false));
        }
        Chart chart = Charts.forest("Many", "difference", lines, 0);
        keep(chart, "forest-many");

        assertThat(chart.image().getHeight()).isLessThan(2700);
    }

    @Test
    void pairedDotsJoinEachUnit() throws Exception {
        double[][] values = {{.5, .6, Double.NaN, .8}, {.55, .58, .7, .9}};
        List<Charts.Interval> scores =
                List.of(
                        new Charts.Interval("", "a", .63, .5, .7, "", true),
                        new Charts.Interval("", "b", .68, Double.NaN, Double.NaN, "", true));
        Chart chart =
                Charts.paired(
                        "Scores",
                        List.of(new Charts.Paired("Dice", List.of("a", "b < c"), values, scores)));
        keep(chart, "paired");

        Document svg = parsed(chart);
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(7);
        assertThat(chart.svg()).contains("b &lt; c").contains("stroke=\"#c5cbd3\"");
        assertThat(chart.svg().split("#c5cbd3", -1)).hasSize(4);
        assertThat(ink(chart)).isGreaterThan(1000);
    }

    /** Of ranks 1.2, 1.9, 3.4, 3.5 the first two and the last two are alike. */
    @Test
    void criticalDifferencesJoinWhatIsAlike() throws Exception {
        Chart chart =
                Charts.criticalDifferences(
                        "Ranks",
                        List.of(
                                new Charts.Ranks(
                                        "Dice: 9 data sets",
                                        List.of("w", "x", "y", "z"),
                                        new double[] {3.5, 1.2, 1.9, 3.4},
                                        1.4)));
        keep(chart, "critical-difference");

        parsed(chart);
        assertThat(chart.svg().split("stroke-width=\"4.00\"", -1)).hasSize(3);
        assertThat(chart.svg()).contains("CD = 1.40", "x  1.20", "3.50  w");
    }

    @Test
    void radarHasAPolygonForEachModel() throws Exception {
        Chart chart =
                Charts.radar(
                        "Ranks",
                        List.of("Dice, A", "Dice, B", "Dice, C & D"),
                        List.of("a", "b"),
                        new double[][] {{1, 2, 1.5}, {2, 1, 1.5}});
        keep(chart, "radar");

        assertThat(parsed(chart).getElementsByTagName("polygon").getLength()).isEqualTo(2);
        chart.writeBoth(folder.resolve("radar.png"));
        assertThat(folder.resolve("radar.png")).isNotEmptyFile();
        assertThat(folder.resolve("radar.svg")).hasContent(chart.svg());
    }

    private static Document parsed(Chart chart) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(chart.svg().getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void ribbonColoursEachPhase() throws IOException {
        int[] target = new int[1800];
        int[] prediction = new int[1800];
        for (int i = 0; i < target.length; i++) {
            target[i] = i * 7 / 1800;
            prediction[i] = i % 97 < 5 ? (target[i] + 1) % 7 : target[i];
        }
        Arrays.fill(prediction, 0, 60, -1);
        Chart chart =
                Charts.ribbon(
                        "Phases, video 05",
                        CLASSES,
                        List.of(
                                new Charts.Band("target", target),
                                new Charts.Band("prediction", prediction)),
                        1);
        keep(chart, "ribbon");

        for (int phase = 0; phase < 7; phase++) {
            assertThat(has(chart.image(), Palette.of(phase).getRGB())).isTrue();
        }
        assertThat(has(chart.image(), Palette.of(8).getRGB())).isFalse();
    }

    @Test
    void ticksAreRoundAndInside() {
        ForestChart.Axis axis = ForestChart.Axis.covering(-0.031, 0.058);

        assertThat(axis.ticks()).hasSizeBetween(3, 8);
        for (double tick : axis.ticks()) {
            assertThat(axis.inside(tick)).isTrue();
            assertThat(Double.parseDouble(axis.label(tick).replace('−', '-')))
                    .isEqualTo(tick, offset());
        }
        assertThat(ForestChart.Axis.covering(0.5, 0.5).ticks()).isNotEmpty();
    }

    /** 67 positives: XChart would put a tick at each recall, the labels lying over each other. */
    @Test
    void ticksOfEqualStepsAreRound() {
        double[] recall = new double[68];
        double[] alarms = new double[68];
        double[] irregular = new double[68];
        for (int i = 0; i < 68; i++) {
            recall[i] = i / 67.0;
            alarms[i] = Math.pow(recall[i], 3);
            irregular[i] = Math.pow(recall[i], 2);
        }

        int round = inkOfTicks(alarms, irregular);
        assertThat(inkOfTicks(alarms, recall)).isBetween(round / 2, round * 3 / 2);
    }

    /** Dark pixels at the left of a curve, where the labels of the y axis are. */
    private static int inkOfTicks(double[] x, double[] y) {
        double[] ends = {0, 1};
        BufferedImage image =
                Charts.panels(
                                1,
                                List.of(
                                        new Charts.Panel(
                                                "ROC",
                                                "x",
                                                "y",
                                                new Charts.Series("model", x, y),
                                                new Charts.Series("chance", ends, ends))))
                        .image();
        int ink = 0;
        for (int row = 0; row < image.getHeight(); row++) {
            for (int column = 0; column < 90; column++) {
                ink += (image.getRGB(column, row) & 0xFF) < 200 ? 1 : 0;
            }
        }
        return ink;
    }

    /** Two short names leave less room than the note needs. */
    @Test
    void theNoteOfAConfusionIsWhole() {
        Chart chart = Charts.confusion("C1", List.of("no", "yes"), new long[][] {{1, 2}, {3, 4}});
        BufferedImage image = chart.image();
        for (int row = 0; row < image.getHeight(); row++) {
            assertThat(image.getRGB(image.getWidth() - 2, row) & 0xFFFFFF).isEqualTo(0xFFFFFF);
        }
    }

    @Test
    void pngReadsBack() throws IOException {
        Chart chart = Charts.confusion("Two", List.of("a", "b"), new long[][] {{5, 0}, {1, 4}});

        chart.write(folder.resolve("new/chart.png"));

        BufferedImage read = ImageIO.read(folder.resolve("new/chart.png").toFile());
        assertThat(read.getWidth()).isEqualTo(chart.image().getWidth());
        assertThat(ImageIO.read(new ByteArrayInputStream(chart.png())).getRGB(40, 40))
                .isEqualTo(chart.image().getRGB(40, 40));
    }

    @Test
    void ticksOfLearningRatesAreThoseOfPlainNumbers() throws IOException {
        double[] step = new double[200];
        double[] rate = new double[200];
        double[] plain = new double[200];
        for (int i = 0; i < step.length; i++) {
            step[i] = 37 * i;
            plain[i] = i < 20 ? i / 4.0 : 2.5 + 2.5 * Math.cos(Math.PI * (i - 20) / 180.0);
            rate[i] = plain[i] * 1e-4;
        }
        Chart small =
                Charts.lines(
                        new Charts.Panel(
                                "Rate", "step", "lr", new Charts.Series("lr", step, rate)));
        Chart usual =
                Charts.lines(
                        new Charts.Panel(
                                "Rate",
                                "step",
                                "lr (× 10⁻⁴)",
                                new Charts.Series("lr", step, plain)));

        keep(small, "learning-rate");
        // Rows of the grid: one at each of the numbers 0 to 5.
        assertThat(gridLines(usual)).isEqualTo(6);
        assertThat(small.png()).isEqualTo(usual.png());
    }

    /** Horizontal lines of the grid, seen in a column of the picture that holds no curve. */
    private static int gridLines(Chart chart) {
        BufferedImage image = chart.image();
        int x = image.getWidth() * 97 / 100;
        int lines = 0;
        for (int y = 1; y < image.getHeight(); y++) {
            boolean grid = image.getRGB(x, y) == Palette.GRID.getRGB();
            boolean before = image.getRGB(x, y - 1) == Palette.GRID.getRGB();
            lines += grid && !before ? 1 : 0;
        }
        return lines;
    }

    private static org.assertj.core.data.Offset<Double> offset() {
        return org.assertj.core.data.Offset.offset(1e-9);
    }

    /** Pixels that are not white. */
    private static long ink(Chart chart) {
        BufferedImage image = chart.image();
        return Arrays.stream(
                        image.getRGB(
                                0,
                                0,
                                image.getWidth(),
                                image.getHeight(),
                                null,
                                0,
                                image.getWidth()))
                .filter(rgb -> rgb != 0xFFFFFFFF)
                .count();
    }

    private static boolean has(BufferedImage image, int colour) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) == colour) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void keep(Chart chart, String name) throws IOException {
        String given = System.getProperty("surgenet.charts");
        if (given != null) {
            chart.write(Path.of(given).resolve(name + ".png"));
        }
    }
}
