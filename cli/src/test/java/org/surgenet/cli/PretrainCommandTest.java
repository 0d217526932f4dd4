package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.surgenet.common.Json;
import org.surgenet.common.Preset;
import org.surgenet.finetune.Tasks;
import org.surgenet.pretrain.dino.DinoMethod;
import org.surgenet.task.Task;

/** {@code pretrain} with its options, and what is made of its results. */
class PretrainCommandTest {
    private static final List<Object> SMALL =
            List.of(
                    "--backbone",
                    "caformer_test",
                    "--batch-size",
                    4,
                    "--warmup-epochs",
                    0,
                    "--global-size",
                    32,
                    "--local-size",
                    32,
                    "--local-crops",
                    1,
                    "--out-dim",
                    32);

    @TempDir static Path shared;
    @TempDir Path folder;

    /** Two procedures of two videos with six frames each. */
    @BeforeAll
    static void draw() throws Exception {
        Random random = new Random(1);
        for (String video : List.of("chole/a", "chole/b", "colon/c", "colon/d")) {
            Path to = Files.createDirectories(shared.resolve("frames").resolve(video));
            for (int i = 0; i < 6; i++) {
                BufferedImage image = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
                Graphics2D canvas = image.createGraphics();
                for (int j = 0; j < 20; j++) {
                    canvas.setColor(new Color(random.nextInt(1 << 24)));
                    canvas.fillOval(random.nextInt(60), random.nextInt(40), 20, 12);
                }
                canvas.dispose();
                ImageIO.write(image, "jpg", to.resolve("f" + i + ".jpg").toFile());
            }
        }
    }

    private static ProgramRun pretrain(Path output, Object... more) {
        List<Object> all = new ArrayList<>(List.of("pretrain"));
        all.addAll(List.of("--frames", shared.resolve("frames"), "--output", output));
        all.addAll(SMALL);
        all.addAll(List.of(more));
        if (!all.contains("--epochs")) {
            all.addAll(List.of("--epochs", 1));
        }
        return ProgramRun.of(all.toArray());
    }

    @Test
    void epochsAreLinesForPeopleWhoCountFromOne() throws Exception {
        Files.write(shared.resolve("frames/other.gif"), new byte[] {1});

        ProgramRun run = pretrain(folder.resolve("epochs"), "--epochs", 2);

        assertThat(run.code()).as(run.err()).isZero();
        String line = ": loss \\d+\\.\\d{4}, lr \\d\\.\\d\\de-\\d\\d, .*";
        assertThat(run.err().lines().map(l -> l.replaceFirst(".* epoch (?=\\d)", "epoch ")))
                .anyMatch(l -> l.matches("epoch 1/2" + line))
                .anyMatch(l -> l.matches("epoch 2/2" + line));
        assertThat(run.err()).doesNotContain("{").contains("1 image left out (other.gif)");
        // The log stays as DINO has it.
        assertThat(Files.readString(folder.resolve("epochs/log.jsonl")))
                .containsPattern("\"train_loss\":.*\"epoch\":1,");
        Files.delete(shared.resolve("frames/other.gif"));
    }

    @Test
    void presetsAreSettingsThatOptionsOverrule() {
        ProgramRun large = ProgramRun.of("pretrain", "--preset", "surgenetxl", "--print-config");
        assertThat(large.out())
                .containsPattern("(?m)^batch-size: 544 .*preset")
                .containsPattern("(?m)^epochs: 50 .*preset")
                .containsPattern("(?m)^out-dim: 65536 .*preset");

        ProgramRun small =
                ProgramRun.of("pretrain", "--preset=small-data", "--epochs=3", "--print-config");
        assertThat(small.out())
                .containsPattern("(?m)^epochs: 3 .*command line")
                .containsPattern("(?m)^momentum-teacher: 0.99 .*preset");

        assertThat(ProgramRun.of("pretrain", "--preset=tiny", "--print-config").messages())
                .singleElement()
                .asString()
                .contains("tiny")
                .contains("small-data");
    }

