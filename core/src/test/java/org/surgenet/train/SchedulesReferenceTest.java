package org.surgenet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.surgenet.SharedFiles;

/** The schedules of dino's utils.py, in reference/dino.json. */
class SchedulesReferenceTest {
    private final JsonNode all;

    SchedulesReferenceTest() throws Exception {
        all = new ObjectMapper().readTree(SharedFiles.reference("dino.json")).get("schedules");
    }

    @Test
    void learningRate() {
        check("lr");
    }

    @Test
    void weightDecay() {
        check("weight_decay");
    }

    @Test
    void momentum() {
        check("momentum");
    }

    private void check(String name) {
        JsonNode one = all.get(name);
        long perEpoch = all.get("iterations_per_epoch").asLong();
        Schedule schedule =
                Schedules.cosine(
                        one.get("base").asDouble(),
                        one.get("final").asDouble(),
                        all.get("epochs").asLong() * perEpoch,
                        one.path("warmup_epochs").asLong() * perEpoch);
        JsonNode index = one.get("index");
        assertThat(index).hasSizeGreaterThan(5);
        for (int i = 0; i < index.size(); i++) {
            assertThat(schedule.at(index.get(i).asLong()))
                    .as("step " + index.get(i))
                    .isCloseTo(one.get("value").get(i).asDouble(), within(1e-9));
        }
    }
}
