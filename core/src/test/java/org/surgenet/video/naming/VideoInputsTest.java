package org.surgenet.video.naming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.OtherFiles;
import org.surgenet.common.Shard;
import org.surgenet.common.UserException;

final class VideoInputsTest {
    @TempDir Path folder;

    private Path video(String path, int bytes) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, new byte[bytes]);
    }

    private static List<String> places(List<VideoInput> inputs) {
        return inputs.stream().map(VideoInput::folder).toList();
    }

    @Test
    void folderIsMirroredAndItsFirstFolderIsTheProcedure() throws IOException {
        video("in/chole/op1.mp4", 1);
        video("in/chole/deep/op2.MKV", 1);
        video("in/op3.avi", 1);
        video("in/notes.txt", 1);
        video("in/.hidden/op4.mp4", 1);
        video("in/._op3.avi", 1);

        List<VideoInput> inputs = VideoInputs.find(List.of(folder.resolve("in").toString()));

        assertThat(places(inputs)).containsExactly("chole/deep/op2", "chole/op1", "op3");
        assertThat(inputs).extracting(VideoInput::procedure).containsExactly("chole", "chole", "");
    }

    @Test
    void everyFileOfFolderIsTakenNamedOrCounted() throws IOException {
        for (String suffix :
                "gif GIF ogv rm y4m h264 264 265 hevc mxf dv 3gp vob mts m2v qt f4v mod dav apng"
                        .split(" ")) {
            video("in/op-" + suffix + "." + suffix, 1);
        }
        video("in/notes.txt", 1);
        video("in/a/more.TXT", 1);
        video("in/README", 1);
        video("in/Thumbs.db", 1);
        video("in/.DS_Store", 1);
        video("in/run.json", 1);
        video("in/failures-3-of-4.csv", 1);
        video("in/out/frame.jpg", 1);
        video("in/raw.yuv", 1);
        byte[] mp4 = "\0\0\0\30ftypisom".getBytes(StandardCharsets.ISO_8859_1);
        Files.write(video("in/op1.mp4.part", 1), mp4);
        Files.write(video("in/op2", 1), mp4);
        Files.write(
                video("in/sound.dat", 1),
                "\0\0\0\30ftypM4A ".getBytes(StandardCharsets.ISO_8859_1));
        OtherFiles others = new OtherFiles(folder.resolve("in/out"));

        List<VideoInput> inputs = VideoInputs.find(List.of(folder + "/in"), others);

        assertThat(inputs).hasSize(20);
        assertThat(others.summary())
                .isEqualTo("4 other files ignored: 2 .txt, 1 .dat, 1 without a suffix");
        assertThat(others.named())
                .extracting(one -> one.file().getFileName().toString())
                .containsExactly("op1.mp4.part", "op2", "raw.yuv");
        assertThat(others.named().get(0).cause()).isEqualTo("an unfinished copy of a video");
    }

    /** Not what macOS writes beside each file, and not what lies in hidden folders. */
    @Test
    void hiddenVideosAreNamed() throws IOException {
        video("in/op1.mp4", 1);
        video("in/a/.op2.mp4", 1);
        video("in/.op3.MKV", 1);
        video("in/._op1.mp4", 1);
        video("in/.notes.txt", 1);
        video("in/.trash/op4.mp4", 1);
        OtherFiles others = new OtherFiles();

        assertThat(places(VideoInputs.find(List.of(folder + "/in"), others)))
                .containsExactly("op1");
        assertThat(others.named())
                .extracting(one -> one.file().getFileName() + ": " + one.cause())
                .containsExactly(
                        ".op3.MKV: hidden by the dot before its name; rename it to take it",
                        ".op2.mp4: hidden by the dot before its name; rename it to take it");
        OtherFiles unmeant = new OtherFiles();
        VideoInputs.find(List.of(folder + "/in/o*.mp4"), unmeant);
        assertThat(unmeant.named()).isEmpty();
        assertThat(others.summary()).isEmpty();
    }

    @Test
    void folderWithoutVideosIsToldByWhatItHolds() throws IOException {
        video("in/a.txt", 1);

        assertThatThrownBy(() -> VideoInputs.find(List.of(folder + "/in")))
                .hasMessageContaining("no videos")
                .hasMessageContaining("(1 other file ignored: 1 .txt)");
    }

    @Test
    void equalStemsDoNotMeet() throws IOException {
        video("in/a.mp4", 1);
        video("in/A.avi", 1);
        video("in/a_mp4.mp4", 1);
        Path x = video("x/b.mp4", 1);
        Path y = video("y/b.mp4", 1);

        List<VideoInput> inputs =
                VideoInputs.find(
                        List.of(folder.resolve("in").toString(), x.toString(), y.toString()));

        Set<String> lower = new HashSet<>();
        inputs.forEach(
                input ->
                        assertThat(lower.add(input.folder().toLowerCase(java.util.Locale.ROOT)))
                                .isTrue());
        assertThat(inputs).hasSize(5);
        assertThat(places(inputs)).contains("A_avi", "a_mp4");
    }

    @Test
    void patternsListsAndFilesAreTakenOnce() throws IOException {
        Path a = video("in/p/a.mp4", 1);
        video("in/p/b.mp4", 1);
        video("in/q/c.mkv", 1);
        Path list =
                Files.write(
                        folder.resolve("list.txt"), List.of("in/q", "", a.toString(), "gone.mp4"));

        assertThat(places(VideoInputs.find(List.of(folder + "/in/*/*.mp4"))))
                .containsExactly("p/a", "p/b");
        assertThat(places(VideoInputs.find(List.of(folder + "/in/**.mkv", a.toString()))))
                .containsExactly("a", "q/c");
        assertThat(places(VideoInputs.find(List.of("@" + list)))).containsExactly("gone", "a", "c");
        assertThat(VideoInputs.find(List.of(a.toString(), folder + "/in"))).hasSize(3);
    }

    @Test
    void missingOrEmptySourcesAreErrors() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        for (String source :
                List.of(empty.toString(), folder + "/gone.mp4", folder + "/*.mp4", "@gone.txt")) {
            assertThatThrownBy(() -> VideoInputs.find(List.of(source)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(source.replace("@", ""));
        }
    }

    @Test
    void shardsAreDisjointCompleteAndBalanced() throws IOException {
        for (int i = 0; i < 23; i++) {
            video("in/v" + i + ".mp4", 10 + 7 * (i * i % 11));
        }
        List<VideoInput> all = VideoInputs.find(List.of(folder.resolve("in").toString()));

        List<VideoInput> together = new ArrayList<>();
        long largest = 0;
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            List<VideoInput> part = new VideoShard(Shard.parse(i + "/4", Map.of())).of(all);
            long bytes = part.stream().mapToLong(VideoInput::bytes).sum();
            largest = Math.max(largest, bytes);
            smallest = Math.min(smallest, bytes);
            together.addAll(part);
        }

        assertThat(together).containsExactlyInAnyOrderElementsOf(all);
        assertThat(largest - smallest).isLessThan(80);
    }

    @Test
    void shardOfSlurm() {
        Map<String, String> slurm =
                Map.of(
                        "SLURM_ARRAY_TASK_ID", "3",
                        "SLURM_ARRAY_TASK_COUNT", "4",
                        "SLURM_ARRAY_TASK_MIN", "1");

        assertThat(Shard.parse("auto", slurm)).isEqualTo(new Shard(2, 4));
        assertThatThrownBy(() -> Shard.parse("auto", Map.of())).hasMessageContaining("SLURM");
        for (String wrong : List.of("4/4", "-1/4", "0/0", "1", "a/b", "1/2/3")) {
            assertThatThrownBy(() -> Shard.parse(wrong, Map.of()))
                    .isInstanceOf(UserException.class);
        }
    }
}
