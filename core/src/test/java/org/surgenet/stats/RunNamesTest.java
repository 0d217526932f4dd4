package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.surgenet.metrics.ScoreRow;

class RunNamesTest {
    private static List<String> warnings(String... models) {
        Map<Path, List<ScoreRow>> files = new LinkedHashMap<>();
        for (String model : models) {
            files.put(
                    Path.of(model + ".csv"),
                    List.of(new ScoreRow(model, "seg", "set", "p1", "dice", "all", 0.5, 1)));
        }
        return RunNames.seedsAsModels(files);
    }

    @Test
    void modelsWhoseNamesDifferOnlyByASeedAreNamed() {
        assertThat(warnings("xl-seed0", "scratch", "xl-seed1", "xl-seed10"))
                .singleElement()
                .asString()
                .startsWith("xl-seed0, xl-seed1, xl-seed10 are compared as models");
        assertThat(warnings("a", "a_run2")).hasSize(1);
    }

    @Test
    void otherNumbersAreNames() {
        assertThat(warnings("vit_small_16", "vit_small_8", "proceed1", "proceed2", "s18", "s36"))
                .isEmpty();
    }
}
