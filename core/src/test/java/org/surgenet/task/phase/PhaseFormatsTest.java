package org.surgenet.task.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.SharedFiles;
import org.surgenet.common.Progress;
import org.surgenet.common.Setting;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;

/** Tables of one's own, HeiChole, MultiBypass140, and frames with numbers for names. */
class PhaseFormatsTest {
    private static final SettingValues ONE_A_SECOND =
            SettingValues.DEFAULTS.with(PhaseFrames.FRAMES_FPS, 1.0);

    @TempDir Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** Empty files {@code frames/VIDEO/NNNNNN.jpg}. */
    private void frames(String video, int from, int to) throws IOException {
        for (int n = from; n <= to; n++) {
            write(String.format(Locale.ROOT, "frames/%s/%06d.jpg", video, n), "");
        }
    }

    private Dataset<PhaseSample> read(String format, SettingValues values) {
        return new PhaseTask().read(format, root, values, Progress.NONE);
    }

    private AbstractThrowableAssert<?, ?> refused(String format, SettingValues values) {
        return assertThatThrownBy(() -> read(format, values)).isInstanceOf(UserException.class);
    }

    private static <T> SettingValues with(Setting<T> setting, T value) {
        return ONE_A_SECOND.with(setting, value);
    }

    @Test
    void intervalsInSecondsAndClockTimesWithAGap() throws IOException {
        write(
                "phases.csv",
                "video,start,end,phase,patient\na,0,2.5,cut,p1\na,00:04,0:00:06.500,sew,p1\n"
                        + "b,0,100,cut,p1\n");
        frames("a", 1, 8);
        frames("b", 1, 1);

        Dataset<PhaseSample> data = read("phase-csv", ONE_A_SECOND);

        assertThat(data.classes()).containsExactly("cut", "sew");
        assertThat(data.samples())
                .extracting(PhaseSample::name)
                .containsExactly(
                        "a/000001.jpg",
                        "b/000001.jpg",
                        "a/000002.jpg",
                        "a/000003.jpg",
                        "a/000005.jpg",
                        "a/000006.jpg",
                        "a/000007.jpg");
        assertThat(data.samples())
                .extracting(PhaseSample::timeSeconds)
                .containsExactly(0.0, 0.0, 1.0, 2.0, 4.0, 5.0, 6.0);
        assertThat(data.samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 0, 0, 0, 1, 1, 1);
        assertThat(data.patients()).containsExactly("p1");
        assertThat(data.notes())
                .containsExactly(
                        "times of frames from their names: (number - 1) / 1 s",
                        "a: 2 frames without a label left out (1 in gaps of the labels, 1 after"
                                + " the last label)",
                        "b: its labels go on to 100.0 s, its frames only to 0.0 s; times must be in"
                                + " seconds");
    }

    @Test
    void overlapsAreRefusedWithBothLines() throws IOException {
        write("phases.csv", "video,start,end,phase\na,0,10,x\nb,9,12,x\na,10,20,y\na,9.5,11,x\n");
        frames("a", 0, 1);
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:5: the interval 9.500-11.000 s overlaps")
                .hasMessageContaining("10.000-20.000 s of ")
                .hasMessageContaining("phases.csv:4");
        write("phases.csv", "video,start,end,phase\na,0,10,x\na,10,10,y\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:3: the interval 10.000-10.000 s does not end");
        write("phases.csv", "video,start,end,phase\na,0,1:75,x\na,80,90,y\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:2: end '1:75' has 60 or more");
    }

    @Test
    void labelsAtTimesHoldForOneStep() throws IOException {
        // 30 a second, rounded to milliseconds; nothing from 0.1 to 1.
        write(
                "phases/v.csv",
                "Time,Phase\n0,2\n0.033,2\n0.067,10\n0.1,10\n1,2\n1.033,2\n1.067,2\n");
        write(
                "list.csv",
                "path,video,time_s\na.png,v,0.066\nb.png,v,0.0999\nc.png,v,0.12\nd.png,v,0.14\n"
                        + "e.png,v,1\n");
        write("a.png", "");

        Dataset<PhaseSample> data =
                read(
                        "phase-csv",
                        SettingValues.DEFAULTS.with(PhaseFrames.FRAMES, root.resolve("list.csv")));

        assertThat(data.classes()).containsExactly("2", "10");
        assertThat(data.samples())
                .extracting(PhaseSample::name)
                .containsExactly("a.png", "b.png", "c.png", "e.png");
        assertThat(data.samples()).extracting(PhaseSample::phase).containsExactly(0, 1, 1, 0);
        assertThat(data.notes())
                .containsExactly("v: 1 frame without a label left out (1 in gaps of the labels)");
    }

