package org.surgenet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.surgenet.common.Words;
import org.surgenet.finetune.Evaluation;

/** What an evaluation came to, in a line for people. */
final class EvaluationText {
    private EvaluationText() {}

    /**
     * @param output its directory
     */
    static String of(Path output, Evaluation.Outcome outcome) {
        JsonNode metrics = outcome.metrics();
        return String.format(
                Locale.ROOT,
                "%s: %s; %s on %s of %s; scores in %s",
                output,
                SurgenetCommand.ended(outcome),
                outcome.task().headline().stream()
                        .map(metric -> metric + " " + shown(metrics.path(metric)))
                        .collect(Collectors.joining(", ")),
                Words.counted(metrics.path("images").asLong(), "image"),
                Words.counted(metrics.path("patients").asLong(), "patient"),
                output.resolve("scores.csv"));
    }

    private static String shown(JsonNode value) {
        return value.isNumber()
                ? String.format(Locale.ROOT, "%.4f", value.asDouble())
                : "undefined";
    }
}
