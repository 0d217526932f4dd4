package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OtherFilesTest {
    @Test
    void filesAreCountedBySuffix() {
        OtherFiles others = new OtherFiles();
        for (String name : new String[] {"a.txt", "b.TXT", "c.json", "README"}) {
            others.count(Path.of(name));
        }
        others.count(Path.of("x"), "DICOM without pixels");

        assertThat(others.summary())
                .isEqualTo(
                        "5 other files ignored: 2 .txt, 1 .json, 1 DICOM without pixels,"
                                + " 1 without a suffix");
    }

    @Test
    void whatTheProgramLeavesIsNoNews() {
        OtherFiles others = new OtherFiles();
        for (String name :
                new String[] {
                    "run.json",
                    "frames.csv",
                    "failures.csv",
                    "failures-0-of-4.csv",
                    "failures-rank1.csv",
                    "Thumbs.db"
                }) {
            others.count(Path.of(name));
        }
        assertThat(others.summary()).isEmpty();
        others.count(Path.of("failures-mine.csv"));
        assertThat(others.counts()).containsOnly(entry(".csv", 1L));
    }

    @Test
    void theExceptedFolderIsPassedOver() {
        OtherFiles others = new OtherFiles(Path.of("in/out"));
        others.count(Path.of("in/out/a.txt"));
        others.count(Path.of("in/./out/b"), "kind");
        others.name(Path.of("in/out/c.avi"), "cause");
        others.name(Path.of("in/other/d.avi"), "cause");

        assertThat(others.counts()).isEmpty();
        assertThat(others.named())
                .containsExactly(new OtherFiles.Named(Path.of("in/other/d.avi"), "cause"));
    }

    @Test
    void manyKindsAreSummedUp() {
        OtherFiles others = new OtherFiles();
        for (char c = 'a'; c < 'a' + 7; c++) {
            others.count(Path.of("f." + c));
        }
        assertThat(others.summary())
                .isEqualTo("7 other files ignored: 1 .a, 1 .b, 1 .c, 1 .d, 1 .e, 2 of other kinds");
    }

    @Test
    void aSuffixIsWhatFollowsTheLastDot() {
        assertThat(OtherFiles.suffix(Path.of("a/b.c/d.E.Mp4"))).isEqualTo("mp4");
        assertThat(OtherFiles.suffix(Path.of("a.b/c"))).isEmpty();
        assertThat(OtherFiles.suffix(Path.of("/"))).isEmpty();
        assertThat(OtherFiles.unfinished(Path.of("x.csv.part"))).isTrue();
        assertThat(OtherFiles.unfinished(Path.of("x.csv"))).isFalse();
    }
}
