package org.surgenet.image;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.NativeMemory;
import org.surgenet.common.CounterRandom;

/** 2,000 times each: what reading, resizing and writing take is given back. */
class PictureMemoryTest {
    private static final int WIDTH = 96;
    private static final int HEIGHT = 80;
    private static final int BURST = 100;

    /** An unreleased picture would keep 3.5 KB or more. */
    private static final long KEPT = 1500;

    @TempDir Path folder;

    private Mat colours() {
        byte[] pixels = new byte[3 * WIDTH * HEIGHT];
        CounterRandom random = CounterRandom.of(1);
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) random.nextInt(256);
        }
        return Images.ofRgbBytes(pixels, WIDTH, HEIGHT);
    }

    @Test
    void readingAPicture() throws Exception {
        Path jpeg = folder.resolve("p.jpg");
        Path png = folder.resolve("p.png");
        Mat picture = colours();
        Images.writeJpeg(jpeg, picture, 90);
        Images.writePng(png, picture);
        picture.release();

        NativeMemory.assertFlat(
                BURST,
                KEPT,
                () -> {
                    Images.read(jpeg).release();
                    Images.read(png).release();
                    Images.readReduced(jpeg, 64).release();
                    Images.readUnchanged(png).release();
                });
    }

    @Test
    void readingAMask() throws Exception {
        Path grey = folder.resolve("grey.png");
        Path colour = folder.resolve("colour.png");
        Mat mask = Images.ofGreyBytes(new byte[WIDTH * HEIGHT], WIDTH, HEIGHT);
        Images.writePng(grey, mask);
        mask.release();
        Mat same = Images.ofRgbBytes(new byte[3 * WIDTH * HEIGHT], WIDTH, HEIGHT);
        Images.writePng(colour, same);
        same.release();

        NativeMemory.assertFlat(
                BURST,
                KEPT,
                () -> {
                    Images.readMask(grey).release();
                    Images.readMask(colour).release();
                });
    }

    @Test
    void resizingAndWriting() throws Exception {
        Mat picture = colours();
        Path jpeg = folder.resolve("w.jpg");
        Path png = folder.resolve("w.png");

        NativeMemory.assertFlat(
                BURST,
                KEPT,
                () -> {
                    for (Resampling way : Resampling.values()) {
                        Images.resize(picture, 64, 56, way).release();
                    }
                    Images.resize(picture, 64, 56, Images.Interpolation.NEAREST).release();
                    Images.writeJpeg(jpeg, picture, 90);
                    Images.writePng(png, picture);
                });
        picture.release();
    }
}
