package org.surgenet.task.cvs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Progress;
import org.surgenet.common.SettingValues;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.SplitName;

/** Endoscapes by its tables, and a table of criteria of one's own. */
class CvsTablesTest {
    private static final SettingValues MAJORITY =
            SettingValues.DEFAULTS.with(Votes.TARGETS, Votes.Targets.MAJORITY);

    private static final String HEADER =
            "vid,frame,avg_cvs,C1,C2,C3,is_ds_keyframe,cvs_annotator_1,cvs_annotator_2,"
                    + "cvs_annotator_3,mask_path,label_path\n";

    @TempDir Path root;

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private Dataset<CvsSample> read(String format, SettingValues values) {
        return new CvsTask().read(format, root, values, Progress.NONE);
    }

    private AbstractThrowableAssert<?, ?> refused(String format) {
        return assertThatThrownBy(() -> read(format, SettingValues.DEFAULTS))
                .isInstanceOf(UserException.class);
    }

    private void endoscapes(String rows) throws IOException {
        write("all_metadata.csv", HEADER + rows);
        write("train_vids.txt", "1.000000000000000000e+00\n2.000000000000000000e+00\n");
        write("val_vids.txt", "121\n");
        write("test_vids.txt", "1.620000000000000000e+02\n");
        write("train/1_14000.jpg", "");
        write("all/121_25.jpg", "");
        write("test/162_50.jpg", "");
        write("all/7_50.jpg", "");
    }

    @Test
    void endoscapesTakesTheAnnotatorsOfKeyframesAndThePublishedLists() throws IOException {
        endoscapes(
                "1,14000,\"[0.33, 0, 1]\",0.3333,0.0,1.0,True,"
                        + "\"[1.0, 0.0, 1.0]\",\"[0.0, 0.0, 1.0]\",\"[0.0, 0.0, 1.0]\",,\n"
                        + "1,14025,,0.4,0.0,1.0,False,,,,,\n"
                        + "121,25,,0.0,1.0,0.0,True,"
                        + "\"[0, 1, 1]\",\"[0, 1, 1]\",\"[0, 1, 0]\",,\n"
                        + "162,50,,1.0,0.6667,0.0,True,,,,,\n"
                        + "7,50,,0,0,0,True,,,,,\n");

        Dataset<CvsSample> data = read("endoscapes-csv", SettingValues.DEFAULTS);

        assertThat(data.classes()).containsExactly("C1", "C2", "C3");
        assertThat(data.samples())
                .extracting(CvsSample::name)
                .containsExactly(
                        "train/1_14000.jpg", "all/121_25.jpg", "test/162_50.jpg", "all/7_50.jpg");
        assertThat(data.samples().get(0).timeSeconds()).isEqualTo(560);
        assertThat(data.samples().get(0).votes()).containsExactly(1 / 3.0, 0.0, 1.0);
        assertThat(data.samples().get(1).votes()).containsExactly(0.0, 1.0, 2 / 3.0);
        assertThat(data.samples().get(2).votes()).containsExactly(1.0, 0.6667, 0.0);
        assertThat(data.ownSplit())
                .hasSize(3)
                .containsEntry("1", SplitName.TRAIN)
                .containsEntry("121", SplitName.VAL)
                .containsEntry("162", SplitName.TEST);
        assertThat(data.notes())
                .containsExactly(
                        "1 frame between keyframes left out",
                        "1 keyframe with other C1, C2, C3 than the annotators' mean, which is"
                                + " taken",
                        "1 video in no list, and so in no part",
                        "1 listed video without keyframes");

        Dataset<CvsSample> majority = read("endoscapes-csv", MAJORITY);
        assertThat(majority.samples())
                .extracting(CvsSample::votes)
                .containsExactly(
                        List.of(0.0, 0.0, 1.0),
                        List.of(0.0, 1.0, 1.0),
                        List.of(1.0, 1.0, 0.0),
                        List.of(0.0, 0.0, 0.0));
        assertThat(majority.notes()).contains("3 mean votes replaced by the majority's");
    }

    @Test
    void whatIsWrongWithEndoscapesIsNamedByLine() throws IOException {
        endoscapes("1,14000,,0,0,0,True,\"[1, 0]\",,,,\n");
        refused("endoscapes-csv")
                .hasMessageContaining("all_metadata.csv:2: cvs_annotator_1 '[1, 0]' is not a list");
        endoscapes("1,14000,,0,0,0,True,\"[1, 0, 2]\",,,,\n");
        refused("endoscapes-csv").hasMessageContaining("has a vote that is neither 0 nor 1");
        endoscapes("1,14000,,0,0,0,maybe,,,,,\n");
        refused("endoscapes-csv").hasMessageContaining("is_ds_keyframe 'maybe' is neither");
        endoscapes("1,14000,,0,0,0,True,,,,,\n1,14000,,0,0,0,True,,,,,\n");
        refused("endoscapes-csv").hasMessageContaining(":3: frame '14000' of video 1 is on line 2");
        endoscapes("../../etc,14000,,0,0,0,True,,,,,\n");
        refused("endoscapes-csv").hasMessageContaining(":2: vid '../../etc' is not a whole number");
        endoscapes("1,14001,,0,0,0,True,,,,,\n");
        refused("endoscapes-csv")
                .hasMessageContaining(
                        ":2: frame '14001' has no image 1_14001.jpg in train/ or all/");
        endoscapes("1,14000,,0,0,0,True,,,,,\n");
        write("val_vids.txt", "121\n2\n");
        refused("endoscapes-csv").hasMessageContaining("val_vids.txt:2: video 2 is in train_vids");
        write("val_vids.txt", "one\n");
        refused("endoscapes-csv").hasMessageContaining("val_vids.txt:1: 'one' is not the number");
        Files.delete(root.resolve("val_vids.txt"));
        refused("endoscapes-csv").hasMessageContaining("val_vids.txt: cannot be read");
    }

