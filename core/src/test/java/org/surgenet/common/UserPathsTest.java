package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserPathsTest {
    @TempDir Path folder;

    @Test
    void tildeIsTheHomeFolder() {
        assertThat(UserPaths.expand("~", "/home/ann")).isEqualTo("/home/ann");
        assertThat(UserPaths.expand("~/", "/home/ann")).isEqualTo("/home/ann/");
        assertThat(UserPaths.expand("~/a/~/b*", "/home/ann")).isEqualTo("/home/ann/a/~/b*");
        assertThat(UserPaths.expand("~/a", "/")).isEqualTo("/a");
    }

    @Test
    void otherPathsStay() {
        for (String path : new String[] {"a~", "./~", "./~/a", "a/~/b", "/~/a", "SurgeNetXL"}) {
            assertThat(UserPaths.expand(path, "/home/ann")).isEqualTo(path);
        }
    }

    @Test
    void otherUsersAndNoHomeAreRefused() {
        assertThatThrownBy(() -> UserPaths.expand("~no-one/a", "/home/ann"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'~no-one/a': home folders of other users")
                .hasMessageContaining("./~no-one/a");
        assertThatThrownBy(() -> UserPaths.expand("~/a", ""))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("set HOME");
        assertThatThrownBy(() -> UserPaths.of(""))
                .isInstanceOf(UserException.class)
                .hasMessage("the path is empty");
        assertThatThrownBy(() -> UserPaths.of("a\0b"))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("is not a path");
    }

    @Test
    void lineOfListIsBesideTheListOrBelowHome() throws IOException {
        Files.createDirectories(folder.resolve("~/there"));

        assertThat(UserPaths.in(folder, "a/b")).isEqualTo(folder.resolve("a/b"));
        assertThat(UserPaths.in(folder, "/a")).isEqualTo(Path.of("/a"));
        assertThat(UserPaths.in(folder, "~/there")).isEqualTo(folder.resolve("~/there"));
        assertThat(UserPaths.in(folder, "~/elsewhere"))
                .isEqualTo(UserPaths.of("~").resolve("elsewhere"));
    }
}
