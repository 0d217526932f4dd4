package org.surgenet.task.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;

/** Labels in time: what a frame's label is, and what has none. */
class PhaseReaderTest {
    @TempDir Path root;

    private void labels(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "Frame\tPhase\n" + text);
    }

    /** A label of {@code phase} for each number from {@code from} to before {@code to}. */
    private static String stretch(int from, int to, int step, int phase) {
        StringBuilder text = new StringBuilder();
        for (int n = from; n < to; n += step) {
            text.append(n).append('\t').append(phase).append('\n');
        }
        return text.toString();
    }

    private void frames(String video, double... seconds) throws IOException {
        StringBuilder list = new StringBuilder("path,video,time_s\n");
        for (double s : seconds) {
            String name = String.format(Locale.ROOT, "%s_%.3f.png", video, s);
            Files.writeString(root.resolve(name), "");
            list.append(String.format(Locale.ROOT, "%s,%s,%s%n", name, video, s));
        }
        Files.writeString(root.resolve("list.csv"), list);
    }

    private Dataset<PhaseSample> read(String format, SettingValues values) {
        return new PhaseTask()
                .read(
                        format,
                        root,
                        values.with(PhaseFrames.FRAMES, root.resolve("list.csv")),
                        Progress.NONE);
    }

    @Test
    void whatLiesInAGapHasNoLabel() throws IOException {
        labels(
                "phase_annotations/video01-phase.txt",
                stretch(0, 25, 1, 0) + stretch(75, 100, 1, 1));
        frames("video01", 0.5, 0.6, 0.96, 1, 2, 2.96, 3, 3.1, 3.2, 3.96, 4);

        Dataset<PhaseSample> data = read("cholec80", SettingValues.DEFAULTS);

        assertThat(data.samples())
                .extracting(PhaseSample::timeSeconds)
                .containsExactly(.5, .6, .96, 3.0, 3.1, 3.2, 3.96);
        assertThat(data.samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 0, 0, 1, 1, 1, 1);
        assertThat(data.notes())
                .containsExactly(
                        "video01: 4 frames without a label left out (3 in gaps of the labels, 1"
                                + " after the last label)");
    }

    @Test
    void aFileThatStartsLateIsRefusedOrPlacedByItsNumbers() throws IOException {
        labels("labels/label_15.txt", stretch(8, 20, 1, 3));
        frames("15", 0, 6, 7, 18);

        assertThatThrownBy(() -> read("autolaparo", SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("label_15.txt:2: the first label has the number 8")
                .hasMessageContaining("files begin with 1")
                .hasMessageContaining("first-label");

        Dataset<PhaseSample> data =
                read(
                        "autolaparo",
                        SettingValues.DEFAULTS
                                .with(PhaseReader.FIRST_LABEL, 1)
                                .with(PhaseReader.FIRST_PHASE, 1));
        assertThat(data.samples()).extracting(PhaseSample::timeSeconds).containsExactly(7.0, 18.0);
        assertThat(data.notes())
                .containsExactly(
                        "15: 2 frames without a label left out (2 before the first label)");
    }

    @Test
    void aLabelASecondIsNotTakenForTwentyFive() throws IOException {
        labels(
                "phase_annotations/video01-phase.txt",
                stretch(0, 30, 1, 0) + stretch(30, 200, 1, 1));
        frames("video01", 0, 20, 40, 100, 180);

        assertThatThrownBy(() -> read("cholec80", SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("with 25 labels a second")
                .hasMessageContaining("the labels of video01 end at 8.0 s")
                .hasMessageContaining("go on to 180.0 s")
                .hasMessageContaining("give label-fps, the labels' own rate: 1 if");

        Dataset<PhaseSample> data =
                read("cholec80", SettingValues.DEFAULTS.with(PhaseReader.LABEL_FPS, 1.0));
        assertThat(data.samples()).extracting(PhaseSample::phase).containsExactly(0, 0, 1, 1, 1);
        assertThat(data.notes()).isEmpty();
    }

    /** As in a fork of Cholec80 of which only the first seconds were extracted. */
    @Test
    void framesThatOutlastTheLabelsALittleAreNoAccident() throws IOException {
        labels("phase_annotations/video01-phase.txt", stretch(0, 200, 1, 0));
        frames("video01", 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);

        assertThatThrownBy(() -> read("cholec80", SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("end at 8.0 s, but its frames go on to 9.0 s")
                .hasMessageContaining("1 if they cover the video, 25 if they really end there");
        assertThat(
                        read("cholec80", SettingValues.DEFAULTS.with(PhaseReader.LABEL_FPS, 25.0))
                                .notes())
                .containsExactly(
                        "video01: 2 frames without a label left out (2 after the last label)");
    }

    @Test
    void aLabelForEachFrameIsNotTakenForOneASecond() throws IOException {
        labels("labels/label_01.txt", stretch(1, 5001, 1, 1));
        frames("01", 0, 100, 200);

        assertThatThrownBy(() -> read("autolaparo", SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("end at 5000.0 s")
                .hasMessageContaining("25 if they cover the video");
        assertThat(
                        read("autolaparo", SettingValues.DEFAULTS.with(PhaseReader.LABEL_FPS, 25.0))
                                .samples())
                .hasSize(2);
    }

    /** Frames amid two labels, as ffmpeg's fps filter takes them, are told of. */
    @Test
    void framesBetweenLabelsAreSaid() throws IOException {
        labels("labels/label_01.txt", stretch(1, 6, 1, 1));
        frames("01", 0.48, 1.48, 2.48, 3.48);
        assertThat(read("autolaparo", SettingValues.DEFAULTS).notes())
                .singleElement()
                .asString()
                .contains("0.48 s behind", "sampling cholec80");

        frames("01", 0, 1, 2, 3);
        assertThat(read("autolaparo", SettingValues.DEFAULTS).notes()).isEmpty();
    }

    @Test
    void phasesThatAreOffByOneAreRefused() throws IOException {
        labels(
                "phase_annotations/video01-phase.txt",
                stretch(0, 50, 1, 1) + stretch(50, 100, 1, 2));
        frames("video01", 0, 3);

        assertThatThrownBy(() -> read("cholec80", SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("video01-phase.txt: does not have the phase 0 (Preparation)")
                .hasMessageContaining("give first-phase 1");
        assertThat(
                        read("cholec80", SettingValues.DEFAULTS.with(PhaseReader.FIRST_PHASE, 1))
                                .samples())
                .extracting(PhaseSample::phase)
                .containsExactly(0, 1);
        assertThat(
                        read("cholec80", SettingValues.DEFAULTS.with(PhaseReader.FIRST_PHASE, 0))
                                .samples())
                .extracting(PhaseSample::phase)
                .containsExactly(1, 2);
    }
}
