package org.surgenet.loader;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.NativeMemory;
import org.surgenet.image.DinoCrops;
import org.surgenet.image.Images;
import org.surgenet.image.Resampling;

/** 2,000 images each: the loader keeps no picture. */
class LoaderMemoryTest {
    @TempDir Path folder;
    private Path image;

    @BeforeEach
    void draw() throws Exception {
        image = folder.resolve("f.jpg");
        Mat picture = Images.ofRgbBytes(new byte[3 * 160 * 128], 160, 128);
        Images.writeJpeg(image, picture, 90);
        picture.release();
    }

    @Test
    void viewsOfDino() throws Exception {
        DinoViews views =
                new DinoViews(
                        DinoCrops.Settings.builder()
                                .globalSize(64)
                                .localSize(32)
                                .localViews(2)
                                .build(),
                        true);
        ByteBuffer target = ByteBuffer.allocate(views.sizes().bytes());
        long[] epoch = {0};

        NativeMemory.assertFlat(
                100, 2000, () -> views.make(image, 3, epoch[0]++, 0, target.clear()));
    }

    @Test
    void wholeImages() throws Exception {
        for (Resampling way : new Resampling[] {Resampling.BICUBIC, Resampling.AREA}) {
            // Ten images a time; one that is not released would keep 12 KB or more.
            NativeMemory.assertFlat(
                    10,
                    20_000,
                    () -> {
                        try (ImageBatches batches =
                                new ImageBatches(
                                        Collections.nCopies(10, image),
                                        64,
                                        64,
                                        way,
                                        5,
                                        1,
                                        (index, cause) -> {})) {
                            batches.forEachRemaining(batch -> {});
                        }
                    });
        }
    }
}
