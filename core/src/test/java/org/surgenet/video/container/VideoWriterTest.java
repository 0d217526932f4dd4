package org.surgenet.video.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Rational;
import org.surgenet.video.TestVideos;

final class VideoWriterTest {
    @TempDir Path folder;

    private Path write(String name) throws IOException {
        Path file = folder.resolve(name);
        try (VideoWriter writer =
                VideoWriter.h264(file, 64, 48, new Rational(25, 1), 10, 200_000)) {
            for (int i = 0; i < 25; i++) {
                writer.write(TestVideos.picture(64, 48, i));
            }
            assertThat(file).doesNotExist();
            writer.finish();
        }
        return file;
    }

    @Test
    void sameFramesGiveSameBytes() throws IOException {
        Path one = write("a/one.mp4");
        Path two = write("a/two.mp4");

        assertThat(Files.size(one)).isBetween(2_000L, 60_000L);
        assertThat(one).hasSameBinaryContentAs(two);
        assertThat(folder.resolve("a")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void unfinishedFileLeavesNothing() throws IOException {
        try (VideoWriter writer =
                VideoWriter.h264(folder.resolve("x.mp4"), 64, 48, Rational.ONE, 10, 200_000)) {
            writer.write(TestVideos.picture(64, 48, 0));
        }

        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void oddSizesAndWrongFramesAreRefused() throws IOException {
        Path file = folder.resolve("x.mp4");

        assertThatThrownBy(() -> VideoWriter.h264(file, 63, 48, Rational.ONE, 1, 1))
                .hasMessageContaining("63x48");
        try (VideoWriter writer = VideoWriter.h264(file, 64, 48, Rational.ONE, 10, 200_000)) {
            assertThatThrownBy(() -> writer.write(new byte[5])).hasMessageContaining("5 bytes");
        }
    }
}
