package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;

class LogsTest {
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    @TempDir Path folder;
    private RunDirectory run;
    private Checkpoint saved;

    /** Two epochs of one step, and a checkpoint after them. */
    @BeforeEach
    void train() throws Exception {
        run = new RunDirectory(folder);
        ObjectNode state = Json.object();
        try (JsonLog log = JsonLog.open(run.log(), 0);
                EventLog events = EventLog.open(run.events(), 0, CLOCK)) {
            for (int epoch = 0; epoch < 2; epoch++) {
                ObjectNode step = Json.object().put("step", epoch).put("epoch", epoch).put("x", 1);
                log.append(step);
                events.append("step", epoch, step);
                ObjectNode line = Json.object().put("train_loss", 0.5).put("epoch", epoch);
                log.append(line);
                // Charts of events count epochs from 1.
                events.append("epoch", epoch + 1, line);
                state.withArray("epochs").add(line);
            }
            state.put("log_bytes", log.length()).put("event_bytes", events.length());
        }
        saved = new Checkpoint(folder, state);
    }

    @Test
    void whatIsThereStaysAsItIs() throws Exception {
        Files.writeString(run.log(), "{\"step\":2}\n", java.nio.file.StandardOpenOption.APPEND);
        String log = Files.readString(run.log());
        assertThat(Logs.mend(run, saved, CLOCK).state()).isEqualTo(saved.state());
        assertThat(run.log()).hasContent(log);
    }

    @Test
    void eventsAreWrittenAgainFromTheLog() throws Exception {
        byte[] events = Files.readAllBytes(run.events());
        Files.delete(run.events());
        assertThat(Logs.mend(run, saved, CLOCK).state()).isEqualTo(saved.state());
        assertThat(run.events()).hasBinaryContent(events);
    }

    @Test
    void aLogThatIsGoneGetsItsEpochsBackAndTheRunGoesOnBehindThem() throws Exception {
        Files.writeString(run.log(), "{\"step\":0}\n");
        Checkpoint mended = Logs.mend(run, saved, CLOCK);
        try (JsonLog log = JsonLog.open(run.log(), mended.state().get("log_bytes").asLong())) {
            log.append(Json.object().put("step", 2));
        }
        assertThat(Files.readAllLines(run.log()))
                .containsExactly(
                        "{\"train_loss\":0.5,\"epoch\":0}",
                        "{\"train_loss\":0.5,\"epoch\":1}",
                        "{\"step\":2}");
    }
}
