package org.surgenet.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.common.UserException;

class PlanReaderTest {
    private static final Set<String> STATISTICS = Set.of("metrics", "resamples");

    private static final String PLAN =
            """
            name: Frames of ours
            datasets:
              cholec:
                task: seg
                data: labelled
                format: cholecseg8k
                folds: 3
                options: {epochs: 7, lr: 0.5}
            weights:
              random: none
              ours:
                weights: runs/pretrain
                procedures: 3
                options:
                  backbone: other
            baseline: random
            seeds: [3, 5]
            train-patients: [all, 4, 2]
            options: {epochs: 2, batch-size: 8}
            metrics: [dice, iou]
            """;

    @TempDir Path folder;

    private Plan read(String text) throws IOException {
        Files.createDirectories(folder.resolve("labelled"));
        Path file = folder.resolve("plan.yaml");
        Files.writeString(file, text);
        return PlanReader.read(file, STATISTICS);
    }

    @Test
    void planIsReadWhole() throws IOException {
        Path run = Files.createDirectories(folder.resolve("runs/pretrain"));
        Files.writeString(
                run.resolve("run.json"),
                "{\"command\": \"pretrain\", \"frames\": {\"count\": 1234}}");
        Files.writeString(run.resolve("backbone.safetensors"), "weights");
        Path last = Files.createDirectories(run.resolve("checkpoints/last"));
        Files.writeString(last.resolve("state.json"), "{\"epochs\": [{}, {}, {}]}");

        Plan plan = read(PLAN);

        assertThat(plan.name()).isEqualTo("Frames of ours");
        assertThat(plan.seeds()).containsExactly(3L, 5L);
        assertThat(plan.sizes()).containsExactly(2, 4, Plan.ALL);
        Plan.LabelledData data = plan.dataset("cholec");
        assertThat(data.data()).isEqualTo(folder.resolve("labelled"));
        assertThat(data.folds()).isEqualTo(3);
        // What a data set says itself wins over what the plan says for all.
        assertThat(data.options().stream().map(o -> o.key() + "=" + o.values().get(0)))
                .containsExactlyInAnyOrder("batch-size=8", "epochs=7", "lr=0.5");
        Plan.Arm ours = plan.arm("ours");
        assertThat(ours.weights()).hasValue(run.resolve("backbone.safetensors").toString());
        assertThat(ours.frames()).hasValue(1234);
        assertThat(ours.epochs()).hasValue(3);
        assertThat(ours.procedures()).hasValue(3);
        assertThat(ours.run()).hasValue(run);
        assertThat(plan.arm("random").weights()).isEmpty();
        assertThat(plan.statistics().get(0).values()).isEqualTo(List.of("dice", "iou"));
    }

    @Test
    void nameOfPublicWeightsStaysAName() throws IOException {
        Plan plan = read(PLAN.replace("runs/pretrain", "SurgeNetXL"));

        assertThat(plan.arm("ours").weights()).hasValue("SurgeNetXL");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metrics: [dice, iou]|metrcs: [dice]|20: unknown key 'metrcs' in a plan; did you"
                        + " mean 'metrics'?",
                "folds: 3|fold: 3|7: unknown key 'fold' of a data set; did you mean 'folds'?",
                "procedures: 3|procedurs: 3|13: unknown key 'procedurs' of weights",
                "data: labelled|data: lost|5: ",
                "folds: 3|folds: 1|7: 'folds: 1' must be 2 or more",
                "folds: 3|preset: [a, b]|7: 'preset' must be a single value",
                "baseline: random|baseline: nobody|16: the baseline 'nobody' is not among the"
                        + " weights random, ours",
                "seeds: [3, 5]|seeds: [3, 3]|17: the seed 3 is given twice",
                "seeds: [3, 5]|seeds: [x]|17: the seed 'x' is not a whole number",
                "[all, 4, 2]|[0]|18: '0' is neither a number of patients nor 'all'",
                "lr: 0.5|seed: 1|8: 'seed' is set by the study",
                "backbone: other|output: x|15: 'output' is set by the study",
                "procedures: 3|procedures: many|13: 'procedures: many' is not a number of 0 or"
                        + " more",
                "  cholec:|  ../cholec:|3: the name '../cholec' becomes a folder",
                "  ours:|  Random:|11: 'Random' differs from another name in capitals alone",
                "  ours:|  random:|11: 'random' is given twice, first in line 10",
                "task: seg|task: |4: 'task' must be a single value"
            })
    void faultOfAPlanIsSaidWithItsLine(String text, String wrong, String message) {
        assertThat(PLAN).contains(text);

        assertThatThrownBy(() -> read(PLAN.replace(text, wrong == null ? "" : wrong)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("plan.yaml:" + message)
                .hasMessageNotContaining("\n");
    }

    @Test
    void oneSetOfWeightsIsNoComparison() {
        String one = PLAN.replaceAll("(?s)  ours:.*?(?=baseline)", "");

        assertThatThrownBy(() -> read(one))
                .hasMessageContaining("a comparison needs at least two weights");
    }

    @Test
    void whatIsNoYamlIsSaidWithItsLine() {
        assertThatThrownBy(() -> read("name: [a\nb: c\n"))
                .isInstanceOf(UserException.class)
                .hasMessageMatching(".*plan\\.yaml:\\d+: not valid YAML: .*");
        assertThatThrownBy(() -> read("- a\n")).hasMessageContaining("'key: value'");
    }

    @Test
    void tagOfAClassIsRefused() {
        assertThatThrownBy(
                        () -> read(PLAN.replace("Frames of ours", "!!java.io.File [/etc/passwd]")))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("plan.yaml:1: not valid YAML: Global tag is not allowed");
    }
}
