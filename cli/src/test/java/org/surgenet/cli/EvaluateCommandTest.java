package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;

/** What needs no model; the rest is in {@code PipelineTest}. */
class EvaluateCommandTest {
    @TempDir Path folder;

    @Test
    void anybodysPredictionsAreScoredAndCompared() throws IOException {
        for (String model : new String[] {"one", "two"}) {
            StringBuilder text = new StringBuilder("video,target,prediction\n");
            for (int video = 0; video < 5; video++) {
                for (int frame = 0; frame < 8; frame++) {
                    String target = frame < 4 ? "prep" : "clip";
                    boolean wrong = frame == video && model.equals("one");
                    String prediction = wrong ? "rest" : target;
                    text.append("v" + video + "," + target + "," + prediction + "\n");
                }
            }
            Path csv = Files.writeString(folder.resolve(model + ".csv"), text);
            ProgramRun run =
                    ProgramRun.of(
                            "evaluate", "--predictions", csv, "--output", folder.resolve(model));
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.out()).contains("accuracy", "40 images of 5 patients");
        }
        assertThat(Json.read(folder.resolve("one/metrics.json")).get("model").asText())
                .isEqualTo("one");

        ProgramRun stats =
                ProgramRun.of(
                        "bootstrap-stats",
                        folder.resolve("one"),
                        folder.resolve("two"),
                        "--metric=accuracy_over_frames",
                        "--output",
                        folder.resolve("stats"));
        assertThat(stats.code()).as(stats.err()).isZero();
        JsonNode d = Json.read(folder.resolve("stats/stats.json")).at("/metrics/0/comparisons/0");
        // One frame in eight, of each of five videos.
        assertThat(d.get("estimate").asDouble()).isCloseTo(-0.125, within(1e-12));
        assertThat(d.get("p_value").asDouble()).isEqualTo(1.0 / 16);
    }

    @Test
    void aModelOrPredictionsAreNeeded() {
        ProgramRun neither = ProgramRun.of("evaluate", "--output", folder.resolve("out"));
        assertThat(neither.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(neither.err()).contains("either --model or --predictions");

        ProgramRun noData =
                ProgramRun.of("evaluate", "--model", folder, "--output", folder.resolve("out"));
        assertThat(noData.err()).contains("--model needs --data and --format");
    }
}
