package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Json;

/**
 * Writes the logs of a run again where they are gone or were cut short, so that a run that goes on
 * does not leave a hole without a word. A checkpoint knows how long they were and has the lines of
 * the epochs; the lines of single steps are lost with the file.
 */
final class Logs {
    private static final Logger LOG = LoggerFactory.getLogger(Logs.class);

    private Logs() {}

    /**
     * Makes {@code log.jsonl} hold at least what the checkpoint remembers, and the event file where
     * the run has one.
     *
     * @param clock gives the events of an event file that is written again their time of day
     * @return the checkpoint with the lengths that the logs have now
     */
    public static Checkpoint mend(RunDirectory run, Checkpoint saved, Clock clock)
            throws IOException {
        ObjectNode state = saved.state().deepCopy();
        if (isShort(run.log(), state.path(TrainState.LOG_BYTES).asLong())) {
            StringBuilder text = new StringBuilder();
            state.path(TrainState.EPOCHS)
                    .forEach(line -> text.append(Json.line(line)).append('\n'));
            AtomicFiles.writeString(run.log(), text.toString());
            state.put(TrainState.LOG_BYTES, Files.size(run.log()));
            LOG.warn(
                    "{}: was missing or cut short; the lines of the epochs are written again, those"
                            + " of earlier steps are lost",
                    run.log());
        }
        if (state.has(TrainState.EVENT_BYTES)
                && isShort(run.events(), state.get(TrainState.EVENT_BYTES).asLong())) {
            long log = state.get(TrainState.LOG_BYTES).asLong();
            state.put(TrainState.EVENT_BYTES, events(run, log, clock));
            LOG.warn("{}: was missing or cut short; written again from the log", run.events());
        }
        return new Checkpoint(saved.folder(), state);
    }

    private static boolean isShort(Path file, long remembered) throws IOException {
        return remembered > 0 && (!Files.isRegularFile(file) || Files.size(file) < remembered);
    }

    /** Writes the event file from the first bytes of the log; returns its length. */
    private static long events(RunDirectory run, long logBytes, Clock clock) throws IOException {
        try (EventLog events = EventLog.open(run.events(), 0, clock);
                BufferedReader reader = Files.newBufferedReader(run.log())) {
            long read = 0;
            for (String line = reader.readLine();
                    line != null && read < logBytes;
                    line = reader.readLine()) {
                byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
                read += bytes.length + 1;
                JsonNode node = Json.parse(bytes, run.log().toString());
                // A step's line has its epoch too.
                String group = node.has("step") ? "step" : "epoch";
                if (node.has(group) && node instanceof ObjectNode numbers) {
                    // As the run wrote it: epochs are counted from 1 where people look at them.
                    long position = node.get(group).asLong() + (group.equals("epoch") ? 1 : 0);
                    events.append(group, position, numbers);
                }
            }
            return events.length();
        }
    }
}
