package org.surgenet.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CsvTable;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.pretrain.dino.DinoMethod;

class ProbeBeforeTest {
    @TempDir Path folder;
    private Path log;

    @BeforeEach
    void aLog() throws Exception {
        log = folder.resolve("log.jsonl");
        Files.writeString(
                log,
                """
                {"probe":"before the first step","knn_accuracy":0.719}
                {"step":0,"loss":4.1}
                {"epoch":0,"knn_accuracy":0.3}
                """);
    }

    @Test
    void featuresThatBecameWorseOrStayedAreNamed() throws Exception {
        assertThat(ProbeBefore.warning(log, 0.696).orElseThrow())
                .contains("0.696", "was 0.719 before the first step");
        assertThat(ProbeBefore.warning(log, 0.719)).isPresent();
    }

    @Test
    void betterOnesAreNot() throws Exception {
        assertThat(ProbeBefore.warning(log, 0.72)).isEmpty();
    }

    @Test
    void withoutAProbeBeforeItNothingIsCompared() throws Exception {
        Files.writeString(log, "{\"step\":0,\"loss\":4.1}\n");

        assertThat(ProbeBefore.warning(log, 0.1)).isEmpty();
    }

    @Test
    void aRunsLogBeginsWithTheProbe() throws Exception {
        var frames = Frames.draw(folder.resolve("frames"), 3, 8);
        Path labels = folder.resolve("labels.csv");
        CsvTable.write(
                labels,
                List.of("path", "label", "video"),
                frames.stream()
                        .map(f -> List.of(f.path().toString(), f.phase(), f.video()))
                        .toList());
        PretrainRequest plain =
                Frames.request(
                        frames.stream().map(Frames.Labelled::path).toList(),
                        folder.resolve("run"),
                        1,
                        8,
                        1);
        PretrainRequest request =
                plain.toBuilder()
                        .running(plain.running().toBuilder().knnProbe(Optional.of(labels)).build())
                        .build();
        new Pretraining(request, new DinoMethod(request))
                .run(Progress.NONE, Cancellation.NEVER, new RunRecord("test", List.of()));

        Path written = request.output().resolve("log.jsonl");
        String first = Files.readAllLines(written).get(0);
        double before =
                Json.parse(first.getBytes(StandardCharsets.UTF_8), "log")
                        .get("knn_accuracy")
                        .asDouble();
        assertThat(ProbeBefore.warning(written, before)).isPresent();
        assertThat(ProbeBefore.warning(written, before + 0.01)).isEmpty();
    }
}
