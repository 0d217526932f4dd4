package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailureListTest {
    @TempDir Path folder;

    @Test
    void listIsReadAsItWasWritten() throws Exception {
        Path file = folder.resolve(FailureList.NAME);
        FailureList list = new FailureList();
        list.add(Path.of("b, \"c\".png"), "cut short");
        list.add(Path.of("a.png"), "empty");
        list.add(Path.of("a.png"), "empty");
        list.write(file);

        List<String> read = new ArrayList<>();
        FailureList.read(file, (path, cause) -> read.add(path + ": " + cause));

        assertThat(read).containsExactly("b, \"c\".png: cut short", "a.png: empty", "a.png: empty");
        assertThat(list.count()).isEqualTo(3);
    }

    @Test
    void runWithoutFailuresLeavesNoListOfAnEarlierOne() throws Exception {
        Path file = folder.resolve(FailureList.NAME);
        FailureList earlier = new FailureList();
        earlier.add(Path.of("a.png"), "empty");
        earlier.write(file);

        new FailureList().write(file);

        assertThat(Files.exists(file)).isFalse();
    }
}
