package org.surgenet.frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.FolderWalk;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.UserException;
import org.surgenet.common.UserPaths;

final class FrameListsTest {
    @TempDir Path folder;

    private Path touch(String path) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[] {1});
    }

    private Path text(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    @Test
    void folderIsReadRecursivelyInOrderWithoutHiddenAndUnfinishedFiles() throws IOException {
        touch("b/2.PNG");
        touch("b/1.jpg");
        touch("a/3.jpeg");
        touch("a/3.jpeg.part");
        touch("a/notes.txt");
        touch(".cache/4.jpg");
        touch("a/.5.jpg");

        assertThat(FrameLists.read(folder))
                .containsExactly(
                        new Frame(folder.resolve("a/3.jpeg"), "", "a", Double.NaN),
                        new Frame(folder.resolve("b/1.jpg"), "", "b", Double.NaN),
                        new Frame(folder.resolve("b/2.PNG"), "", "b", Double.NaN));
    }

    @Test
    void imagesOfEverySuffixAreTakenOrToldOf() throws IOException {
        for (String name : List.of("a.jfif", "b.JPE", "c.dib", "d.tiff")) {
            touch("in/" + name);
        }
        touch("in/e.gif");
        touch("in/f.HEIC");
        touch("in/g.jpg.part");
        touch("in/notes.txt");
        touch("in/config.yaml");
        OtherFiles others = new OtherFiles();
        FolderWalk.visible(
                folder.resolve("in"),
                file -> {
                    if (!FrameLists.isImage(file)) {
                        FrameLists.noteOther(file, others);
                    }
                });

        assertThat(FrameLists.read(folder.resolve("in"))).hasSize(4);
        assertThat(FrameLists.notes(others))
                .containsExactly(
                        "2 images left out (e.gif, f.HEIC): images of this kind are not read;"
                                + " convert them to PNG or JPEG",
                        "1 other file ignored: 1 .txt");
    }

    @Test
    void pathsOfListsMayBeginAtHome() throws IOException {
        Path frame = touch("a.jpg");
        Path list = text("list.txt", frame.toString(), "~/frames/b.jpg");
        Path csv = text("list.csv", "path", frame.toString(), "~/frames/b.jpg");
        Path foreign = text("foreign.txt", "~no-one/b.jpg");

        for (Path source : List.of(list, csv)) {
            assertThat(FrameLists.read(source).get(1).path())
                    .isEqualTo(UserPaths.of("~/frames/b.jpg"));
        }
        assertThatThrownBy(() -> FrameLists.read(foreign))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(foreign + ":1: '~no-one/b.jpg'");
    }

    @Test
    void folderTakesTimesFromManifests() throws IOException {
        touch("chole/v1/0.jpg");
        touch("chole/v1/extra.jpg");
        FramesCsv.write(
                folder.resolve("chole/v1/frames.csv"),
                List.of(new FrameRecord("0.jpg", "chole", "op1", 0, 1.5, 8, 4, 1, "ab")));

        assertThat(FrameLists.read(folder))
                .containsExactly(
                        new Frame(folder.resolve("chole/v1/0.jpg"), "chole", "op1", 1.5),
                        new Frame(folder.resolve("chole/v1/extra.jpg"), "", "v1", Double.NaN));
    }

    @Test
    void curatedListGivesKeptRows() throws IOException {
        touch("x/1.jpg");
        Path csv =
                text(
                        "curated.csv",
                        "path,procedure,video,time_s,keep,reason,sharpness",
                        "x/1.jpg,chole,op,2.0,true,,0.5",
                        "x/2.jpg,chole,op,3.0,false,dark,0.1");

        assertThat(FrameLists.read(csv))
                .containsExactly(new Frame(folder.resolve("x/1.jpg"), "chole", "op", 2.0));
    }

    @Test
    void textListMayHoldAbsolutePathsAndBlankLines() throws IOException {
        Path image = touch("x/1.jpg").toAbsolutePath();
        Path list = text("list.txt", "", image.toString(), "y/2.jpg");

        assertThat(FrameLists.read(list))
                .extracting(Frame::path)
                .containsExactly(image, folder.resolve("y/2.jpg"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.jpg", "/etc/secret.jpg", "a/../../b.jpg", "C:\\x.jpg"})
    void manifestMayNotLeaveItsFolder(String path) throws IOException {
        Path csv =
                text("frames.csv", String.join(",", FramesCsv.HEADER), path + ",,v,0,0.0,8,8,1,ab");

        assertThatThrownBy(() -> FrameLists.read(csv))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("frames.csv:2: path")
                .hasMessageContaining("leaves the manifest's folder");
        assertThatThrownBy(() -> FramesCsv.read(csv)).isInstanceOf(UserException.class);
        Path renamed = Files.copy(csv, folder.resolve("other.csv"));
        assertThatThrownBy(() -> FrameLists.read(renamed)).isInstanceOf(UserException.class);
    }

    @Test
    void malformedFieldsNameFileAndLine() throws IOException {
        touch("1.jpg");
        Path time = text("time.csv", "path,time_s", "1.jpg,", "1.jpg,soon");
        Path keep = text("keep.csv", "path,keep", "1.jpg,yes");
        Path empty = text("empty.csv", "path,keep", ",true");
        Path missing = text("missing.csv", "file", "1.jpg");
        Path gone = text("gone.txt", "nowhere/1.jpg");

        assertThatThrownBy(() -> FrameLists.read(time))
                .hasMessageContaining("time.csv:3: time_s 'soon' is not a number");
        assertThatThrownBy(() -> FrameLists.read(keep))
                .hasMessageContaining("keep.csv:2: keep 'yes' is neither true nor false");
        assertThatThrownBy(() -> FrameLists.read(empty)).hasMessageContaining("empty.csv:2:");
        assertThatThrownBy(() -> FrameLists.read(missing))
                .hasMessageContaining("has no column 'path'");
        assertThatThrownBy(() -> FrameLists.read(gone))
                .hasMessageContaining("gone.txt:1: no such file");
    }

    @Test
    void sourcesWithoutFramesAreErrors() throws IOException {
        Path nothing = Files.createDirectory(folder.resolve("nothing"));
        Path curated = Files.createDirectory(folder.resolve("curated"));
        Files.writeString(curated.resolve("curated.csv"), "path\n");
        Path list = text("list.txt", "");
        Path binary = Files.write(folder.resolve("video.mp4"), new byte[] {(byte) 0xff, 0, 1});
        Path image = touch("1.jpg");

        assertThatThrownBy(() -> FrameLists.read(nothing))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("has no images");
        assertThatThrownBy(() -> FrameLists.read(curated)).hasMessageContaining("curated.csv");
        assertThatThrownBy(() -> FrameLists.read(list)).hasMessageContaining("names no frames");
        assertThatThrownBy(() -> FrameLists.read(binary)).hasMessageContaining("not a text file");
        assertThatThrownBy(() -> FrameLists.read(image)).hasMessageContaining("is an image");
        assertThatThrownBy(() -> FrameLists.read(folder.resolve("gone")))
                .hasMessageContaining("no such file or folder");
    }

    @Test
    void manifestIsReadAsWritten() throws IOException {
        List<FrameRecord> records =
                List.of(
                        new FrameRecord("a,b.jpg", "chole", "op \"1\"", 0, 0.04, 640, 360, 99, "a"),
                        new FrameRecord("b.jpg", "", "op", 1, 1.001001, 640, 360, 98, "b"));
        Path file = folder.resolve("frames.csv");

        FramesCsv.write(file, records);

        assertThat(FramesCsv.read(file)).isEqualTo(records);
        assertThat(file).content().startsWith("path,procedure,video,frame,time_s,width,height,");
    }
}
