package org.surgenet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.Json;
import org.surgenet.nn.zoo.Backbones;
import org.surgenet.weights.Safetensors;

/** Weights that hold no numbers, or such that none come out. */
class BrokenWeightsTest {
    @TempDir Path folder;
    private Path frames;

    @BeforeEach
    void draw() throws IOException {
        frames = Files.createDirectories(folder.resolve("frames"));
        BufferedImage image = new BufferedImage(90, 60, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 90; x++) {
            image.setRGB(x, x % 60, 0xFFFFFF);
            image.setRGB(x, 20, 0x0080FF);
        }
        ImageIO.write(image, "png", frames.resolve("one.png").toFile());
    }

    private Path weights(String name, Map<String, Float> constants) throws IOException {
        Path file = folder.resolve(name);
        try (NDManager manager = NDManager.newBaseManager()) {
            org.surgenet.nn.Module network = Backbones.create("caformer_test");
            network.initialize(manager, 1);
            Map<String, NDArray> arrays = new LinkedHashMap<>();
            network.parameters()
                    .forEach(
                            (key, p) ->
                                    arrays.put(
                                            key,
                                            constants.containsKey(key)
                                                    ? p.array().onesLike().mul(constants.get(key))
                                                    : p.array()));
            Safetensors.write(file, arrays, Map.of());
        }
        return file;
    }

    private ProgramRun embed(Path weights, Object... more) {
        Object[] args = {
            "embed",
            "--weights",
            weights,
            "--backbone",
            "caformer_test",
            "--frames",
            frames,
            "--size",
            64,
            "--output",
            folder.resolve("features")
        };
        Object[] all = java.util.Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return ProgramRun.of(all);
    }

    @Test
    void featuresOfOtherWeightsAreNotTakenForThese() throws IOException {
        Path one = weights("one.safetensors", Map.of());
        Path other = weights("other.safetensors", Map.of("norm.bias", 0.5f));
        Path features = folder.resolve("features/features.csv");
        assertThat(embed(one).code()).isEqualTo(ExitCode.DONE);
        String first = Files.readString(features);

        assertThat(embed(one).code()).isEqualTo(ExitCode.DONE);
        for (ProgramRun refused : List.of(embed(other), embed(one, "--resize", "area"))) {
            assertThat(refused.code()).isEqualTo(ExitCode.USER_ERROR);
            assertThat(refused.messages())
                    .singleElement()
                    .asString()
                    .contains("contains features with ");
        }
        assertThat(features).hasContent(first);
        assertThat(embed(other, "--overwrite").code()).isEqualTo(ExitCode.DONE);
        assertThat(Files.readString(features)).isNotEqualTo(first);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.NEGATIVE_INFINITY})
    void weightsWithoutNumbersAreRefused(float value) throws IOException {
        Path file = weights("bad.safetensors", Map.of("norm.bias", value));

        ProgramRun embed = embed(file);
        assertThat(embed.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(embed.messages())
                .singleElement()
                .asString()
                .contains("bad.safetensors: values are NaN or infinite in 1 tensor")
                .contains("norm.bias: 64 values");
        assertThat(folder.resolve("features/features.csv")).doesNotExist();

        Path out = folder.resolve("out.pth");
        ProgramRun convert = ProgramRun.of("weights", "convert", file, out);
        assertThat(convert.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(convert.messages()).singleElement().asString().contains("norm.bias: 64 values");
        assertThat(out).doesNotExist();

        ProgramRun pretrain =
                ProgramRun.of(
                        "pretrain",
                        "--weights",
                        file,
                        "--preset",
                        "smoke",
                        "--batch-size",
                        1,
                        "--koleo",
                        0,
                        "--frames",
                        frames,
                        "--output",
                        folder.resolve("run"));
        assertThat(pretrain.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(pretrain.messages()).singleElement().asString().contains("norm.bias: 64 values");
    }

    @Test
    void featuresThatAreNoNumbersAreAnErrorThatNamesTheFrame() throws IOException {
        Path file = weights("large.safetensors", Map.of("norm.weight", 3e38f));

        ProgramRun run = embed(file);

        assertThat(run.code()).isEqualTo(ExitCode.USER_ERROR);
        assertThat(run.messages())
                .singleElement()
                .asString()
                .contains("one.png")
                .contains("features are NaN or infinite")
                .contains("large.safetensors");
        assertThat(folder.resolve("features/features.csv")).doesNotExist();
    }

    @Test
    void howFramesAreResizedIsRecordedAndMatters() throws IOException {
        Path file = weights("good.safetensors", Map.of());
        Map<String, String> features = new LinkedHashMap<>();
        for (String resize : new String[] {"", "bicubic", "bilinear", "area"}) {
            ProgramRun run =
                    resize.isEmpty()
                            ? embed(file, "--overwrite")
                            : embed(file, "--overwrite", "--resize", resize);
            assertThat(run.code()).as(run.err()).isZero();
            features.put(
                    resize, Files.readString(folder.resolve("features").resolve("features.csv")));
            assertThat(Json.read(folder.resolve("features/run.json")).get("preprocessing").asText())
                    .contains("whole image resized to 64 x 64")
                    .contains(resize.equals("area") ? "OpenCV's mean" : "equal to Pillow's")
                    .contains("ImageNet");
        }
        assertThat(features.get("bicubic")).isEqualTo(features.get(""));
        assertThat(features.values().stream().distinct()).hasSize(3);
    }
}
