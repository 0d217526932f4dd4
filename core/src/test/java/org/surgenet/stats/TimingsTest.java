package org.surgenet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.UserException;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.metrics.ScoresCsv;
import org.surgenet.metrics.Timing;

class TimingsTest {
    @TempDir private Path folder;

    private static List<ScoreRow> scores(String model, Optional<Timing> timing) {
        List<ScoreRow> rows = new ArrayList<>();
        for (int u = 0; u < 3; u++) {
            rows.add(
                    new ScoreRow(model, "phase", "d", "v" + u, "accuracy", "all", 0.5 + 0.1 * u, 9)
                            .with(timing));
        }
        return rows;
    }

    private Map<Path, List<ScoreRow>> written(Map<String, Optional<Timing>> models)
            throws IOException {
        Map<Path, List<ScoreRow>> files = new LinkedHashMap<>();
        for (Map.Entry<String, Optional<Timing>> model : models.entrySet()) {
            Path file = folder.resolve(model.getKey() + ".csv");
            ScoresCsv.write(file, scores(model.getKey(), model.getValue()));
            List<ScoreRow> read = ScoresCsv.read(file);
            assertThat(read).isEqualTo(scores(model.getKey(), model.getValue()));
            files.put(file, read);
        }
        return files;
    }

    @Test
    void onlineAndOfflineAreNotCompared() throws IOException {
        Map<String, Optional<Timing>> models = new LinkedHashMap<>();
        models.put("frames", Optional.empty());
        models.put("tecno", Optional.of(Timing.ONLINE));
        models.put("mstcn", Optional.of(Timing.OFFLINE));
        Map<Path, List<ScoreRow>> files = written(models);

        assertThatThrownBy(() -> ScoreTable.arrange(files, Settings.defaults()))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tecno (" + folder.resolve("tecno.csv") + ") are online")
                .hasMessageContaining("mstcn (" + folder.resolve("mstcn.csv") + ") are offline");
    }

    /** What sees each frame alone is compared with either kind. */
    @Test
    void framesAloneAreComparedWithEither() throws IOException {
        for (Timing timing : Timing.values()) {
            Map<String, Optional<Timing>> models = new LinkedHashMap<>();
            models.put("frames", Optional.empty());
            models.put("temporal", Optional.of(timing));

            assertThat(ScoreTable.arrange(written(models), Settings.defaults()))
                    .singleElement()
                    .satisfies(
                            table ->
                                    assertThat(table.models())
                                            .containsExactly("frames", "temporal"));
        }
    }

    @Test
    void otherTimingsAreRefusedWithTheirLine() throws IOException {
        Path file = folder.resolve("scores.csv");
        Files.writeString(
                file,
                "model,task,dataset,unit,metric,class,value,n,timing\n"
                        + "m,phase,d,v,accuracy,all,0.5,9,later\n");

        assertThatThrownBy(() -> ScoresCsv.read(file))
                .hasMessageContaining("scores.csv:2: timing 'later' is neither online nor offline");
    }
}
