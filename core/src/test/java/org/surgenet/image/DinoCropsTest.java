package org.surgenet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;

class DinoCropsTest {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 300;
    private static final int SAMPLES = 20_000;

    /** Critical value of Kolmogorov's statistic, times sqrt(n), for a chance of 1e-5. */
    private static final double KOLMOGOROV = 2.47;

    private static final DinoCrops CROPS = new DinoCrops(DinoCrops.Settings.builder().build());

    private static List<DinoView> views(int view) {
        List<DinoView> views = new ArrayList<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            views.add(CROPS.draw(WIDTH, HEIGHT, 7, 3, sample).get(view));
        }
        return views;
    }

    private static double share(List<DinoView> views, Predicate<DinoView> what) {
        return (double) views.stream().filter(what).count() / views.size();
    }

    /** Five standard deviations of a share. */
    private static double margin(double p, long n) {
        return 5 * Math.sqrt(p * (1 - p) / n) + 1e-12;
    }

    private static <T> void assertUniform(
            List<T> draws, ToDoubleFunction<T> value, double low, double high) {
        assertUniform(draws, value, low, high, 0);
    }

    /** Rounding to pixels may carry values beyond their bounds by {@code slack}. */
    private static <T> void assertUniform(
            List<T> draws, ToDoubleFunction<T> value, double low, double high, double slack) {
        double[] sorted = draws.stream().mapToDouble(value).sorted().toArray();
        assertThat(sorted[0]).isGreaterThanOrEqualTo(low - slack);
        assertThat(sorted[sorted.length - 1]).isLessThanOrEqualTo(high + slack);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double expected = (sorted[i] - low) / (high - low);
            distance = Math.max(distance, Math.abs(expected - (i + 0.5) / sorted.length));
        }
        assertThat(distance * Math.sqrt(sorted.length)).isLessThan(KOLMOGOROV);
    }

    @Test
    void operationsHaveDinosChances() {
        double[] blur = {1.0, 0.1, 0.5, 0.5};
        double[] solarize = {0.0, 0.2, 0.0, 0.0};
        int[] view = {0, 1, 2, 9};
        for (int k = 0; k < view.length; k++) {
            List<DinoView> views = views(view[k]);

            assertThat(share(views, DinoView::flip)).isCloseTo(0.5, within(margin(0.5, SAMPLES)));
            assertThat(share(views, v -> v.jitter() != null))
                    .isCloseTo(0.8, within(margin(0.8, SAMPLES)));
            assertThat(share(views, DinoView::grey)).isCloseTo(0.2, within(margin(0.2, SAMPLES)));
            assertThat(share(views, v -> v.blur() > 0))
                    .isCloseTo(blur[k], within(margin(blur[k], SAMPLES)));
            assertThat(share(views, DinoView::solarize))
                    .isCloseTo(solarize[k], within(margin(solarize[k], SAMPLES)));
        }
    }

    @Test
    void strengthsAreUniformInTheirRanges() {
        List<DinoView> views = views(0);
        List<ColorJitter> jitters = new ArrayList<>();
        int[] first = new int[4];
        for (DinoView view : views) {
            if (view.jitter() != null) {
                jitters.add(view.jitter());
                first[view.jitter().order()[0]]++;
                assertThat(Arrays.stream(view.jitter().order()).sorted())
                        .containsExactly(0, 1, 2, 3);
            }
        }

        assertUniform(views, DinoView::blur, 0.1, 2.0);
        assertUniform(jitters, ColorJitter::brightness, 0.6, 1.4);
        assertUniform(jitters, ColorJitter::contrast, 0.6, 1.4);
        assertUniform(jitters, ColorJitter::saturation, 0.8, 1.2);
        assertUniform(jitters, ColorJitter::hue, -0.1, 0.1);
        for (int count : first) {
            double n = jitters.size();
            assertThat(count / n).isCloseTo(0.25, within(margin(0.25, jitters.size())));
        }
    }

    @Test
    void operationsAreIndependentOfEachOther() {
        List<DinoView> views = views(1);
        double both = share(views, v -> v.flip() && v.grey());
        assertThat(both).isCloseTo(0.1, within(margin(0.1, SAMPLES)));
        both = share(views, v -> v.jitter() != null && v.solarize());
        assertThat(both).isCloseTo(0.16, within(margin(0.16, SAMPLES)));
        // The first and the second view of a sample have different draws.
        List<DinoView> others = views(0);
        long same = 0;
        for (int i = 0; i < SAMPLES; i++) {
            same += views.get(i).flip() == others.get(i).flip() ? 1 : 0;
        }
        assertThat((double) same / SAMPLES).isCloseTo(0.5, within(margin(0.5, SAMPLES)));
    }

    @Test
    void boxesHaveTorchvisionsDistribution() {
        List<DinoView> local = views(5);
        double area = (double) WIDTH * HEIGHT;

        // A local box nearly always fits at the first try, so nothing bends the distributions.
        assertUniform(
                local, v -> v.box().width() * (double) v.box().height() / area, 0.05, 0.4, 0.003);
        assertUniform(
                local,
                v -> Math.log(v.box().width() / (double) v.box().height()),
                Math.log(3 / 4.0),
                Math.log(4 / 3.0),
                0.02);
        for (DinoView view : views(0)) {
            CropBox box = view.box();
            assertThat(box.left()).isBetween(0, WIDTH - box.width());
            assertThat(box.top()).isBetween(0, HEIGHT - box.height());
            assertThat(box.width() * (double) box.height() / area).isBetween(0.395, 1.0);
        }
        // Given its size, a box's place is uniform over all places where it fits.
        assertUniform(local, v -> (v.box().left() + 0.5) / (WIDTH - v.box().width() + 1), 0, 1);
        assertUniform(local, v -> (v.box().top() + 0.5) / (HEIGHT - v.box().height() + 1), 0, 1);
    }

    @Test
    void fallsBackToTheCentreWhereNoBoxFits() {
        // Ten tries for the whole area within 3/4 to 4/3 cannot fit into a strip.
        assertThat(CropBox.random(CounterRandom.of(1), 1000, 30, 0.9, 1.0))
                .isEqualTo(new CropBox(480, 0, 40, 30));
        assertThat(CropBox.random(CounterRandom.of(1), 30, 1000, 0.9, 1.0))
                .isEqualTo(new CropBox(0, 480, 30, 40));
        assertThat(CropBox.random(CounterRandom.of(1), 1, 1, 0.9, 1.0))
                .isEqualTo(new CropBox(0, 0, 1, 1));
    }

    private static byte[][] make(Mat picture, long seed, long epoch, long sample) {
        byte[][] views = new byte[CROPS.settings().views()][];
        CROPS.make(
                picture,
                seed,
                epoch,
                sample,
                v -> {
                    views[v] = new byte[CROPS.settings().bytes(v)];
                    return ByteBuffer.wrap(views[v]);
                });
        return views;
    }

    private static Mat picture(int width, int height) {
        return Images.ofRgbBytes(PillowGoldenTest.picture("smooth", width, height), width, height);
    }

    @Test
    void aReducedPictureKeepsEveryViewAtItsSizeOrAbove() {
        for (int sample = 0; sample < 200; sample++) {
            int by = CROPS.reduction(1920, 1080, 3, 0, sample);
            int smallest = Integer.MAX_VALUE;
            List<DinoView> views = CROPS.draw(1920, 1080, 3, 0, sample);
            for (int v = 0; v < views.size(); v++) {
                CropBox box = views.get(v).box();
                int side = Math.min(box.width(), box.height());
                assertThat(side).isGreaterThanOrEqualTo(by * CROPS.settings().size(v));
                smallest = Math.min(smallest, side / CROPS.settings().size(v));
            }
            assertThat(by).isEqualTo(smallest >= 4 ? 4 : smallest >= 2 ? 2 : 1);
        }
        assertThat(CROPS.reduction(256, 256, 3, 0, 0)).isEqualTo(1);
        assertThat(CROPS.reduction(1920, 1080, 3, 0, 0)).isGreaterThan(1);
    }

    @Test
    void viewsOfAReducedPictureAreNearThoseOfTheWhole() {
        Mat whole = picture(960, 720);
        Mat half = Images.resize(whole, 480, 360, Images.Interpolation.SMOOTH);
        double worst = 0;
        int compared = 0;
        for (int sample = 0; sample < 60; sample++) {
            if (CROPS.reduction(960, 720, 5, 0, sample) < 2) {
                continue; // Some view would be enlarged.
            }
            compared++;
            byte[][] expected = make(whole, 5, 0, sample);
            byte[][] actual = new byte[CROPS.settings().views()][];
            CROPS.make(
                    new Images.Reduced(half, 960, 720, 2),
                    5,
                    0,
                    sample,
                    v -> {
                        actual[v] = new byte[CROPS.settings().bytes(v)];
                        return ByteBuffer.wrap(actual[v]);
                    });
            for (int v = 0; v < actual.length; v++) {
                double sum = 0;
                for (int k = 0; k < actual[v].length; k++) {
                    sum += Math.abs((actual[v][k] & 0xFF) - (expected[v][k] & 0xFF));
                }
                worst = Math.max(worst, sum / actual[v].length);
            }
        }
        whole.release();
        half.release();
        // Half a pixel to the side would be off by two and more.
        assertThat(compared).isGreaterThan(5);
        System.out.println("largest mean difference of a view: " + worst);
        assertThat(worst).isLessThan(1.5);
    }

    @Test
    void boxesOfAReducedPictureTouchThePixelsThatHoldThem() {
        CropBox box = new CropBox(101, 52, 300, 201);

        assertThat(ReducedBox.of(box, 1)).isEqualTo(new ReducedBox(box, 0, 0, 300, 201));
        // 101 to 401 are 50.5 to 200.5; 52 to 253 are 26 to 126.5.
        assertThat(ReducedBox.of(box, 2))
                .isEqualTo(new ReducedBox(new CropBox(50, 26, 151, 101), 0.5, 0, 150, 100.5));
        // The last pixel of a picture of 1281: the copy has 161.
        assertThat(ReducedBox.of(new CropBox(1280, 720, 1, 1), 8))
                .isEqualTo(new ReducedBox(new CropBox(160, 90, 1, 1), 0, 0, 0.125, 0.125));
    }

    @Test
    void jpegsDecodeToTheSizesThatBoxesCountOn(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("odd.jpg");
        Mat odd = picture(1281, 721);
        Images.writeJpeg(file, odd, 95);
        odd.release();
        for (int factor : new int[] {1, 2, 4, 8}) {
            Images.Reduced read = Images.readReduced(file, header -> factor);

            assertThat(read.picture().cols()).isEqualTo((1281 + factor - 1) / factor);
            assertThat(read.picture().rows()).isEqualTo((721 + factor - 1) / factor);
            read.picture().release();
        }
    }

    @Test
    void viewsDependOnTheirKeyAloneAndNotOnThreads() throws Exception {
        int samples = 12;
        List<byte[][]> alone = new ArrayList<>();
        for (int i = 0; i < samples; i++) {
            Mat picture = picture(200 + 30 * i, 150 + 10 * i);
            alone.add(make(picture, 1, 2, i));
            picture.release();
        }

        ExecutorService pool = Executors.newFixedThreadPool(4);
        List<Future<byte[][]>> made = new ArrayList<>();
        for (int i = samples - 1; i >= 0; i--) {
            int sample = i;
            Callable<byte[][]> task =
                    () -> {
                        Mat picture = picture(200 + 30 * sample, 150 + 10 * sample);
                        try {
                            return make(picture, 1, 2, sample);
                        } finally {
                            picture.release();
                        }
                    };
            made.add(0, pool.submit(task));
        }
        for (int i = 0; i < samples; i++) {
            assertThat(made.get(i).get()).isDeepEqualTo(alone.get(i));
        }
        pool.shutdown();
    }

    @Test
    void everyPartOfTheKeyChangesTheViews() {
        Mat picture = picture(240, 180);
        byte[][] views = make(picture, 1, 2, 3);

        assertThat(make(picture, 1, 2, 3)).isDeepEqualTo(views);
        for (byte[][] other :
                List.of(make(picture, 9, 2, 3), make(picture, 1, 9, 3), make(picture, 1, 2, 9))) {
            for (int v = 0; v < views.length; v++) {
                assertThat(other[v]).isNotEqualTo(views[v]);
            }
        }
        assertThat(views[0]).isNotEqualTo(views[1]);
        assertThat(views[2]).isNotEqualTo(views[3]);
        picture.release();
    }

    @Test
    void writesViewsWhereTheBufferStands() {
        DinoCrops crops =
                new DinoCrops(
                        DinoCrops.Settings.builder()
                                .globalSize(31)
                                .localSize(17)
                                .localViews(2)
                                .build());
        ByteBuffer buffer = ByteBuffer.allocateDirect(3 * 31 * 31 * 3);
        for (int i = 0; i < buffer.capacity(); i++) {
            buffer.put(i, (byte) 77);
        }
        Mat picture = picture(20, 11);
        crops.make(picture, 0, 0, 0, v -> buffer.position(v == 0 ? 100 : 5000));
        picture.release();

        assertThat(buffer.get(99)).isEqualTo((byte) 77);
        assertThat(buffer.get(100 + crops.settings().bytes(0))).isEqualTo((byte) 77);
        byte[] view = new byte[crops.settings().bytes(0)];
        buffer.get(100, view);
        assertThat(view).isNotEqualTo(filled(view.length));
    }

    private static byte[] filled(int length) {
        byte[] data = new byte[length];
        Arrays.fill(data, (byte) 77);
        return data;
    }

    @Test
    void refusesImpossibleSettings() {
        assertThatThrownBy(() -> DinoCrops.Settings.builder().globalSize(0).build())
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AreaRange(0.4, 1.1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("area");
    }

    @Test
    void anAreaIsReadAsItIsWritten() {
        assertThat(AreaRange.parse("0.4,1"))
                .isEqualTo(new AreaRange(0.4, 1))
                .hasToString("0.4,1.0");
        for (String wrong :
                List.of("0.4", "0.4,1,1", "0.4,x", "0.5,0.4", "0,1", "0.4,1.1", "NaN,1")) {
            assertThatThrownBy(() -> AreaRange.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("must be ");
        }
    }
}
