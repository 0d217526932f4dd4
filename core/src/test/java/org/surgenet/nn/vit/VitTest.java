package org.surgenet.nn.vit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.surgenet.FillRule;
import org.surgenet.common.Json;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.fpn.SegmentationModel;
import org.surgenet.nn.zoo.Backbones;

/**
 * Against timm 1.0.29 on torch 2.13 (vit_small_patch16_224, vit_base_patch16_224), with DINO's
 * interpolation of position embeddings at other sizes; weights and inputs by the fill rule.
 */
class VitTest {
    @ParameterizedTest
    @ValueSource(strings = {"vit_small_16", "vit_base_16"})
    void featuresMatchTimm(String id) throws IOException {
        Assumptions.assumeTrue(
                System.getProperty("surgenet.reference") == null,
                "the numbers hold for the salt of the project's own copy");
        JsonNode model;
        try (InputStream in = VitTest.class.getResourceAsStream("/vit/vit.json")) {
            model = Json.parse(in.readAllBytes(), "vit.json").get(id);
        }
        Backbone network = Backbones.create(id);
        assertThat(network.parameterCount()).isEqualTo(model.get("parameters").asLong());
        assertThat(network.parameters()).hasSize(model.get("tensors").asInt());
        try (NDManager manager = NDManager.newBaseManager();
                NoGrad off = NoGrad.open()) {
            network.allocate(manager);
            FillRule.fill(network, "");
            for (JsonNode test : model.get("cases")) {
                try (NDManager step = manager.newSubManager()) {
                    long[] shape = new long[4];
                    for (int i = 0; i < 4; i++) {
                        shape[i] = test.get("input").get(i).asLong();
                    }
                    NDArray images = FillRule.input(step, "input", shape);

                    assertClose(network.pooled(images).toFloatArray(), test.get("features"));
                }
            }
        }
    }

    private static void assertClose(float[] actual, JsonNode expected) {
        double squares = 0;
        for (float value : actual) {
            squares += (double) value * value;
        }
        double l2 = expected.get("l2").asDouble();
        assertThat(Math.sqrt(squares)).isCloseTo(l2, within(1e-4 * l2));
        for (int i = 0; i < expected.get("index").size(); i++) {
            double value = expected.get("value").get(i).asDouble();
            assertThat((double) actual[expected.get("index").get(i).asInt()])
                    .isCloseTo(value, within(1e-4 * Math.max(1, Math.abs(value))));
        }
    }

    @Test
    void mapsHaveTheDecodersStrides() {
        try (NDManager manager = NDManager.newBaseManager();
                NoGrad off = NoGrad.open()) {
            Backbone network = Backbones.create("vit_small_16");
            SegmentationModel model = new SegmentationModel(network, 3);
            model.initialize(manager, 1);
            NDArray images = manager.zeros(new Shape(1, 3, 64, 96));

            NDList maps = network.features(images);
            assertThat(maps.stream().map(NDArray::getShape))
                    .containsExactly(
                            new Shape(1, 384, 16, 24),
                            new Shape(1, 384, 8, 12),
                            new Shape(1, 384, 4, 6),
                            new Shape(1, 384, 2, 3));
            assertThat(model.forward(images).getShape()).isEqualTo(new Shape(1, 3, 64, 96));
        }
    }

    @Test
    void bicubicWeightsSumToOne() {
        float[] weights = Bicubic.weights(14, 6);
        for (int row = 0; row < 6; row++) {
            double sum = 0;
            for (int i = 0; i < 14; i++) {
                sum += weights[row * 14 + i];
            }
            assertThat(sum).isCloseTo(1, within(1e-6));
        }
    }
}