    @Test
    void labelsByFrameNeedTheirRateAndAFirstNumber() throws IOException {
        write("classes.csv", "value,name\n1,open\n2,close\n3,close\n9,ignore\n");
        write("phases.csv", "video,frame,phase\nv,25,1\nv,50,3\nv,75,9\nv,100,open\n");
        frames("v", 0, 5);
        refused("phase-csv", ONE_A_SECOND).hasMessageContaining("phases.csv:1: labels by frame");
        refused("phase-csv", with(PhaseReader.LABEL_FPS, 25.0))
                .hasMessageContaining("phases.csv:2: the first label of v has the number 25");

        Dataset<PhaseSample> data =
                read(
                        "phase-csv",
                        with(PhaseReader.LABEL_FPS, 25.0).with(PhaseReader.FIRST_LABEL, 0));

        assertThat(data.classes()).containsExactly("open", "close");
        assertThat(data.samples())
                .extracting(PhaseSample::timeSeconds)
                .containsExactly(1.0, 2.0, 4.0);
        assertThat(data.samples()).extracting(PhaseSample::phase).containsExactly(0, 1, 0);
        assertThat(data.notes())
                .contains(
                        "v: 3 frames without a label left out (1 before the first label, 1 in gaps"
                                + " of the labels, 1 after the last label)");
        write("phases.csv", "video,frame,phase\nv,0,1\nv,25,4\n");
        refused("phase-csv", with(PhaseReader.LABEL_FPS, 25.0))
                .hasMessageContaining(
                        "phases.csv:3: phase '4' is not in classes.csv (open, close)");
    }

