package org.surgenet.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.surgenet.common.Json;

/**
 * How a cell was made.
 *
 * @param status how far it came
 * @param settings what its result depends on
 * @param seconds that it took, all its runs together
 * @param error of the last run; empty for none
 */
record CellRecord(Status status, JsonNode settings, double seconds, String error) {
    enum Status {
        RUNNING,
        DONE,
        DONE_WITH_SKIPPED,
        FAILED;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        private static Optional<Status> of(String label) {
            return Stream.of(values()).filter(s -> s.label().equals(label)).findFirst();
        }
    }

    /** Reads a record; empty if there is none. */
    static Optional<CellRecord> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        JsonNode root = Json.read(file);
        return Status.of(root.path("status").asText())
                .map(
                        status ->
                                new CellRecord(
                                        status,
                                        root.path("settings"),
                                        root.path("seconds").asDouble(),
                                        root.path("error").asText()));
    }

    void write(PlannedCell cell) throws IOException {
        ObjectNode root = Json.object();
        root.put("cell", cell.cell().toString());
        root.put("status", status.label());
        root.put("seconds", Math.round(seconds * 10) / 10.0);
        if (!error.isEmpty()) {
            root.put("error", error);
        }
        root.set("commands", cell.commands().json());
        root.set("settings", settings);
        Files.createDirectories(cell.record().getParent());
        Json.write(cell.record(), root);
    }
}
