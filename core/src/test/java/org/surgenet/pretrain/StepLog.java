package org.surgenet.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.Json;

/** What a run wrote about its steps. */
public final class StepLog {
    private StepLog() {}

    /** Lines of the log that are about steps. */
    public static List<JsonNode> steps(Path output) throws Exception {
        List<JsonNode> steps = new ArrayList<>();
        for (String line : Files.readAllLines(output.resolve("log.jsonl"))) {
            JsonNode node = Json.parse(line.getBytes(StandardCharsets.UTF_8), "log");
            if (node.has("step")) {
                steps.add(node);
            }
        }
        return steps;
    }

    public static List<Double> losses(Path output) throws Exception {
        return values(output, "loss");
    }

    /** One number of each step. */
    public static List<Double> values(Path output, String key) throws Exception {
        return steps(output).stream().map(line -> line.get(key).asDouble()).toList();
    }
}