    /** Each names options that there are, with values that they take. */
    @Test
    void everyPresetCanBeRead() {
        for (Preset preset : DinoMethod.PRESETS) {
            ProgramRun run = ProgramRun.of("pretrain", "--preset", preset.name(), "--print-config");
            assertThat(run.out()).as(preset.name()).contains("# preset " + preset.name() + "\n");
            assertThat(run.err()).isEmpty();
        }
        for (Task<?, ?> task : Tasks.ALL) {
            for (Preset preset : task.presets()) {
                ProgramRun run =
                        ProgramRun.of(task.command(), "--preset", preset.name(), "--print-config");
                assertThat(run.out())
                        .as(preset.name())
                        .contains("# preset " + preset.name() + "\n");
                assertThat(ConfigFile.source(preset)).isNotBlank().doesNotContain("#");
            }
        }
    }

    @Test
    void thePresetInUseIsNotRecommended() {
        ProgramRun plain = pretrain(folder.resolve("plain"));
        assertThat(plain.code()).as(plain.err()).isZero();
        assertThat(plain.err()).contains("too few for DINO's", "--preset=small-data");

        ProgramRun small = pretrain(folder.resolve("small"), "--preset", "small-data");
        assertThat(small.code()).as(small.err()).isZero();
        assertThat(small.err())
                .contains("too few for DINO's")
                .doesNotContain("--preset=small-data");
    }

    @Test
    void ownAndDerivedWeightsAreNotCalledStrangers() {
        Path first = folder.resolve("first");
        assertThat(pretrain(first).code()).isZero();

        ProgramRun second =
                pretrain(
                        folder.resolve("second"),
                        "--weights",
                        first.resolve("backbone.safetensors"));

        assertThat(second.code()).as(second.err()).isZero();
        assertThat(Json.read(folder.resolve("second/run.json")).at("/weights/0/licence").asText())
                .startsWith("your own");
    }

