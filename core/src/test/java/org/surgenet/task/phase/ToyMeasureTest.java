package org.surgenet.task.phase;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;
import org.surgenet.common.SettingValues;
import org.surgenet.dataset.Dataset;
import org.surgenet.metrics.Direction;
import org.surgenet.metrics.Measure;
import org.surgenet.metrics.Metric;
import org.surgenet.metrics.PhaseScores;
import org.surgenet.metrics.ScoreRow;
import org.surgenet.report.HtmlPage;
import org.surgenet.task.Item;
import org.surgenet.task.ReportRequest;

/** A metric that is one class: the report computes it for each video. */
class ToyMeasureTest {
    @TempDir Path folder;

    private static final class Wrong implements Measure<PhaseScores.Video> {
        @Override
        public Metric metric() {
            return new Metric(
                    "wrong_frames",
                    "wrong frames",
                    Direction.LOWER,
                    true,
                    "frames",
                    "how many are wrong",
                    "ours",
                    false);
        }

        @Override
        public double overall(PhaseScores.Video video) {
            return Math.round((1 - video.accuracy()) * video.frames());
        }
    }

    @Test
    void isScoredForEachVideo() throws Exception {
        List<PhaseSample> samples =
                List.of(
                        new PhaseSample("1", Path.of("1"), "p", "v", 0, 0),
                        new PhaseSample("2", Path.of("2"), "p", "v", 1, 1),
                        new PhaseSample("3", Path.of("3"), "p", "v", 2, 1));
        Dataset<PhaseSample> data =
                new Dataset<>("d", "f", List.of("a", "b"), samples, Map.of(), "", List.of());
        PhaseReport report =
                new PhaseReport(
                        "phase",
                        new ReportRequest<>(
                                "m",
                                folder,
                                data,
                                Optional.empty(),
                                samples,
                                List.of(),
                                Optional.empty(),
                                0,
                                SettingValues.DEFAULTS),
                        List.of(new Wrong()));
        samples.forEach(
                s ->
                        report.add(
                                new Item<>(s, new byte[0], new byte[0]),
                                new PhaseOutput(0, new double[] {1, 0})));

        report.finish(Json.object(), HtmlPage.titled("t", ""));

        assertThat(report.rows())
                .filteredOn(row -> row.metric().equals("wrong_frames"))
                .singleElement()
                .isEqualTo(
                        new ScoreRow("m", "phase", "d", "v", "wrong_frames", ScoreRow.ALL, 2, 3));
    }
}
