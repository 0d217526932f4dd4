package org.surgenet.task;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Mat;
import org.surgenet.NativeMemory;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.image.Images;
import org.surgenet.task.seg.LabelMap;
import org.surgenet.task.seg.SegmentationSample;
import org.surgenet.task.seg.SegmentationTask;

/** 2,000 samples each: preparing them and writing their predictions keeps no picture. */
class SampleMemoryTest {
    private static final InputSize SIZE = new InputSize(64, 64);
    private static final int BURST = 100;

    /** An unreleased picture or mask would keep 4 KB or more. */
    private static final long KEPT = 2000;

    @TempDir Path folder;
    private Dataset<SegmentationSample> data;

    @BeforeEach
    void draw() throws Exception {
        byte[] picture = new byte[3 * 96 * 80];
        Arrays.fill(picture, (byte) 90);
        write(folder.resolve("images/p_1.png"), Images.ofRgbBytes(picture, 96, 80));
        write(folder.resolve("masks/p_1.png"), Images.ofGreyBytes(new byte[96 * 80], 96, 80));
        Files.writeString(folder.resolve("classes.csv"), "value,name\n0,black\n1,white\n");
        data = LabelledData.segmentation("folders", folder, null);
    }

    private static void write(Path file, Mat picture) throws Exception {
        Images.writePng(file, picture);
        picture.release();
    }

    private static Preparation<SegmentationSample> preparation(
            Augmentation augmentation, long seed) {
        return new Preparation<>(new SegmentationTask()::labels, SIZE, augmentation, seed);
    }

    @Test
    void trainingSamples() throws Exception {
        SegmentationSample sample = data.samples().get(0);
        Preparation<SegmentationSample> preparation = preparation(Augmentation.LIGHT, 3);
        long[] epoch = {0};

        NativeMemory.assertFlat(BURST, KEPT, () -> preparation.training(sample, epoch[0]++, 0));
    }

    @Test
    void samplesWithTheirFullLabels() throws Exception {
        SegmentationSample sample = data.samples().get(0);
        Preparation<SegmentationSample> preparation = preparation(Augmentation.NONE, 3);

        NativeMemory.assertFlat(
                BURST,
                KEPT,
                () -> {
                    preparation.plain(sample);
                    preparation.fullLabels(sample);
                });
    }

    @Test
    void predictions() throws Exception {
        TaskReport<SegmentationSample, LabelMap> report =
                new SegmentationTask()
                        .report(
                                new ReportRequest<>(
                                        "model",
                                        folder.resolve("out"),
                                        data,
                                        Optional.of(SIZE),
                                        data.samples(),
                                        List.of(),
                                        Optional.empty(),
                                        0,
                                        SettingValues.DEFAULTS));
        Item<SegmentationSample> item =
                preparation(Augmentation.NONE, 3).fullLabels(data.samples().get(0));
        LabelMap output = new LabelMap(new byte[64 * 64]);

        NativeMemory.assertFlat(BURST, KEPT, () -> report.add(item, output));
    }
}
