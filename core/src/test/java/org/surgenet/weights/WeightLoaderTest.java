package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Classifier;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;
import org.surgenet.nn.fpn.SegmentationModel;
import org.surgenet.nn.zoo.Backbones;

class WeightLoaderTest {
    private static final String ID = "caformer_test";

    @TempDir Path folder;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void close() {
        manager.close();
    }

    private Backbone backbone(long seed) {
        Backbone backbone = Backbones.create(ID);
        backbone.initialize(manager, seed);
        return backbone;
    }

    private Path write(Module network, String prefix, String name) throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        network.parameters()
                .forEach((key, parameter) -> arrays.put(prefix + key, parameter.array()));
        Path file = folder.resolve(name);
        Safetensors.write(file, arrays, Map.of());
        return file;
    }

    private static void assertSame(Module a, Module b) {
        Map<String, Parameter> others = b.parameters();
        a.parameters()
                .forEach(
                        (key, parameter) ->
                                assertThat(parameter.array().toFloatArray())
                                        .as(key)
                                        .isEqualTo(others.get(key).array().toFloatArray()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "module.",
                "backbone.",
                "module.backbone.",
                "teacher.backbone.",
                "state_dict.encoder.",
                "student.module.backbone."
            })
    void backboneLoadsFromUnderAnyPrefix(String prefix) throws IOException {
        Backbone saved = backbone(1);
        Backbone loaded = backbone(2);

        Coverage coverage =
                WeightLoader.load(
                        loaded, WeightsFile.read(write(saved, prefix, "a.safetensors")), false);

        assertThat(coverage.complete()).isTrue();
        assertThat(coverage.prefix()).isEqualTo(prefix);
        assertThat(coverage).hasToString(saved.parameters().size() + " of 44 tensors");
        assertSame(saved, loaded);
    }

    @Test
    void teacherIsPreferredToStudent() throws IOException {
        Backbone student = backbone(1);
        Backbone teacher = backbone(2);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        student.parameters()
                .forEach((key, p) -> arrays.put("student.module.backbone." + key, p.array()));
        teacher.parameters().forEach((key, p) -> arrays.put("teacher.backbone." + key, p.array()));
        Path file = folder.resolve("dino.safetensors");
        Safetensors.write(file, arrays, Map.of());
        Backbone loaded = backbone(3);

        WeightLoader.load(loaded, WeightsFile.read(file), false);

        assertSame(teacher, loaded);
    }

    @ParameterizedTest
    // transformers has no CAFormer: ConvertedShapesTest has its names.
    @EnumSource(
            value = Converter.Names.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = "TRANSFORMERS")
    void convertedFilesLoadBack(Converter.Names names) throws IOException {
        Classifier saved = new Classifier(backbone(1), 7);
        saved.initialize(manager, 1);
        Path file = write(saved, "", "a.safetensors");
        for (String ending : List.of("pth", "safetensors")) {
            Path converted = folder.resolve(names + "." + ending);
            Converter.convert(file, converted, names, Optional.empty());
            Classifier loaded = new Classifier(backbone(2), 7);
            loaded.initialize(manager, 2);

            assertThat(WeightLoader.load(loaded, WeightsFile.read(converted), false).complete())
                    .isTrue();
            assertSame(saved, loaded);
            byte[] first = Files.readAllBytes(converted);
            Converter.convert(file, converted, names, Optional.empty());
            assertThat(Files.readAllBytes(converted)).as("same bytes again").isEqualTo(first);
        }
    }

    @Test
    void backboneLeavesTheHeadAndTakesASegmentationModelsBackbone() throws IOException {
        SegmentationModel model = new SegmentationModel(backbone(1), 5);
        model.initialize(manager, 1);
        StateDict weights = WeightsFile.read(write(model, "", "seg.safetensors"));
        Backbone loaded = backbone(2);

        WeightLoader.load(loaded, weights, false);

        assertSame(model.backbone(), loaded);
        assertThat(Fit.best(weights).orElseThrow().kind())
                .isEqualTo("segmentation model of 5 classes");
    }

    @Test
    void partialCoverageIsRefusedWithListsAndLeavesTheNetworkAlone() throws IOException {
        Backbone saved = backbone(1);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        saved.parameters().forEach((key, p) -> arrays.put(key, p.array()));
        arrays.keySet().removeIf(key -> key.startsWith("stages.2."));
        arrays.put("decoder.weight", manager.zeros(new ai.djl.ndarray.types.Shape(3)));
        Path file = folder.resolve("part.safetensors");
        Safetensors.write(file, arrays, Map.of());
        StateDict weights = WeightsFile.read(file);
        Backbone network = backbone(2);

        assertThatThrownBy(() -> WeightLoader.load(network, weights, false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("part.safetensors")
                .hasMessageContaining("missing stages.2.* (8)")
                .hasMessageContaining("unexpected decoder.weight")
                .hasMessageContaining("set allow-partial");
        assertSame(backbone(2), network);

        Coverage coverage = WeightLoader.load(network, weights, true);
        assertThat(coverage.missing()).hasSize(8);
        assertThat(network.parameters().get("norm.weight").array().toFloatArray())
                .isEqualTo(saved.parameters().get("norm.weight").array().toFloatArray());
        assertThat(network.parameters().get("stages.2.0.mlp.fc1.weight").array().toFloatArray())
                .isEqualTo(
                        backbone(2)
                                .parameters()
                                .get("stages.2.0.mlp.fc1.weight")
                                .array()
                                .toFloatArray());
    }

    @Test
    void namesThatOnlyLookLikeAnotherDialectAreNotTaken() throws IOException {
        // SurgeNet's head has a norm, and timm calls the backbone's norm head.norm.
        Classifier saved = new Classifier(backbone(1), 7);
        saved.initialize(manager, 1);
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        saved.parameters().forEach((key, p) -> arrays.put(key, p.array()));
        arrays.remove("norm.weight");
        arrays.remove("norm.bias");
        arrays.put("stages.0.0.mlp.fc1.weight", manager.zeros(new ai.djl.ndarray.types.Shape(3)));
        Path file = folder.resolve("normless.safetensors");
        Safetensors.write(file, arrays, Map.of());

        Coverage coverage = WeightLoader.load(backbone(2), WeightsFile.read(file), true);

        assertThat(coverage.dialect()).isEqualTo(Dialect.SURGENET);
        assertThat(coverage)
                .hasToString(
                        "41 of 44 tensors; missing norm.* (2); of another shape"
                                + " stages.0.0.mlp.fc1.weight (f32 [3], expected [64, 16])");
    }

    @Test
    void otherVariantIsNamed() throws IOException {
        Map<String, NDArray> arrays = new LinkedHashMap<>();
        Backbones.create("caformer_s18_star")
                .parameters()
                .forEach((key, p) -> arrays.put(key, manager.zeros(p.shape())));
        Path file = folder.resolve("star.safetensors");
        Safetensors.write(file, arrays, Map.of());
        Backbone relu = Backbones.create("caformer_s18");
        relu.allocate(manager);

        assertThatThrownBy(() -> WeightLoader.load(relu, WeightsFile.read(file), false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("those of backbone=caformer_s18_star");
    }

    @Test
    void licenceAndCoverageAreRecorded() throws IOException {
        Path file = write(backbone(1), "", "SurgeNet_checkpoint_epoch0050_teacher.pth");
        RunRecord record = new RunRecord("test", List.of());

        WeightLoader.load(backbone(2), new WeightsSource(file, Optional.empty(), false), record);

        record.writeTo(folder, RunRecord.FILE_NAME);
        assertThat(Files.readString(folder.resolve(RunRecord.FILE_NAME)))
                .contains("CC-BY-NC-SA")
                .contains("44 of 44 tensors");
    }
}
