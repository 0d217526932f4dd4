package org.surgenet.pretrain;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.common.Json;

/** Compares a run's last nearest-neighbour probe with the one before its first step. */
final class ProbeBefore {
    private ProbeBefore() {}

    /**
     * What to tell of a run whose features are not better at its end than at its beginning.
     *
     * @param log the run's {@code log.jsonl}; a resumed run's begins with the probe as well
     * @param accuracy of the last probe
     * @return empty if the features are better, or the log has no probe before the first step
     */
    static Optional<String> warning(Path log, double accuracy) throws IOException {
        Optional<Double> before = accuracy(log);
        return before.isEmpty() || accuracy > before.get()
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "kNN accuracy is %.3f, and was %.3f before the first step: this"
                                        + " pretraining has not improved the features for these"
                                        + " labels. Look at feature_rank and teacher_entropy in"
                                        + " log.jsonl",
                                accuracy,
                                before.get()));
    }

    private static Optional<Double> accuracy(Path log) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.findFirst()
                    .map(line -> Json.parse(line.getBytes(StandardCharsets.UTF_8), log.toString()))
                    .filter(line -> line.has("probe") && line.has("knn_accuracy"))
                    .map(line -> line.get("knn_accuracy"))
                    .map(JsonNode::asDouble);
        }
    }
}