    @Test
    void aTableOfOnesOwnWithAveragesAndASplit() throws IOException {
        write("a/1.png", "");
        write("a/2.png", "");
        write("b.png", "");
        write(
                "cvs.csv",
                "Image,Video,C1,C2,C3,Split,Time\na\\2.png,a,0,1,0.5,train,8\na/1.png,a,1,0.25,0,"
                        + "Train,4.5\nb.png,b,0,0,1,test,\n");
        Dataset<CvsSample> data = read("cvs-csv", SettingValues.DEFAULTS);
        assertThat(data.samples())
                .extracting(CvsSample::name)
                .containsExactly("a/1.png", "a/2.png", "b.png");
        assertThat(data.samples())
                .extracting(CvsSample::votes)
                .containsExactly(
                        List.of(1.0, 0.25, 0.0), List.of(0.0, 1.0, 0.5), List.of(0.0, 0.0, 1.0));
        assertThat(data.samples().get(0).timeSeconds()).isEqualTo(4.5);
        assertThat(data.ownSplit())
                .containsOnly(Map.entry("a", SplitName.TRAIN), Map.entry("b", SplitName.TEST));
        Dataset<CvsSample> majority = read("cvs-csv", MAJORITY);
        assertThat(majority.samples().get(1).votes()).containsExactly(0.0, 1.0, 1.0);
        assertThat(majority.notes())
                .containsExactly("2 mean votes replaced by the majority's, of which 1 ties by 1");
    }

    @Test
    void ratersColumnsAreAveragedOverThoseWhoVoted() throws IOException {
        write("1.png", "");
        write(
                "cvs.csv",
                "image,patient,video,c1_anna,c1_ben,c1_eva,c2_anna,c2_ben,c3_eva\n"
                        + "1.png,p,v,1,0,1,0,,1\n");
        Dataset<CvsSample> data = read("cvs-csv", SettingValues.DEFAULTS);
        CvsSample sample = data.samples().get(0);
        assertThat(sample.votes()).containsExactly(2 / 3.0, 0.0, 1.0);
        assertThat(sample.patient()).isEqualTo("p");
        assertThat(sample.video()).isEqualTo("v");
        assertThat(data.ownSplit()).isEmpty();
        assertThat(data.notes())
                .containsExactly("1 empty vote: the mean is that of the other raters");
    }

    @Test
    void whatIsWrongWithATableIsNamedByLine() throws IOException {
        write("1.png", "");
        String header = "image,video,c1,c2,c3\n";
        write("cvs.csv", header + "../1.png,v,0,0,0\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:2: image '../1.png' is not a path below");
        write("cvs.csv", header + root.resolve("1.png") + ",v,0,0,0\n");
        refused("cvs-csv").hasMessageContaining("is not a path below");
        write("cvs.csv", header + "2.png,v,0,0,0\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:2: image '2.png' is not a file in");
        write("cvs.csv", header + "1.png,v,0,0,0\n1.png,v,0,0,0\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:3: image '1.png' is on line 2 too");
        write("cvs.csv", header + "1.png,v,0,2,0\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:2: c2 '2' is not between 0 and 1");
        write("cvs.csv", header + "1.png,v,0,yes,0\n");
        refused("cvs-csv")
                .hasMessageContaining("cvs.csv:2: c2 'yes' must be a number: 1 for achieved");
        write("cvs.csv", header + "1.png,v,0,,0\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:2: c2 '' is empty");
        write("cvs.csv", "image,video,c1,c2\n1.png,v,0,0\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:1: needs the columns c3 or c3_RATER");
        write("cvs.csv", "image,video,c1,c1_a,c2,c3\n1.png,v,0,0,0,0\n");
        refused("cvs-csv").hasMessageContaining("has c1 and raters' columns (c1_a)");
        write("cvs.csv", "image,c1,c2,c3\n1.png,0,0,0\n");
        refused("cvs-csv").hasMessageContaining("needs the columns image, and video or patient");
        write("2.png", "");
        write("cvs.csv", "image,video,c1,c2,c3,split\n1.png,v,0,0,0,train\n2.png,v,0,0,0,test\n");
        refused("cvs-csv").hasMessageContaining("cvs.csv:3: split 'test' but patient 'v' is in");
    }
}
