package org.surgenet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.FillRule;
import org.surgenet.SharedFiles;
import org.surgenet.common.Json;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.fpn.SegmentationModel;
import org.surgenet.nn.zoo.Backbones;

/** Forward passes, parameter counts and keys of the original code (reference/models.json). */
class ModelsReferenceTest {
    private static final JsonNode MODELS =
            Json.parse(SharedFiles.reference("models.json"), "models.json");

    private double worst;

    @AfterEach
    void printDeviation() {
        System.out.printf(Locale.ROOT, "largest deviation %.2e of the tolerance's unit%n", worst);
    }

    @ParameterizedTest
    @CsvSource({
        "caformer_s18_surgenet, caformer_s18",
        "caformer_s18, caformer_s18_star",
        "convnextv2_tiny, convnextv2_tiny",
        "pvt_v2_b2, pvt_v2_b2",
    })
    void classifierMatchesTheOriginal(String reference, String id) {
        JsonNode model = MODELS.get(reference);
        try (NDManager manager = NDManager.newBaseManager();
                NoGrad off = NoGrad.open()) {
            Classifier network = new Classifier(Backbones.create(id), classes(model));
            assertStructure(network, model);
            network.allocate(manager);
            FillRule.fill(network, "");

            for (JsonNode test : model.get("cases")) {
                try (NDManager step = manager.newSubManager()) {
                    NDArray images = FillRule.input(step, "input", longs(test.get("input")));

                    assertSummary(network.backbone().pooled(images), test.get("features"));
                    assertSummary(network.forward(images), test.get("logits"));
                    NDList maps = network.backbone().features(images);
                    for (int i = 0; i < 4; i++) {
                        assertSummary(maps.get(i), test.get("maps").get(i));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "caformer_fpn, caformer_s18",
        "convnext_fpn, convnextv2_tiny",
        "pvt_fpn, pvt_v2_b2",
    })
    void segmentationModelMatchesTheOriginal(String reference, String id) {
        JsonNode model = MODELS.get(reference);
        try (NDManager manager = NDManager.newBaseManager();
                NoGrad off = NoGrad.open()) {
            int classes = Math.toIntExact(longs(model.at("/cases/0/output/shape"))[1]);
            SegmentationModel network = new SegmentationModel(Backbones.create(id), classes);
            assertStructure(network, model);
            network.allocate(manager);
            FillRule.fill(network, "");

            for (JsonNode test : model.get("cases")) {
                try (NDManager step = manager.newSubManager()) {
                    NDArray images = FillRule.input(step, "input", longs(test.get("input")));
                    assertSummary(network.forward(images), test.get("output"));
                }
            }
        }
    }

    private static int classes(JsonNode model) {
        return Math.toIntExact(longs(model.at("/cases/0/logits/shape"))[1]);
    }

    private static void assertStructure(Module network, JsonNode model) {
        Map<String, String> expected = new LinkedHashMap<>();
        model.get("state")
                .fields()
                .forEachRemaining(e -> expected.put(e.getKey(), e.getValue().toString()));
        Map<String, String> actual = new LinkedHashMap<>();
        network.parameters()
                .forEach(
                        (key, parameter) ->
                                actual.put(
                                        key,
                                        java.util.Arrays.toString(parameter.shape().getShape())
                                                .replace(" ", "")));
        // Also the order: weights of this project and the original list their tensors alike.
        assertThat(actual.entrySet()).containsExactlyElementsOf(expected.entrySet());
        assertThat(network.parameterCount()).isEqualTo(model.get("parameters").asLong());
    }

    private void assertSummary(NDArray actual, JsonNode expected) {
        assertThat(actual.getShape().getShape()).isEqualTo(longs(expected.get("shape")));
        float[] values = actual.toFloatArray();
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        double l2 = expected.get("l2").asDouble();
        assertThat(Math.sqrt(squares)).isCloseTo(l2, within(1e-4 * l2));
        for (int i = 0; i < expected.get("index").size(); i++) {
            double value = expected.get("value").get(i).asDouble();
            double unit = Math.max(1, Math.abs(value));
            double got = values[expected.get("index").get(i).asInt()];
            worst = Math.max(worst, Math.abs(got - value) / unit);
            assertThat(got).isCloseTo(value, within(1e-4 * unit));
        }
    }

    private static long[] longs(JsonNode array) {
        long[] values = new long[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.get(i).asLong();
        }
        return values;
    }
}
