package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;

/** From a table of features to scores, and what may be compared with what. */
class FineTuneTemporalCommandTest {
    @TempDir private Path folder;

    /** Five videos of 12 frames, half of them of each phase, which one feature tells. */
    @BeforeEach
    void writeFeatures() throws IOException {
        StringBuilder text = new StringBuilder("path,video,time_s,label,split,f0,f1\n");
        String[] parts = {"train", "train", "val", "test", "test"};
        for (int v = 0; v < parts.length; v++) {
            for (int t = 0; t < 12; t++) {
                text.append(
                        String.format(
                                Locale.ROOT,
                                "v%d/%d.png,v%d,%d,%s,%s,%d,%d%n",
                                v,
                                t,
                                v,
                                t,
                                t < 6 ? "cut" : "close",
                                parts[v],
                                t < 6 ? 1 : -1,
                                t * v % 3));
            }
        }
        Files.writeString(folder.resolve("features.csv"), text);
    }

    private ProgramRun train(String head, Object... more) {
        Object[] start = {
            "finetune-temporal",
            "--features",
            folder.resolve("features.csv"),
            "--head",
            head,
            "--epochs",
            2,
            "--device",
            "cpu",
            "--output",
            folder.resolve(head)
        };
        Object[] all = java.util.Arrays.copyOf(start, start.length + more.length);
        System.arraycopy(more, 0, all, start.length, more.length);
        return ProgramRun.of(all);
    }

    private void evaluate(String head) {
        ProgramRun run =
                ProgramRun.of(
                        "evaluate",
                        "--predictions",
                        folder.resolve(head).resolve("predictions.csv"),
                        "--model-name",
                        head,
                        "--output",
                        folder.resolve("eval-" + head));
        assertThat(run.code()).as(run.err()).isZero();
    }

    private Path scores(String head) {
        return folder.resolve("eval-" + head).resolve("scores.csv");
    }

    @Test
    void onlineAndOfflineHeadsAreScoredButNotCompared() throws IOException {
        ProgramRun tecno = train("tecno", "--layers", 3, "--maps", 8, "--lr", 0.01);
        assertThat(tecno.code()).as(tecno.err()).isZero();
        assertThat(tecno.out()).contains("done, 2 epochs").contains("predictions of 24 frames");
        assertThat(Json.read(folder.resolve("tecno/run.json")).path("timing").asText())
                .startsWith("online");
        ProgramRun again = train("tecno", "--layers", 3, "--maps", 8, "--lr", 0.01);
        assertThat(again.out()).contains("already complete");
        assertThat(train("mstcn++", "--layers", 3, "--generation-layers", 3, "--maps", 8).code())
                .isZero();
        assertThat(train("linear").code()).isZero();
        for (String head : new String[] {"tecno", "mstcn++", "linear"}) {
            evaluate(head);
        }

        assertThat(Files.readString(scores("tecno"))).contains(",online").doesNotContain("offline");
        assertThat(Files.readString(scores("mstcn++"))).contains(",offline");
        assertThat(Files.readString(scores("linear"))).doesNotContain("line,");
        // What evaluate writes again says it, too.
        assertThat(folder.resolve("eval-tecno/predictions.csv")).content().contains(",online");
        ProgramRun mixed =
                ProgramRun.of(
                        "bootstrap-stats",
                        scores("tecno"),
                        scores("mstcn++"),
                        "--output",
                        folder.resolve("mixed"));
        assertThat(mixed.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(mixed.err()).contains("are online").contains("are offline");
        ProgramRun plain =
                ProgramRun.of(
                        "bootstrap-stats",
                        scores("linear"),
                        scores("tecno"),
                        "--output",
                        folder.resolve("plain"));
        assertThat(plain.code()).as(plain.err()).isZero();
    }

    @Test
    void optionsWithoutEffectAreRefused() {
        assertThat(train("tecno", "--generation-layers", 3).err())
                .contains("--generation-layers")
                .contains("has no effect with --head tecno");
        assertThat(train("linear", "--timing", "offline").err())
                .contains("has no effect with --head linear");
        assertThat(train("lstm").err()).contains("must be tecno, mstcn++ or linear");
    }

    /** Labelled data and the features' file format are two things. */
    @Test
    void embedNeedsFramesOrDataWithTheirLayout() {
        ProgramRun none =
                ProgramRun.of("embed", "--weights", "w.pth", "--output", folder.resolve("e"));
        assertThat(none.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(none.err()).contains("give the frames");
        ProgramRun format =
                ProgramRun.of(
                        "embed",
                        "--weights",
                        "w.pth",
                        "--frames",
                        folder,
                        "--format",
                        "safetensors",
                        "--output",
                        folder.resolve("e"));
        assertThat(format.code()).isEqualTo(ExitCode.BAD_USAGE);
        assertThat(format.err()).contains("--output-format");
    }
}
