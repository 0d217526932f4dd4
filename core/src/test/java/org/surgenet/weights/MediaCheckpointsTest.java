package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.surgenet.SharedFiles;
import org.surgenet.common.Json;
import org.surgenet.common.UserException;

/**
 * Checkpoints of other projects: every tensor's type, shape and bytes (CRC-32) as torch 2.13 reads
 * them, or the cause of refusal.
 */
class MediaCheckpointsTest {
    @TestFactory
    Stream<DynamicTest> everyFileIsReadExactlyOrRefused() throws IOException {
        Path folder = SharedFiles.media().map(media -> media.resolve("checkpoints")).orElse(null);
        if (folder == null) {
            return Stream.empty();
        }
        JsonNode table;
        try (InputStream in = getClass().getResourceAsStream("/media-checkpoints.json")) {
            table = Json.parse(in.readAllBytes(), "media-checkpoints.json");
        }
        List<DynamicTest> tests = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.sorted().forEach(file -> tests.add(test(file, table)));
        }
        return tests.stream();
    }

    private static DynamicTest test(Path file, JsonNode table) {
        String name = file.getFileName().toString();
        JsonNode expected = table.path(name);
        return dynamicTest(
                name,
                () -> {
                    assertThat(expected.isObject()).as("is in the table").isTrue();
                    if (expected.has("refused")) {
                        assertThatThrownBy(() -> WeightsFile.read(file))
                                .isInstanceOf(UserException.class)
                                .hasMessageContaining(expected.get("refused").asText());
                    } else {
                        assertThat(summary(WeightsFile.read(file)))
                                .isEqualTo(summary(expected.get("tensors")));
                    }
                });
    }

    private static Map<String, String> summary(JsonNode tensors) {
        Map<String, String> summary = new TreeMap<>();
        tensors.fields()
                .forEachRemaining(
                        e ->
                                summary.put(
                                        e.getKey(),
                                        e.getValue().get(0).asText()
                                                + e.getValue().get(1)
                                                + e.getValue().get(2)));
        return summary;
    }

    private static Map<String, String> summary(StateDict weights) {
        Map<String, String> summary = new TreeMap<>();
        weights.tensors()
                .forEach(
                        (name, tensor) -> {
                            CRC32 crc = new CRC32();
                            crc.update(tensor.buffer());
                            summary.put(
                                    name,
                                    tensor.type().torchName()
                                            + Arrays.toString(tensor.shape()).replace(" ", "")
                                            + crc.getValue());
                        });
        return summary;
    }
}
