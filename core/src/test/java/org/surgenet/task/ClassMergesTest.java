package org.surgenet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingException;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.ClassMerges;
import org.surgenet.dataset.Dataset;
import org.surgenet.image.Images;
import org.surgenet.image.OpenCv;
import org.surgenet.task.cvs.CvsTask;
import org.surgenet.task.phase.PhaseSample;
import org.surgenet.task.phase.PhaseTask;
import org.surgenet.task.seg.SegmentationSample;
import org.surgenet.task.seg.SegmentationTask;

/** Classes that a file makes one. */
class ClassMergesTest {
    private static final Setting<Path> FRAMES = Setting.of("frames", Path.class, "", null, "");

    @TempDir Path root;

    private SettingValues merges(String rows) throws IOException {
        Path file = root.resolve("merges.csv");
        Files.writeString(file, "class,into\n" + rows);
        return SettingValues.DEFAULTS.with(ClassMerges.SETTING, file);
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void mask(byte... values) throws IOException {
        OpenCv.load();
        Path clip = root.resolve("video01/video01_00080");
        Files.createDirectories(clip);
        Mat image = new Mat(1, values.length, CvType.CV_8UC3, new Scalar(1, 2, 3));
        Images.writePng(clip.resolve("frame_80_endo.png"), image);
        image.release();
        Mat mask = Images.ofGreyBytes(values, values.length, 1);
        Images.writePng(clip.resolve("frame_80_endo_watershed_mask.png"), mask);
        mask.release();
    }

    private Dataset<SegmentationSample> masks(SettingValues values) {
        return new SegmentationTask().read("cholecseg8k", root, values, Progress.NONE);
    }

    @Test
    void classesOfPixelsKeepTheirOrderAndTheBackground() throws IOException {
        mask(new byte[] {50, 11, 21, 13, 12, 31, 23, 24, 25, 32, 22, 33, 5, 0});

        Dataset<SegmentationSample> data =
                masks(
                        merges(
                                "grasper,instrument\nL-hook electrocautery,instrument\n"
                                        + "blood,ignore\nabdominal wall,background\n"
                                        + "hepatic vein,liver\ncystic duct,cystic duct\n"));

        assertThat(data.classes())
                .containsExactly(
                        "background",
                        "liver",
                        "gastrointestinal tract",
                        "fat",
                        "instrument",
                        "connective tissue",
                        "cystic duct",
                        "gallbladder",
                        "liver ligament");
        SegmentationSample sample = data.samples().get(0);
        Mat mat = sample.labels().read(sample.mask());
        assertThat(Images.bytes(mat)).containsExactly(0, 0, 1, 2, 3, 4, 5, -1, 6, 4, 7, 1, 8, -1);
        mat.release();
        String key = sample.labels().key(sample.mask());
        assertThat(masks(merges("fat,liver\n")).samples().get(0).labels().key(sample.mask()))
                .isNotEqualTo(key);
        assertThat(data.notes())
                .containsExactly(
                        "13 classes merged into 9 by "
                                + root.resolve("merges.csv")
                                + ": background + abdominal wall -> background; liver + hepatic"
                                + " vein -> liver; grasper + L-hook electrocautery -> instrument;"
                                + " blood -> ignore");
    }

    /** EndoViT's merge by a file gives what the format's own choice of 8 classes gives. */
    @Test
    void endoVitsMergeByAFileEqualsTheBuiltInOne() throws IOException {
        mask(new byte[] {50, 11, 21, 13, 12, 31, 23, 24, 25, 32, 22, 33, 5, 0});
        SegmentationSample ours =
                masks(
                                merges(
                                        "connective tissue,other tissue\nblood,other tissue\n"
                                                + "cystic duct,other tissue\n"
                                                + "hepatic vein,other tissue\n"
                                                + "liver ligament,other tissue\n"
                                                + "grasper,instrument\n"
                                                + "L-hook electrocautery,instrument\n"))
                        .samples()
                        .get(0);
        Dataset<SegmentationSample> eight = LabelledData.segmentation("cholecseg8k", root, 8);
        List<String> names =
                masks(SettingValues.DEFAULTS.with(ClassMerges.SETTING, root.resolve("merges.csv")))
                        .classes();
        assertThat(names).containsExactlyInAnyOrderElementsOf(eight.classes());
        Mat mine = ours.labels().read(ours.mask());
        Mat theirs = eight.samples().get(0).labels().read(eight.samples().get(0).mask());
        byte[] merged = Images.bytes(mine);
        byte[] builtIn = Images.bytes(theirs);
        for (int i = 0; i < merged.length; i++) {
            assertThat(merged[i] < 0 ? "" : names.get(merged[i]))
                    .isEqualTo(builtIn[i] < 0 ? "" : eight.classes().get(builtIn[i]));
        }
        mine.release();
        theirs.release();
    }

    @Test
    void phasesAreMergedAndIgnoredOnesLeftOutAndCounted() throws IOException {
        write("data/phases.csv", "video,time,phase\nv,0,a\nv,1,b\nv,2,c\nv,3,d\n");
        write("data/list.csv", "path,video,time_s\n0.png,v,0\n1.png,v,1\n2.png,v,2\n3.png,v,3\n");
        write("data/0.png", "");
        SettingValues values =
                merges("a,late\nc,ignore\nd,late\n").with(FRAMES, root.resolve("data/list.csv"));
        Dataset<PhaseSample> data =
                new PhaseTask().read("phase-csv", root.resolve("data"), values, Progress.NONE);
        assertThat(data.classes()).containsExactly("late", "b");
        assertThat(data.samples()).extracting(PhaseSample::phase).containsExactly(0, 1, 0);
        assertThat(data.notes())
                .containsExactly(
                        "4 classes merged into 2 by "
                                + root.resolve("merges.csv")
                                + ": a + d -> late; c -> ignore",
                        "1 sample of ignored classes left out");
    }

    @Test
    void whatMakesNoSenseIsRefusedWithItsLine() throws IOException {
        mask(new byte[] {50, 11});
        refused(
                "fat,tissue\nmuscle,tissue\n",
                "merges.csv:3: class 'muscle' is not a class of the");
        refused("fat,tissue\nfat,liver\n", "merges.csv:3: class 'fat' is on line 2 too");
        refused("fat,\n", "merges.csv:2: into '' is empty");
        refused("fat,liver\nliver,tissue\n", ":2: into 'liver' is itself merged into tissue");
        refused("background,ignore\n", "merges.csv: ignores the background");
        StringBuilder all = new StringBuilder();
        masks(SettingValues.DEFAULTS).classes().forEach(c -> all.append(c).append(",one\n"));
        refused(all.toString(), "merges.csv: leaves 1 class of 13");
        assertThatThrownBy(
                        () ->
                                new CvsTask()
                                        .read(
                                                "endoscapes",
                                                root,
                                                SettingValues.DEFAULTS.with(
                                                        ClassMerges.SETTING,
                                                        root.resolve("merges.csv")),
                                                Progress.NONE))
                .isInstanceOf(SettingException.class)
                .hasMessageContaining("merge-classes")
                .hasMessageContaining("not applicable to the critical view of safety");
        assertThat(new CvsTask().dataSettings()).doesNotContain(ClassMerges.SETTING);
    }

    private void refused(String rows, String message) throws IOException {
        SettingValues values = merges(rows);
        assertThatThrownBy(() -> masks(values))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message);
    }
}
