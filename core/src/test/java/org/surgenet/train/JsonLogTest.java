package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;

class JsonLogTest {
    @TempDir Path folder;

    @Test
    void aResumedLogForgetsWhatCameAfterItsCheckpoint() throws Exception {
        Path file = folder.resolve("run/log.jsonl");
        long saved;
        try (JsonLog log = JsonLog.open(file, 0)) {
            log.append(Json.object().put("step", 0));
            saved = log.length();
            log.append(Json.object().put("step", 1));
        }

        try (JsonLog log = JsonLog.open(file, saved)) {
            log.append(Json.object().put("step", 1).put("again", true));
        }

        assertThat(Files.readAllLines(file))
                .containsExactly("{\"step\":0}", "{\"step\":1,\"again\":true}");
    }
}