    @Test
    void aDryRunDrawsThePreviewAndNothingElse() throws Exception {
        Path preview = folder.resolve("preview.png");

        ProgramRun run = pretrain(folder.resolve("run"), "--dry-run", "--preview", preview);

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("would take 6 steps of 4 frames");
        assertThat(ImageIO.read(preview.toFile()).getWidth()).isGreaterThan(64);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void aPartOfTheFramesIsTakenAndRecorded() {
        Path output = folder.resolve("run");

        ProgramRun run = pretrain(output, "--max-videos", 2, "--fraction", 0.7);

        assertThat(run.code()).as(run.err()).isZero();
        JsonNode frames = Json.read(output.resolve("run.json")).get("frames");
        assertThat(frames.get("videos").asInt()).isEqualTo(2);
        assertThat(frames.get("count").asInt()).isBetween(8, 9);
        assertThat(output).isDirectoryContaining("glob:**/events.out.tfevents.*");

        ProgramRun other = pretrain(output, "--max-videos", 3);
        assertThat(other.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(other.messages()).singleElement().asString().contains("set overwrite");
    }

    @Test
    void aRunGoesOnElsewhereFromItsFullCheckpoint() {
        Path first = folder.resolve("first");
        assertThat(pretrain(first, "--precision", "bf16").code()).isZero();
        Path checkpoint = folder.resolve("dino.pth");

        ProgramRun convert =
                ProgramRun.of("weights", "convert", first.resolve("checkpoints/last"), checkpoint);
        assertThat(convert.code()).as(convert.err()).isZero();
        assertThat(convert.out()).contains("a full DINO checkpoint");
        assertThat(ProgramRun.of("weights", "inspect", checkpoint).out())
                .contains("under 'teacher.backbone.'");

        ProgramRun rest = pretrain(folder.resolve("rest"), "--continue", checkpoint, "--epochs", 2);
        assertThat(rest.code()).as(rest.err()).isZero();
        assertThat(rest.out()).contains("done, 12 steps");

        ProgramRun both =
                pretrain(folder.resolve("both"), "--continue", checkpoint, "--weights", checkpoint);
        assertThat(both.code()).isNotZero();
        assertThat(both.messages())
                .singleElement()
                .asString()
                .contains("--continue takes up all of a checkpoint");
    }

    private ProgramRun printed(Object... more) {
        List<Object> args =
                new ArrayList<>(
                        List.of(
                                "pretrain",
                                "--frames",
                                shared.resolve("frames"),
                                "--output",
                                folder.resolve("run"),
                                "--print-config"));
        args.addAll(List.of(more));
        return ProgramRun.of(args.toArray());
    }

    @Test
    void defaultsAndPresetsFitTheEpochsThatAreAskedFor() throws Exception {
        assertThat(printed("--epochs", 1).out())
                .contains("warmup-epochs: 0  # not the default 10: --epochs is 1")
                .contains("freeze-last-layer: 0  # not the default 1: --epochs is 1");
        assertThat(printed("--epochs", 6, "--preset", "surgenetxl").out())
                .contains("warmup-epochs: 1  # not 10 of the preset surgenetxl: --epochs is 6")
                .contains("freeze-last-layer: 1  # default");
        assertThat(printed("--epochs", 10).out()).contains("warmup-epochs: 10  # default");
        assertThat(printed("--epochs", 1, "--warmup-epochs", 3).out())
                .contains("warmup-epochs: 3  # command line");
        Path config =
                Files.writeString(folder.resolve("mine.yaml"), "epochs: 2\nwarmup-epochs: 4\n");
        ProgramRun explicit =
                ProgramRun.of(
                        "pretrain",
                        "--config",
                        config,
                        "--batch-size",
                        4,
                        "--frames",
                        shared.resolve("frames"),
                        "--output",
                        folder.resolve("run"));
        assertThat(explicit.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(explicit.messages())
                .singleElement()
                .asString()
                .contains("--warmup-epochs 4: must lie between 0 and epochs 2");
    }

    /** Its own record, given to it again, asks for the same. */
    @Test
    void aRunOfOneEpochSaysWhatItAdaptedAndRecordsIt() throws Exception {
        List<Object> args = new ArrayList<>(List.of("pretrain", "--epochs", 1));
        args.addAll(SMALL.subList(0, 4));
        args.addAll(SMALL.subList(6, SMALL.size()));
        args.addAll(
                List.of("--frames", shared.resolve("frames"), "--output", folder.resolve("one")));

        ProgramRun run = ProgramRun.of(args.toArray());

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err())
                .contains("--warmup-epochs 0 instead of the default 10: --epochs is 1")
                .contains("--freeze-last-layer 0 instead of the default 1: --epochs is 1");
        ProgramRun again = ProgramRun.of("pretrain", "--config", folder.resolve("one/config.yaml"));
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).contains("already complete");
    }

    @Test
    void embedWritesARowOfFeaturesPerFrame() throws Exception {
        Path run = folder.resolve("run");
        assertThat(pretrain(run).code()).isZero();
        Path features = folder.resolve("features");

        ProgramRun embed = embed(run, shared.resolve("frames"), features);

        assertThat(embed.code()).as(embed.err()).isZero();
        List<String> lines = Files.readAllLines(features.resolve("features.csv"));
        assertThat(lines).hasSize(25);
        assertThat(lines.get(0)).startsWith("path,procedure,video,time_s,f0,");
        assertThat(lines).allSatisfy(line -> assertThat(line.split(",")).hasSize(68));
        assertThat(lines.get(1)).isNotEqualTo(lines.get(2));

        Path other = folder.resolve("other.txt");
        Files.write(other, lines.stream().skip(2).map(line -> line.split(",")[0]).toList());
        ProgramRun refused = embed(run, other, features);
        assertThat(refused.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(refused.err()).contains("features of other frames").contains("set overwrite");
    }

    @Test
    void embedCountsTheSkippedFramesOfAnEarlierRun() throws Exception {
        Path run = folder.resolve("run");
        assertThat(pretrain(run).code()).isZero();
        Path features = folder.resolve("features");
        Path list = folder.resolve("list.txt");
        Files.writeString(folder.resolve("bad.png"), "no picture");
        try (var frames = Files.walk(shared.resolve("frames"))) {
            Path good =
                    frames.filter(org.surgenet.frames.FrameLists::isImage).sorted().toList().get(0);
            Files.writeString(list, good + "\n" + folder.resolve("bad.png") + "\n");
        }
        assertThat(embed(run, list, features).code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);

        ProgramRun again = embed(run, list, features);
        assertThat(again.code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(again.out()).contains("already complete").contains("1 could not be read");
        Files.delete(features.resolve("failures.csv"));
        assertThat(embed(run, list, features).code()).isEqualTo(ExitCode.DONE_WITH_SKIPPED);
        assertThat(features.resolve("failures.csv")).content().contains("bad.png");
    }

    private static ProgramRun embed(Path run, Path frames, Path output) {
        return ProgramRun.of(
                "embed",
                "--weights",
                run.resolve("backbone.safetensors"),
                "--backbone",
                "caformer_test",
                "--frames",
                frames,
                "--size",
                64,
                "--output",
                output);
    }
}
