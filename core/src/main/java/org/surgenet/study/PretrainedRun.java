package org.surgenet.study;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.surgenet.common.Json;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.train.Checkpoints;

/** What the folder of a pretraining says of weights that lie in it. */
final class PretrainedRun {
    private static final String COMMAND = "pretrain";

    private PretrainedRun() {}

    /** The folder of the pretraining that a file of weights lies in; empty if there is none. */
    static Optional<Path> of(String weights) {
        for (Path at = Path.of(weights).toAbsolutePath().getParent();
                at != null;
                at = at.getParent()) {
            Path record = at.resolve(RunRecord.FILE_NAME);
            if (Files.isRegularFile(record)) {
                return isPretraining(record) ? Optional.of(at) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static boolean isPretraining(Path record) {
        try {
            return Json.read(record).path("command").asText().equals(COMMAND);
        } catch (UserException e) {
            // A record of another program says nothing.
            return false;
        }
    }

    /** How many frames a run was made on. */
    static Optional<Double> frames(JsonNode record) {
        JsonNode count = record.path("frames").path("count");
        return count.isNumber() ? Optional.of(count.asDouble()) : Optional.empty();
    }

    /** Epochs behind a file of weights: those of its checkpoint, or of the run's last one. */
    static Optional<Double> epochs(Path run, String weights) {
        Path beside = Path.of(weights).toAbsolutePath().resolveSibling(Checkpoints.STATE);
        Path last = run.resolve("checkpoints").resolve(Checkpoints.LAST).resolve(Checkpoints.STATE);
        for (Path state : new Path[] {beside, last}) {
            if (Files.isRegularFile(state)) {
                JsonNode epochs = Json.read(state).path("epochs");
                return epochs.isArray() && !epochs.isEmpty()
                        ? Optional.of((double) epochs.size())
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
