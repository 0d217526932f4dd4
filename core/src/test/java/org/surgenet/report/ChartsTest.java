package org.surgenet.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
            assertThat(Double.parseDouble(axis.label(tick))).isEqualTo(tick, offset());
        }
        assertThat(ForestChart.Axis.covering(0.5, 0.5).ticks()).isNotEmpty();
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
