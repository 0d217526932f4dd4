package org.surgenet.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.common.Json;

/** What {@code metrics.json} tells about the evaluation whose files lie beside it. */
public final class EvaluationRecord {
    public static final String FILE_NAME = "metrics.json";

    /** The object of what was asked for. */
    public static final String ASKED = "evaluation";

    /** In {@link #ASKED}: SHA-256 of the weights; absent where predictions were given. */
    public static final String MODEL_HASH = "model_sha256";

    private EvaluationRecord() {}

    /**
     * SHA-256 of the weights of the model whose evaluation wrote a file.
     *
     * @return empty without a {@code metrics.json} beside it, or where no model was run
     */
    public static Optional<String> modelHash(Path written) {
        Path file = written.resolveSibling(FILE_NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        JsonNode hash = Json.read(file).path(ASKED).path(MODEL_HASH);
        return hash.isTextual() ? Optional.of(hash.asText()) : Optional.empty();
    }
}
