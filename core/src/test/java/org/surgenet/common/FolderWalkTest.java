package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderWalkTest {
    @TempDir Path folder;

    private static List<String> visited(Path from) {
        List<String> seen = new ArrayList<>();
        FolderWalk.visible(from, file -> seen.add(from.relativize(file).toString()));
        return seen;
    }

    private void file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
    }

    @Test
    void hiddenFilesAndFoldersAreLeftOut() throws IOException {
        for (String name : List.of("a", "b/c", "b/.d", ".e/f", "g/.h/i")) {
            file(name);
        }
        assertThat(visited(folder)).containsExactlyInAnyOrder("a", "b/c");
        // The one that is named is meant.
        assertThat(visited(folder.resolve(".e"))).containsExactly("f");
    }

    @Test
    void linksAreFollowedAndLoopsEnd() throws IOException {
        file("real/a");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("real"));
        Files.createSymbolicLink(folder.resolve("real/up"), folder);

        assertThat(visited(folder)).contains("real/a", "link/a");
    }

    @Test
    void aMissingFolderIsTheUsersError() {
        assertThatThrownBy(() -> visited(folder.resolve("missing")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("missing: cannot be searched");
    }
}