    @Test
    void tablesThatCannotBeUnderstoodAreRefused() throws IOException {
        frames("v", 0, 1);
        write("phases.csv", "video,time,frame,phase\nv,0,0,a\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:1: needs either the columns start and end");
        write("phases.csv", "video,start,phase\nv,0,a\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:1: has no column 'end'");
        write("phases.csv", "video;start;end;phase\nv;0;1;a\n");
        refused("phase-csv", ONE_A_SECOND).hasMessageContaining("separated by semicolons");
        write("phases.csv", "video,time,phase\nv,0,a\nv,1,2\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("has phases by number and by name (2, a)");
        write("phases.csv", "video,time,phase\nv,0,a\nv,1,\n");
        refused("phase-csv", ONE_A_SECOND).hasMessageContaining("phases.csv:3: phase '' is empty");
        write("phases.csv", "video,time,phase\nv,1,a\nv,0,b\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:3: time '0' comes after");
        write("phases.csv", "video,time,phase,patient\nv,0,a,p\nv,1,b,q\n");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("phases.csv:3: patient 'q' differs from p");
    }

    @Test
    void heiCholeHasNoHeaderAndTwoRates() throws IOException {
        write("Annotations/Phase/Hei-Chole1_Annotation_Phase.csv", numbered(100, 0, 50, 1));
        write("Annotations/Phase/Hei-Chole16_Annotation_Phase.csv", numbered(200, 0, 100, 6));
        frames("Hei-Chole1", 0, 3);
        frames("Hei-Chole16", 0, 3);

        Dataset<PhaseSample> data = read("heichole", ONE_A_SECOND);

        assertThat(data.classes()).hasSize(7).startsWith("Preparation");
        assertThat(data.samples())
                .extracting(sample -> sample.video() + " " + sample.phase())
                .containsExactly(
                        "Hei-Chole1 0",
                        "Hei-Chole1 0",
                        "Hei-Chole1 1",
                        "Hei-Chole1 1",
                        "Hei-Chole16 0",
                        "Hei-Chole16 0",
                        "Hei-Chole16 6",
                        "Hei-Chole16 6");
        assertThat(data.ownSplit()).isEmpty();

        // Fifty a second where the data set has 25: half of the frames have no label.
        write("Annotations/Phase/Hei-Chole1_Annotation_Phase.csv", numbered(50, 0, 25, 1));
        refused("heichole", ONE_A_SECOND)
                .hasMessageContaining("with 25 labels a second, as heichole has")
                .hasMessageContaining("the labels of Hei-Chole1 end at 2.0 s");
        write("Annotations/Phase/Hei-Chole1_Annotation_Phase.csv", "0,0\n1,7\n");
        refused("heichole", ONE_A_SECOND)
                .hasMessageContaining("Hei-Chole1_Annotation_Phase.csv:2: Phase '7' is not a phase")
                .hasMessageContaining("if the phases are numbered from 1, give first-phase 1");
    }

    /** Lines {@code n,phase} from 0 on, another phase from {@code change} on. */
    private static String numbered(int count, int phase, int change, int then) {
        StringBuilder text = new StringBuilder();
        for (int n = 0; n < count; n++) {
            text.append(n).append(',').append(n < change ? phase : then).append('\n');
        }
        return text.toString();
    }

    private static String interval(int start, int end, String name, int id) {
        return String.format(
                Locale.ROOT,
                "{\"start\": %d, \"end\": %d, \"label_name\": \"%s\", \"label_id\": %d}",
                start,
                end,
                name,
                id);
    }

    @Test
    void multiBypassLeavesOutWhatIsOutOfTheBody() throws IOException {
        write(
                "labels/bern/labels_by70/BBP01.mp4.json",
                "{\"phases\": ["
                        + String.join(
                                ",",
                                interval(0, 3000, "preparation", 0),
                                interval(1000, 2000, "out_of_body", 12),
                                interval(2500, 6000, "severe_index", 13),
                                interval(3000, 5000, "disassembling", 10))
                        + "], \"steps\": ["
                        + interval(0, 5000, "s45_specimen_retrieval", 45)
                        + "]}");
        frames("BBP01", 1, 6);

        Dataset<PhaseSample> data = read("multibypass140", ONE_A_SECOND);
        assertThat(data.classes()).hasSize(12);
        assertThat(data.samples()).extracting(PhaseSample::phase).containsExactly(0, 0, 10, 10);
        assertThat(data.notes())
                .containsExactly(
                        "times of frames from their names: (number - 1) / 1 s",
                        "BBP01: 2 frames without a label left out (1 after the last label, 1 out of"
                                + " the body)",
                        "1 interval severe_index (adverse events) passed over, which are not"
                                + " phases");

        Dataset<PhaseSample> outside =
                read(
                        "multibypass140",
                        with(MultiBypass140.OUT_OF_BODY, MultiBypass140.OutOfBody.CLASS));
        assertThat(outside.classes()).hasSize(13).endsWith("out_of_body");
        assertThat(outside.samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 12, 0, 10, 10);

        Dataset<PhaseSample> kept =
                read(
                        "multibypass140",
                        with(MultiBypass140.OUT_OF_BODY, MultiBypass140.OutOfBody.KEEP));
        assertThat(kept.samples()).extracting(PhaseSample::phase).containsExactly(0, 0, 0, 10, 10);

        Dataset<PhaseSample> steps =
                read("multibypass140", with(MultiBypass140.LEVEL, MultiBypass140.Level.STEPS));
        assertThat(steps.classes()).hasSize(46);
        assertThat(steps.samples()).extracting(PhaseSample::phase).containsExactly(45, 45, 45, 45);
        assertThat(new MultiBypass140().settingsFor(steps.classes()).get(MultiBypass140.LEVEL))
                .isEqualTo(MultiBypass140.Level.STEPS);

        write(
                "labels/bern/labels_by70/BBP01.mp4.json",
                "{\"phases\": [" + interval(0, 3000, "preparation", 1) + "]}");
        refused("multibypass140", ONE_A_SECOND)
                .hasMessageContaining("BBP01.mp4.json: phases[0]: label_id 1 with the name");
        write(
                "labels/bern/labels_by70/BBP01.mp4.json",
                "{\"phases\": ["
                        + interval(0, 3000, "preparation", 0)
                        + ","
                        + interval(2000, 4000, "preparation", 0)
                        + "]}");
        refused("multibypass140", ONE_A_SECOND)
                .hasMessageContaining("phases[1]: the interval 2.000-4.000 s overlaps")
                .hasMessageContaining("phases[0]");
    }

    /** Against counts that Python took of the published file, a frame a second. */
    @Test
    void aPublishedFileOfMultiBypass() throws IOException {
        Optional<Path> media = SharedFiles.media();
        assumeThat(media).isPresent();
        Files.createDirectories(root.resolve("labels"));
        Files.copy(
                media.get().resolve("labels/CAMMA-public__BBP20.mp4.json"),
                root.resolve("labels/BBP20.mp4.json"));
        StringBuilder list = new StringBuilder("path,video,time_s\n");
        for (int t = 0; t < 9000; t++) {
            list.append(t).append(".jpg,BBP20,").append(t).append('\n');
        }
        write("0.jpg", "");
        write("list.csv", list.toString());
        SettingValues values =
                SettingValues.DEFAULTS.with(PhaseFrames.FRAMES, root.resolve("list.csv"));

        Dataset<PhaseSample> data = read("multibypass140", values);
        assertThat(counts(data))
                .containsExactly(202, 1237, 0, 5423, 402, 120, 0, 805, 0, 311, 30, 0);
        assertThat(data.notes())
                .containsExactly(
                        "BBP20: 470 frames without a label left out (305 after the last label, 165"
                                + " out of the body)",
                        "10 intervals severe_index (adverse events) passed over, which are not"
                                + " phases");
        long[] steps =
                counts(
                        read(
                                "multibypass140",
                                values.with(MultiBypass140.LEVEL, MultiBypass140.Level.STEPS)
                                        .with(
                                                MultiBypass140.OUT_OF_BODY,
                                                MultiBypass140.OutOfBody.KEEP)));
        assertThat(steps[10]).isEqualTo(194);
        assertThat(steps[19]).isEqualTo(1871);
        assertThat(steps[45]).isEqualTo(169);
    }

    private static long[] counts(Dataset<PhaseSample> data) {
        long[] counts = new long[data.classes().size()];
        data.samples().forEach(sample -> counts[sample.phase()]++);
        return counts;
    }

    @Test
    void numbersOfFramesBeginAtZeroOrOneOrWhereIsSaid() throws IOException {
        write("phases.csv", "video,start,end,phase\nv,0,1,a\nv,1,2,b\nw,0,9,a\n");
        frames("v", 25, 27);
        refused("phase-csv", SettingValues.DEFAULTS).hasMessageContaining("or frames-fps if");
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("frames of v begin with number 25; give first-frame, the");
        SettingValues given =
                SettingValues.DEFAULTS
                        .with(PhaseFrames.FRAMES_FPS, 2.0)
                        .with(PhaseFrames.FIRST_FRAME, 25);
        assertThat(read("phase-csv", given).samples())
                .extracting(PhaseSample::timeSeconds)
                .containsExactly(0.0, 0.5, 1.0);
        assertThat(read("phase-csv", given).notes())
                .contains("times of frames from their names: (number - 25) / 2 s");
        refused("phase-csv", given.with(PhaseFrames.FIRST_FRAME, 26))
                .hasMessageContaining("is lower than the first-frame 26");

        Files.delete(root.resolve("frames/v/000025.jpg"));
        Files.delete(root.resolve("frames/v/000026.jpg"));
        Files.delete(root.resolve("frames/v/000027.jpg"));
        frames("v", 0, 1);
        frames("w", 1, 2);
        refused("phase-csv", ONE_A_SECOND)
                .hasMessageContaining("frames of w begin with number 1, those of v with 0");
        write("frames/w/1.jpg", "");
        refused("phase-csv", given).hasMessageContaining("has the same number as");
        write("frames/w/1.jpg", "");
        refused("phase-csv", SettingValues.DEFAULTS.with(PhaseFrames.FIRST_FRAME, 1))
                .hasMessageContaining("needs frames-fps too");
    }

    @Test
    void framesOfAllVideosInOneFolderAreToldByTheirNames() throws IOException {
        write("phases.csv", "video,start,end,phase\nvideo01,0,1,a\nvideo02,0,9,b\n");
        write("frames/video01_000001.png", "");
        write("frames/video02_000001.png", "");
        write("frames/video02_000002.png", "");
        assertThat(read("phase-csv", ONE_A_SECOND).samples())
                .extracting(sample -> sample.video() + " " + sample.timeSeconds())
                .containsExactly("video01 0.0", "video02 0.0", "video02 1.0");
        write("frames/cover.png", "");
        refused("phase-csv", ONE_A_SECOND).hasMessageContaining("does not end in a number");
    }

    @Test
    void publishedFormatsTakeNumberedFramesToo() throws IOException {
        write("phase_annotations/video01-phase.txt", "Frame\tPhase\n0\t0\n25\t0\n50\t3\n75\t3\n");
        write("labels/label_01.txt", "Frame\tPhase\n1\t1\n2\t1\n3\t4\n4\t4\n");
        frames("video01", 1, 4);
        assertThat(read("cholec80", ONE_A_SECOND).samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 0, 3, 3);
        write("frames/01/0.png", "");
        SettingValues own =
                ONE_A_SECOND
                        .with(PhaseFrames.FIRST_FRAME, 0)
                        .with(PhaseFrames.FRAMES, root.resolve("frames/01"));
        for (int n = 1; n < 4; n++) {
            write("frames/01/" + n + ".png", "");
        }
        assertThat(read("autolaparo", own).samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 0, 3, 3);
    }
}
