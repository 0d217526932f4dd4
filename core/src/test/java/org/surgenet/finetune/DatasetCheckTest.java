package org.surgenet.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Split;
import org.surgenet.frames.Frame;
import org.surgenet.image.Images;
import org.surgenet.task.InputSize;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.seg.SegmentationSample;
import org.surgenet.task.seg.SegmentationTask;

class DatasetCheckTest {
    @TempDir Path folder;
    private TinyData data;

    @BeforeEach
    void draw() throws IOException {
        data = new TinyData(folder);
    }

    private DatasetCheck.Result check(List<Frame> pretraining) throws IOException {
        return new DatasetCheck<>(
                        new SegmentationTask(), data.segmentation(), data.split(), pretraining)
                .run(2, Progress.NONE, Cancellation.NEVER);
    }

    @Test
    void equalImagesInTwoPartsAreALeak() throws IOException {
        DatasetCheck.Result result = check(List.of());

        // The parts of the toy data are the same pictures.
        assertThat(result.errors())
                .containsExactly(
                        "8 images of val are in train, too, byte by byte, such as val_00.png and"
                                + " train_00.png",
                        "8 images of test are in train, too, byte by byte, such as test_00.png and"
                                + " train_00.png");
        assertThat(result.parts()).extracting(DatasetCheck.Part::samples).containsExactly(8, 8, 8);
        assertThat(result.parts().get(0).samplesWith()[0]).isEqualTo(8);
    }

    @Test
    void unreadableFilesMasksAndSeenVideosAreTold() throws IOException {
        Files.writeString(folder.resolve("images/test_03.png"), "no picture");
        Mat mask = new Mat(64, 64, CvType.CV_8UC1, new Scalar(77));
        Images.writePng(folder.resolve("masks/val_02.png"), mask);
        mask.release();
        Frame seen = new Frame(Path.of("elsewhere.png"), "", "test", 1);

        assertThatThrownBy(() -> check(List.of()))
                .as("what the reader itself finds")
                .isInstanceOf(UserException.class)
                .hasMessageContaining("test_03.png");

        Mat other = new Mat(64, 64, CvType.CV_8UC3, new Scalar(9, 9, 9));
        Images.writePng(folder.resolve("images/test_03.png"), other);
        other.release();
        byte[] bytes = Files.readAllBytes(folder.resolve("images/test_03.png"));
        // The header is whole, the picture is not.
        Files.write(folder.resolve("images/test_03.png"), java.util.Arrays.copyOf(bytes, 60));
        DatasetCheck.Result result = check(List.of(seen));

        assertThat(result.errors())
                .anyMatch(e -> e.contains("test_03.png"))
                .anyMatch(e -> e.contains("val_02.png: pixel (0, 0) has the value 77"))
                .anyMatch(
                        e ->
                                e.startsWith(
                                        "the pretraining has seen the part test: 1 video of the"
                                                + " same name (test)"));
        assertThat(result.parts())
                .extracting(DatasetCheck.Part::unreadable)
                .containsExactly(0, 1, 1);
    }

    @Test
    void aValidationThatCanHaveNoScoreEndsBeforeTheTraining() throws IOException {
        for (int i = 0; i < TinyData.IMAGES; i++) {
            Mat mask = Mat.zeros(64, 64, CvType.CV_8UC1);
            Images.writePng(
                    folder.resolve(String.format(java.util.Locale.ROOT, "masks/val_%02d.png", i)),
                    mask);
            mask.release();
        }
        FineTuneRequest request =
                FineTuneRequest.builder(
                                InputSize.parse("64x64"),
                                FineTuneRequest.Running.builder(folder.resolve("run")).build())
                        .model(FineTuneRequest.Model.builder().backbone("caformer_test").build())
                        .build();
        Dataset<SegmentationSample> dataset = data.segmentation();
        Split split = data.split();

        assertThatThrownBy(
                        () ->
                                new FineTuning<>(
                                                request,
                                                new SegmentationTask(),
                                                SettingValues.DEFAULTS,
                                                dataset,
                                                split)
                                        .run(
                                                Progress.NONE,
                                                Cancellation.NEVER,
                                                new RunRecord("test", List.of())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("the validation part (8 samples of val;")
                .hasMessageContaining("has no dice, whatever is predicted");
        assertThat(check(List.of()).errors())
                .anyMatch(e -> e.startsWith("the part val can have no dice"));
    }

    @Test
    void criteriaOfOneKindAreTold() throws IOException {
        Dataset<CvsSample> criteria = data.cvs();
        DatasetCheck.Result result =
                new DatasetCheck<>(new CvsTask(), criteria, data.split(), List.of())
                        .run(1, Progress.NONE, Cancellation.NEVER);

        // The third criterion has a vote of one third or one: fulfilled in six of eight.
        assertThat(result.parts().get(2).samplesWith()[0]).isEqualTo(3);
        assertThat(result.warnings()).noneMatch(w -> w.contains("every image"));

        List<CvsSample> always =
                criteria.samples().stream()
                        .map(
                                s ->
                                        new CvsSample(
                                                s.name(),
                                                s.image(),
                                                s.patient(),
                                                s.video(),
                                                s.timeSeconds(),
                                                List.of(1.0, 0.0, s.votes().get(2))))
                        .toList();
        DatasetCheck.Result one =
                new DatasetCheck<>(
                                new CvsTask(),
                                new Dataset<>(
                                        "d",
                                        "f",
                                        criteria.classes(),
                                        always,
                                        java.util.Map.of(),
                                        "",
                                        List.of()),
                                data.split(),
                                List.of())
                        .run(1, Progress.NONE, Cancellation.NEVER);
        assertThat(one.warnings())
                .contains(
                        "not in test: C2",
                        "in every image of test, so that nothing tells it apart: C1");
    }
}
