package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir Path folder;

    private List<String> names(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileAppearsWithItsFoldersAndReplacesAnOlderOne() throws IOException {
        Path file = folder.resolve("a/b/file.txt");

        AtomicFiles.writeString(file, "one");
        AtomicFiles.writeUnforced(
                file, out -> out.write("zwei ä".getBytes(StandardCharsets.UTF_8)));

        assertThat(file).hasContent("zwei ä");
        assertThat(names(file.getParent())).containsExactly("file.txt");
    }

    @Test
    void whileItIsWrittenItHasAnotherName() throws IOException {
        Path file = folder.resolve("file.txt");
        AtomicFiles.write(
                file,
                out -> {
                    out.write(1);
                    out.flush();
                    assertThat(names(folder)).containsExactly("file.txt.part");
                });
        assertThat(names(folder)).containsExactly("file.txt");
    }

    @Test
    void aFailureLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("file.txt");
        AtomicFiles.writeString(file, "old");
        for (Exception failure :
                List.of(new IOException("disk full"), new IllegalStateException("bug"))) {
            assertThatThrownBy(
                            () ->
                                    AtomicFiles.write(
                                            file,
                                            out -> {
                                                out.write(1);
                                                if (failure instanceof IOException e) {
                                                    throw e;
                                                }
                                                throw (RuntimeException) failure;
                                            }))
                    .isSameAs(failure);
            assertThat(file).hasContent("old");
            assertThat(names(folder)).containsExactly("file.txt");
        }
    }
}
