package org.surgenet.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunRecordTest {
    /** SHA-256 of "abc", from FIPS 180-2, appendix B.1. */
    private static final String ABC =
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir Path folder;

    @Test
    void itSaysHowAResultWasMade() throws IOException {
        Path input = Files.writeString(folder.resolve("in.txt"), "abc");
        RunRecord record = new RunRecord("1.2", List.of("curate", "a b"));
        record.put("seed", 7L).put("share", 0.5).put("flag", true).put("name", "x");
        record.section("frames").put("count", 3);
        record.section("frames").put("videos", 2);
        record.input(input).input(folder).weights(input, "CC0", "all");
        record.writeTo(folder, RunRecord.FILE_NAME);

        JsonNode running = Json.read(folder.resolve("run.json"));
        assertThat(running.get("status").asText()).isEqualTo("running");
        assertThat(running.has("ended")).isFalse();

        record.finish("done").writeTo(folder, RunRecord.FILE_NAME);

        JsonNode done = Json.read(folder.resolve("run.json"));
        assertThat(done.get("status").asText()).isEqualTo("done");
        assertThat(done.get("version").asText()).isEqualTo("1.2");
        assertThat(done.get("command_line").toString()).isEqualTo("[\"curate\",\"a b\"]");
        assertThat(done.get("seed").isIntegralNumber()).isTrue();
        assertThat(done.get("share").asDouble()).isEqualTo(0.5);
        assertThat(done.get("flag").isBoolean()).isTrue();
        assertThat(done.get("frames").toString()).isEqualTo("{\"count\":3,\"videos\":2}");
        assertThat(done.at("/inputs/0/bytes").asLong()).isEqualTo(3);
        assertThat(done.at("/inputs/0/sha256").asText()).isEqualTo(ABC);
        assertThat(done.at("/inputs/1").has("sha256")).isFalse();
        assertThat(done.at("/weights/0/licence").asText()).isEqualTo("CC0");
        assertThat(done.at("/weights/0/sha256").asText()).isEqualTo(ABC);
        assertThat(Instant.parse(done.get("ended").asText()))
                .isAfterOrEqualTo(Instant.parse(done.get("started").asText()));
    }
}
