package org.surgenet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.common.CounterRandom;
import org.surgenet.image.Images;
import org.surgenet.task.seg.SegmentationSample;
import org.surgenet.task.seg.SegmentationTask;

/** The picture shows its mask: white where the class is 1, black where it is 0. */
class PreparationTest {
    private static final int SIDE = 96;
    private static final InputSize SIZE = new InputSize(64, 64);

    @TempDir Path folder;
    private SegmentationSample sample;

    @BeforeEach
    void draw() throws Exception {
        byte[] mask = new byte[SIDE * SIDE];
        byte[] picture = new byte[3 * SIDE * SIDE];
        CounterRandom random = CounterRandom.of(5);
        // Blocks of 12 pixels, so that any shift and any mirroring is seen.
        boolean[] blocks = new boolean[64];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = random.chance(0.5);
        }
        for (int i = 0; i < mask.length; i++) {
            boolean set = blocks[i / SIDE / 12 * 8 + i % SIDE / 12];
            mask[i] = (byte) (set ? 1 : 0);
            for (int c = 0; c < 3; c++) {
                picture[3 * i + c] = (byte) (set ? 255 : 0);
            }
        }
        write(folder.resolve("images/p_1.png"), Images.ofRgbBytes(picture, SIDE, SIDE));
        write(folder.resolve("masks/p_1.png"), Images.ofGreyBytes(mask, SIDE, SIDE));
        Files.writeString(folder.resolve("classes.csv"), "value,name\n0,black\n1,white\n");
        sample = LabelledData.segmentation("folders", folder, null).samples().get(0);
    }

    private static void write(Path file, Mat picture) throws Exception {
        Images.writePng(file, picture);
        picture.release();
    }

    /** The part of the pixels at which picture and mask agree. */
    private static double agreement(Item<SegmentationSample> item) {
        int equal = 0;
        for (int i = 0; i < item.labels().length; i++) {
            boolean white = (item.pixels()[i] & 0xFF) > 127;
            equal += white == (item.labels()[i] == 1) ? 1 : 0;
        }
        return (double) equal / item.labels().length;
    }

    private static Preparation<SegmentationSample> preparation(
            Augmentation augmentation, long seed) {
        return new Preparation<>(new SegmentationTask()::labels, SIZE, augmentation, seed);
    }

    @Test
    void cropAndFlipMoveImageAndMaskTogether() {
        Preparation<SegmentationSample> preparation = preparation(Augmentation.LIGHT, 3);
        byte[] plain = preparation.plain(sample).labels();
        int moved = 0;
        for (int epoch = 0; epoch < 40; epoch++) {
            Item<SegmentationSample> item = preparation.training(sample, epoch, 0);

            // Only the pixels along the edges of blocks may fall to either side.
            assertThat(agreement(item)).as("epoch %d", epoch).isGreaterThan(0.93);
            moved += Arrays.equals(item.labels(), plain) ? 0 : 1;
        }
        // A crop of the whole picture without a flip is a rare draw.
        assertThat(moved).isGreaterThan(30);
    }

    @Test
    void halfOfThePicturesAreFlipped() {
        Preparation<SegmentationSample> preparation = preparation(Augmentation.LIGHT, 3);
        byte[] plain = preparation.plain(sample).labels();
        byte[] mirrored = new byte[plain.length];
        for (int i = 0; i < plain.length; i++) {
            mirrored[i] = plain[i / 64 * 64 + 63 - i % 64];
        }
        int flips = 0;
        for (int epoch = 0; epoch < 60; epoch++) {
            byte[] labels = preparation.training(sample, epoch, 0).labels();
            flips += equal(labels, mirrored) > equal(labels, plain) ? 1 : 0;
        }
        // 60 draws of one half: five standard deviations are 19.
        assertThat(flips).isBetween(11, 49);
    }

    private static int equal(byte[] a, byte[] b) {
        int equal = 0;
        for (int i = 0; i < a.length; i++) {
            equal += a[i] == b[i] ? 1 : 0;
        }
        return equal;
    }

    @Test
    void withoutAugmentationTheWholePictureComes() {
        Preparation<SegmentationSample> preparation = preparation(Augmentation.NONE, 3);

        Item<SegmentationSample> item = preparation.training(sample, 7, 0);

        assertThat(item.pixels()).isEqualTo(preparation.plain(sample).pixels());
        assertThat(item.labels()).isEqualTo(preparation.plain(sample).labels());
        assertThat(agreement(item)).isGreaterThan(0.98);
    }

    @Test
    void whatIsDrawnDependsOnSeedEpochAndSampleAlone() {
        Item<SegmentationSample> first = preparation(Augmentation.LIGHT, 3).training(sample, 5, 2);
        Item<SegmentationSample> again = preparation(Augmentation.LIGHT, 3).training(sample, 5, 2);
        Item<SegmentationSample> other = preparation(Augmentation.LIGHT, 4).training(sample, 5, 2);

        assertThat(again.pixels()).isEqualTo(first.pixels());
        assertThat(again.labels()).isEqualTo(first.labels());
        assertThat(other.pixels()).isNotEqualTo(first.pixels());
    }

    /** What a turn brings in from outside is black in the image and not labelled in the mask. */
    @Test
    void turnsAndSizesMoveImageAndMaskTogether() {
        Augmentation turned = Augmentation.NONE.with(45.0, 0.25, null, null);
        Preparation<SegmentationSample> preparation = preparation(turned, 3);
        byte[] plain = preparation.plain(sample).labels();
        int outside = 0;
        for (int epoch = 0; epoch < 40; epoch++) {
            Item<SegmentationSample> item = preparation.training(sample, epoch, 0);
            int equal = 0;
            int labelled = 0;
            for (int i = 0; i < item.labels().length; i++) {
                int label = item.labels()[i] & 0xFF;
                if (label == Item.IGNORE) {
                    outside++;
                    assertThat(item.pixels()[i] & 0xFF).isLessThan(140);
                } else {
                    labelled++;
                    equal += (item.pixels()[i] & 0xFF) > 127 == (label == 1) ? 1 : 0;
                }
            }
            assertThat((double) equal / labelled).as("epoch %d", epoch).isGreaterThan(0.9);
            assertThat(item.labels()).isNotEqualTo(plain);
        }
        assertThat(outside).isGreaterThan(1000);
    }

    /** A quarter turn of a picture of another shape than the network's input is none of pixels. */
    @Test
    void aTurnIsOneOfTheImageNotOfTheResizedImage() {
        // 64 x 32 of a square picture: a circle in it is an ellipse in the input, and stays one.
        byte[] mask = new byte[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                mask[y * SIDE + x] = (byte) (Math.hypot(x - 47.5, y - 47.5) < 35 ? 1 : 0);
            }
        }
        Mat written = Images.ofGreyBytes(mask, SIDE, SIDE);
        try {
            Images.writePng(sample.mask(), written);
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        } finally {
            written.release();
        }
        Preparation<SegmentationSample> preparation =
                new Preparation<>(
                        new SegmentationTask()::labels,
                        new InputSize(64, 32),
                        Augmentation.NONE.with(180.0, 0.0, null, null),
                        3);
        byte[] plain = preparation.plain(sample).labels();
        for (int epoch = 0; epoch < 10; epoch++) {
            byte[] turned = preparation.training(sample, epoch, 0).labels();
            int equal = 0;
            int labelled = 0;
            for (int i = 0; i < plain.length; i++) {
                if ((turned[i] & 0xFF) != Item.IGNORE) {
                    labelled++;
                    equal += turned[i] == plain[i] ? 1 : 0;
                }
            }
            assertThat((double) equal / labelled).as("epoch %d", epoch).isGreaterThan(0.95);
        }
    }

    @Test
    void coloursChangeWithoutTheMask() {
        Augmentation coloured = Augmentation.NONE.with(null, null, 0.5, 0.2);
        Preparation<SegmentationSample> preparation = preparation(coloured, 3);
        Item<SegmentationSample> item = preparation.training(sample, 1, 0);
        assertThat(item.labels()).isEqualTo(preparation.plain(sample).labels());
        // Black and white have neither saturation nor hue.
        assertThat(item.pixels()).isEqualTo(preparation.plain(sample).pixels());
    }

    @Test
    void rangesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Augmentation.NONE.with(181.0, null, null, null))
                .hasMessageContaining("augment-rotation");
        assertThatThrownBy(() -> Augmentation.NONE.with(null, null, null, 0.6))
                .hasMessageContaining("augment-hue");
        assertThatThrownBy(() -> Augmentation.of("wild")).hasMessageContaining("light, strong");
    }
}
