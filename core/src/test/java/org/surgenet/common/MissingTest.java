package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MissingTest {
    @TempDir Path folder;

    @Test
    void emptyFilesAndFoldersCountAsMissing() throws IOException {
        Files.writeString(folder.resolve("there"), "x");
        Files.createFile(folder.resolve("empty"));
        Files.createDirectory(folder.resolve("folder"));

        assertThat(Missing.of(folder, List.of("there", "empty", "folder", "none")))
                .containsExactly("empty", "folder", "none");
    }

    @Test
    void theyAreNamedInWords() {
        assertThat(Missing.shown(List.of("a.csv"))).isEqualTo("a.csv is missing");
        assertThat(Missing.shown(List.of("a.csv", "b"))).isEqualTo("a.csv and 1 other are missing");
        assertThat(Missing.shown(List.of("a.csv", "b", "c")))
                .isEqualTo("a.csv and 2 others are missing");
    }
}
