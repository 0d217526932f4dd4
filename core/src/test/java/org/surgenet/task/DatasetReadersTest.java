package org.surgenet.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opencv.core.Core;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.core.Scalar;
import org.surgenet.SharedFiles;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.frames.FrameRecord;
import org.surgenet.frames.FramesCsv;
import org.surgenet.image.Images;
import org.surgenet.image.OpenCv;
import org.surgenet.task.cvs.CvsSample;
import org.surgenet.task.phase.PhaseSample;
import org.surgenet.task.seg.SegmentationSample;
import org.surgenet.task.seg.SegmentationTask;

class DatasetReadersTest {
    @TempDir Path root;

    @Test
    void cholecSeg8kDecodesTheWatershedMasksAndMergesClasses() throws IOException {
        // Every grey value once, in the order of the classes, then the two errors.
        byte[] values = {50, 11, 21, 13, 12, 31, 23, 24, 25, 32, 22, 33, 5, 0, (byte) 255};
        Path clip = root.resolve("video01/video01_00080");
        image(clip.resolve("frame_80_endo.png"), 15, 1);
        png(clip.resolve("frame_80_endo_watershed_mask.png"), values, 15, 1);
        png(clip.resolve("frame_80_endo_color_mask.png"), values, 15, 1);

        Dataset<SegmentationSample> fine = segmentation(null);
        Dataset<SegmentationSample> merged = segmentation(8);

        assertThat(fine.samples()).hasSize(1);
        SegmentationSample sample = fine.samples().get(0);
        assertThat(sample.name()).isEqualTo("video01/video01_00080/frame_80_endo.png");
        assertThat(sample.patient()).isEqualTo("video01");
        assertThat(sample.timeSeconds()).isEqualTo(3.2);
        assertThat(fine.classes()).hasSize(13).startsWith("background").endsWith("liver ligament");
        assertThat(labels(sample))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 255, 255);
        assertThat(merged.classes()).hasSize(8);
        assertThat(labels(merged.samples().get(0)))
                .containsExactly(0, 1, 2, 3, 4, 7, 6, 6, 6, 7, 5, 6, 6, 255, 255);
    }

    @Test
    void cholecSeg8kMayLieOneFolderDeeper() throws IOException {
        Path clip = root.resolve("CholecSeg8k/video01/video01_00080");
        image(clip.resolve("frame_80_endo.png"), 2, 1);
        png(clip.resolve("frame_80_endo_watershed_mask.png"), new byte[] {50, 21}, 2, 1);

        SegmentationSample sample = segmentation(null).samples().get(0);
        assertThat(sample.name()).isEqualTo("CholecSeg8k/video01/video01_00080/frame_80_endo.png");
        assertThat(sample.patient()).isEqualTo("video01");
        assertThat(labels(sample)).containsExactly(0, 2);

        Path copy = root.resolve("video01/video01_00080");
        image(copy.resolve("frame_80_endo.png"), 2, 1);
        png(copy.resolve("frame_80_endo_watershed_mask.png"), new byte[] {50, 21}, 2, 1);
        assertThatThrownBy(() -> segmentation(null))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("remove one copy");
    }

    @Test
    void cholecSeg8kReadsMasksWithTransparency() throws IOException {
        Path clip = root.resolve("video18/video18_01139");
        image(clip.resolve("frame_1216_endo.png"), 8, 4);
        OpenCv.load();
        Mat mask = new Mat(4, 8, CvType.CV_8UC4, new Scalar(21, 21, 21, 255));
        Images.writePng(clip.resolve("frame_1216_endo_watershed_mask.png"), mask);
        mask.release();

        assertThat(labels(segmentation(null).samples().get(0))).hasSize(32).containsOnly(2);
    }

    @Test
    void masksThatAreMissingOrOfAnotherSizeAreRefusedByName() throws IOException {
        Path clip = root.resolve("video01/video01_00080");
        image(clip.resolve("frame_80_endo.png"), 8, 4);
        assertThatThrownBy(() -> segmentation(null))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("frame_80_endo.png: has no mask")
                .hasMessageContaining("frame_80_endo_watershed_mask.png");

        png(clip.resolve("frame_80_endo_watershed_mask.png"), new byte[30], 6, 5);
        assertThatThrownBy(() -> segmentation(null))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("frame_80_endo_watershed_mask.png: the mask is 6 x 5")
                .hasMessageContaining("is 8 x 4");
    }

    @Test
    void anUnknownMaskValueIsNamedWithItsPixel() throws IOException {
        Path clip = root.resolve("video01/video01_00080");
        image(clip.resolve("frame_80_endo.png"), 2, 2);
        png(clip.resolve("frame_80_endo_watershed_mask.png"), new byte[] {50, 50, 50, 77}, 2, 2);
        SegmentationSample sample = segmentation(null).samples().get(0);
        assertThatThrownBy(() -> sample.labels().read(sample.mask()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("pixel (1, 1) has the value 77");
    }

    @Test
    void foldersPairsNamesAndTakesClassesAndPatientsFromTables() throws IOException {
        image(root.resolve("images/a__1.jpg.png"), 2, 1);
        image(root.resolve("images/b__2_frame.png"), 2, 1);
        image(root.resolve("images/c.png"), 2, 1);
        png(root.resolve("masks/a__1.jpg_mask.png"), new byte[] {0, 20}, 2, 1);
        png(root.resolve("masks/b__2_mask01.png"), new byte[] {10, 9}, 2, 1);
        png(root.resolve("masks/c_seg.png"), new byte[] {0, 0}, 2, 1);
        Files.writeString(
                root.resolve("classes.csv"),
                "value,name\n0,background\n10,tool\n20,tool\n9,ignore\n");

        assertThatThrownBy(this::folders)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("whose the 3 images are cannot be told")
                .hasMessageContaining("patients.csv");
        Files.writeString(root.resolve("patients.csv"), "image,patient\nc,c\na__1.jpg,a\nb__2,b\n");
        Dataset<SegmentationSample> data = folders();
        assertThat(data.classes()).containsExactly("background", "tool");
        assertThat(data.patients()).containsExactly("a", "b", "c");
        assertThat(labels(data.samples().get(0))).containsExactly(0, 1);
        assertThat(labels(data.samples().get(1))).containsExactly(1, 255);

        Files.writeString(
                root.resolve("patients.csv"), "image,patient\nc.png,p\na__1.jpg,q\nb__2,q\n");
        assertThat(folders().patients()).containsExactly("p", "q");
        Files.writeString(root.resolve("patients.csv"), "image,patient\nc.png,p\n");
        assertThatThrownBy(this::folders)
                .hasMessageContaining("patients.csv: does not name image a__1.jpg.png");
    }

    @Test
    void foldersTakesThePatientFromPatternFolderOrGuessAndSaysSo() throws IOException {
        for (String name : List.of("a_1", "a_2", "b_1")) {
            image(root.resolve("images/" + name + ".png"), 2, 1);
            png(root.resolve("masks/" + name + ".png"), new byte[] {0, 1}, 2, 1);
        }
        assertThat(folders().patients()).containsExactly("a", "b");
        assertThat(folders().notes())
                .singleElement()
                .asString()
                .startsWith("2 patients in 3 images, guessed from the names");
        assertThat(pattern("_(\\d)").patients()).containsExactly("1", "2");
        assertThat(pattern("(.+)\\.png").patients()).hasSize(3);
        assertThat(pattern("_(\\d)").notes()).isEmpty();
        assertThatThrownBy(() -> pattern("x(\\d)"))
                .hasMessageContaining("finds no patient in 'a_1.png'");
        assertThatThrownBy(() -> pattern("a")).hasMessageContaining("needs a group");
        assertThatThrownBy(() -> pattern("(")).hasMessageContaining("no regular expression");

        Files.createDirectories(root.resolve("images/case7"));
        Files.createDirectories(root.resolve("masks/case7"));
        for (String name : List.of("a_1", "a_2", "b_1")) {
            for (String of : List.of("images", "masks")) {
                Files.move(
                        root.resolve(of + "/" + name + ".png"),
                        root.resolve(of + "/case7/" + name + ".png"));
            }
        }
        assertThat(folders().patients()).containsExactly("case7");
        assertThat(folders().samples().get(0).name()).isEqualTo("case7/a_1.png");
        assertThat(folders().notes()).isEmpty();
    }

    private Dataset<SegmentationSample> pattern(String regex) {
        Setting<String> key = Setting.of("patient-pattern", String.class, "", null, "");
        return new SegmentationTask()
                .read("folders", root, SettingValues.DEFAULTS.with(key, regex), Progress.NONE);
    }

    @Test
    void foldersRefusesMasksWithoutImageAndTwoOfOneName() throws IOException {
        image(root.resolve("images/a.png"), 2, 1);
        png(root.resolve("masks/a.png"), new byte[] {0, 1}, 2, 1);
        png(root.resolve("masks/b.png"), new byte[] {0, 1}, 2, 1);
        assertThatThrownBy(this::folders).hasMessageContaining("b.png: belongs to no image");
        Files.move(root.resolve("masks/b.png"), root.resolve("masks/a_mask.png"));
        assertThatThrownBy(this::folders).hasMessageContaining("matches the same pair as a.png");
    }

    @Test
    void foldersReadsTheRealPairs() throws IOException {
        Optional<Path> media = SharedFiles.media();
        if (media.isEmpty()) {
            return;
        }
        SegPairs.arrange(media.get().resolve("seg_pairs"), root);
        Dataset<SegmentationSample> data = folders();
        assertThat(data.samples()).hasSize(7);
        assertThat(data.classes()).containsExactly("background", "instrument");
        assertThat(data.patients()).containsExactly("endovis17", "herbert", "luiscarlosgph");
        for (SegmentationSample sample : data.samples()) {
            // What is marked neither misses nor fills the picture. In luiscarlosgph__demo it is the
            // round field of view and not an instrument.
            List<Integer> labels = labels(sample);
            double share = labels.stream().filter(c -> c == 1).count() / (double) labels.size();
            assertThat(share).as(sample.name()).isBetween(0.005, 0.5);
            assertThat(labels).doesNotContain(255);
        }
    }

    @Test
    void cholec80FindsLabelsByTime() throws IOException {
        StringBuilder text = new StringBuilder("Frame\tPhase\n");
        for (int frame = 0; frame < 100; frame++) {
            text.append(frame).append('\t');
            text.append(frame < 50 ? "Preparation" : "ClippingCutting").append('\n');
        }
        write("phase_annotations/video02-phase.txt", text.toString());
        frames("frames/video02", "video02", 0, .4, .8, 1.2, 1.6, 1.96, 2, 2.4, 2.8, 3.2, 3.96, 4.0);

        Dataset<PhaseSample> data = phases("cholec80");
        assertThat(data.samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2);
        assertThat(data.samples().get(0).name()).isEqualTo("video02/000000.jpg");
        assertThat(data.notes())
                .containsExactly(
                        "video02: 1 frame without a label left out (1 after the last label)");
    }

    @Test
    void cholec80ReadsNumbersSeparatedByCommas() throws IOException {
        write("phase_annotations/video01-phase.txt", "Frame,Phase\n0,0\n25,0\n50,6\n");
        frames("frames/video01", "video01", 0, 1, 2, 2.9);
        assertThat(phases("cholec80").samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 0, 6, 6);
    }

    @Test
    void cholec80ReadsRealLabels() throws IOException {
        Optional<Path> media = SharedFiles.media();
        if (media.isEmpty()) {
            return;
        }
        Path labels = media.get().resolve("labels");
        Files.createDirectories(root.resolve("phase_annotations"));
        for (int i = 1; i <= 5; i++) {
            Files.copy(
                    labels.resolve("Cardio-AI__video0" + i + "-phase.txt"),
                    root.resolve("phase_annotations/video0" + i + "-phase.txt"));
            frames("frames/video0" + i, "video0" + i, 0, 300, 900);
        }
        Dataset<PhaseSample> data = phases("cholec80");
        assertThat(data.samples()).hasSize(15);
        assertThat(data.samples().get(0).phase()).isZero();
        assertThat(data.samples().get(2).phase()).isBetween(1, 3);
    }

    @Test
    void badPhaseFilesAreNamedByLine() throws IOException {
        frames("frames/video01", "video01", 0);
        write("phase_annotations/video01-phase.txt", "Frame\tPhase\n0\tPreparation\n1\tLunch\n");
        assertThatThrownBy(() -> phases("cholec80"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("video01-phase.txt:3: Phase 'Lunch' is not a phase")
                .hasMessageContaining("GallbladderRetraction");
        write("phase_annotations/video01-phase.txt", "Frame,Phase\n0,0\n0,1\n");
        assertThatThrownBy(() -> phases("cholec80"))
                .hasMessageContaining(":3: Frame '0' is on the line before too");
        write("phase_annotations/video01-phase.txt", "Frame,Phase\n1,0\n0,1\n");
        assertThatThrownBy(() -> phases("cholec80")).hasMessageContaining("must ascend");
        write("phase_annotations/video01-phase.txt", "Frame,Phase\n0,7\n");
        assertThatThrownBy(() -> phases("cholec80")).hasMessageContaining(":2: Phase '7'");
        write("phase_annotations/video01-phase.txt", "Time,Phase\n0,7\n");
        assertThatThrownBy(() -> phases("cholec80")).hasMessageContaining("has no column 'frame'");
    }

    @Test
    void framesOfAnUnknownVideoAreToldApart() throws IOException {
        frames("frames/film", "film", 0);
        write("phase_annotations/video01-phase.txt", "Frame,Phase\n0,0\n");
        assertThatThrownBy(() -> phases("cholec80"))
                .hasMessageContaining("none of its videos (film)")
                .hasMessageContaining("(video01)");
    }

    @Test
    void autoLaparoCountsPhasesFromOneAndHasItsOwnSplit() throws IOException {
        for (int v = 1; v <= 21; v++) {
            String number = String.format(java.util.Locale.ROOT, "%02d", v);
            write("labels/label_" + number + ".txt", "Frame\tPhase\n1\t1\n2\t3\n3\t7\n");
            frames("frames/" + number, number, 0, 1, 2);
        }
        Dataset<PhaseSample> data = phases("autolaparo");
        Split split = Split.of(data, null, 0);
        assertThat(data.samples().stream().limit(3).map(PhaseSample::phase))
                .containsExactly(0, 2, 6);
        assertThat(split.patients(SplitName.TRAIN)).hasSize(10).startsWith("01").endsWith("10");
        assertThat(split.patients(SplitName.VAL)).containsExactly("11", "12", "13", "14");
        assertThat(split.patients(SplitName.TEST)).hasSize(7).startsWith("15").endsWith("21");
        assertThat(data.part(split, SplitName.VAL)).hasSize(12);
    }

    @Test
    void endoscapesKeepsTheVotesAndTheFolders() throws IOException {
        endoscapes("train", "1_25.jpg", "[0, 0.3333, 0.6667]");
        endoscapes("val", "2_50.jpg", "[1, 1.0, 0]");
        endoscapes("test", "3_75.jpg", "[0.67, 0.33, 1]");
        Dataset<CvsSample> data = LabelledData.cvs("endoscapes", root);
        assertThat(data.samples()).hasSize(3);
        assertThat(data.samples().get(0).votes()).containsExactly(0.0, 1.0 / 3, 2.0 / 3);
        assertThat(data.samples().get(2).votes()).containsExactly(2.0 / 3, 1.0 / 3, 1.0);
        assertThat(data.samples().get(1).timeSeconds()).isEqualTo(2.0);
        Split split = Split.of(data, null, 3);
        assertThat(split.of("1")).contains(SplitName.TRAIN);
        assertThat(split.of("3")).contains(SplitName.TEST);
    }

    @Test
    void endoscapesRefusesWrongVotesAndVideosOnTwoSides() throws IOException {
        endoscapes("train", "1_25.jpg", "[0, 1]");
        assertThatThrownBy(() -> LabelledData.cvs("endoscapes", root))
                .hasMessageContaining("images[0] (1_25.jpg): 'ds' has 2 values");
        endoscapes("train", "1_25.jpg", "[0, 1, 0.5]");
        assertThatThrownBy(() -> LabelledData.cvs("endoscapes", root))
                .hasMessageContaining("'ds' holds 0.5");
        endoscapes("train", "1_25.jpg", "[0, 1, 1]");
        endoscapes("test", "1_50.jpg", "[0, 1, 1]");
        assertThatThrownBy(() -> LabelledData.cvs("endoscapes", root))
                .hasMessageContaining("video '1' is in train too");
    }

    @Test
    void unknownFormatsAreAnsweredWithTheKnown() {
        assertThatThrownBy(() -> LabelledData.cvs("coco", root))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        "format coco: unknown for this task; known: endoscapes,"
                                + " endoscapes-csv, cvs-csv");
    }

    private Dataset<SegmentationSample> segmentation(Integer classes) {
        return LabelledData.segmentation("cholecseg8k", root, classes);
    }

    private Dataset<SegmentationSample> folders() {
        return LabelledData.segmentation("folders", root, null);
    }

    private Dataset<PhaseSample> phases(String format) {
        return LabelledData.phases(format, root);
    }

    private static List<Integer> labels(SegmentationSample sample) {
        Mat labels = sample.labels().read(sample.mask());
        byte[] bytes = Images.bytes(labels);
        labels.release();
        return java.util.stream.IntStream.range(0, bytes.length)
                .mapToObj(i -> bytes[i] & 0xFF)
                .collect(Collectors.toList());
    }

    private void write(String name, String text) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private void frames(String folder, String video, double... times) throws IOException {
        List<FrameRecord> records = new java.util.ArrayList<>();
        for (int i = 0; i < times.length; i++) {
            String name = String.format(java.util.Locale.ROOT, "%06d.jpg", i);
            write(folder + "/" + name, "not opened by the reader");
            records.add(new FrameRecord(name, "", video, i, times[i], 4, 4, 24, "0"));
        }
        FramesCsv.write(root.resolve(folder).resolve("frames.csv"), records);
    }

    private void endoscapes(String part, String image, String ds) throws IOException {
        write(part + "/" + image, "not opened by the reader");
        write(
                part + "/annotation_ds_coco.json",
                "{\"images\": [{\"id\": 1, \"file_name\": \""
                        + image
                        + "\", \"ds\": "
                        + ds
                        + "}, {\"id\": 2, \"file_name\": \"9_9.jpg\"}]}");
    }

    private static void image(Path file, int width, int height) throws IOException {
        OpenCv.load();
        Mat picture = new Mat(height, width, CvType.CV_8UC3, new Scalar(9, 8, 7));
        Core.randu(picture, 0, 255);
        Images.writePng(file, picture);
        picture.release();
    }

    private static void png(Path file, byte[] values, int width, int height) throws IOException {
        Mat mask = Images.ofGreyBytes(values, width, height);
        Images.writePng(file, mask);
        mask.release();
    }
}
