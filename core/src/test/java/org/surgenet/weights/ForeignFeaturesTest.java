package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.surgenet.FillRule;
import org.surgenet.common.Json;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.zoo.Backbones;

/**
 * Files of other code give here the features that they give there: those of transformers 5.18.0,
 * and a DINO ViT of 24 x 24 patches at 224 pixels, whose position embeddings {@code
 * interpolate_pos_encoding} brings to 14 x 14 ({@code weights/features.json}).
 */
class ForeignFeaturesTest {
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "ConvNextV2Model_tiny, convnextv2_tiny, ''",
        "PvtV2Model_b2, pvt_v2_b2, ''",
        "ViTModel_small, vit_small_16, left out pooler.dense",
        "dino_vit_small_384, vit_small_16, interpolated pos_embed from 24 x 24 to 14 x 14 patches",
    })
    void featuresAreTheSame(String name, String id, String remark) throws IOException {
        Assumptions.assumeTrue(
                System.getProperty("surgenet.reference") == null,
                "the numbers hold for the salt of the project's own copy");
        JsonNode expected;
        try (InputStream in = getClass().getResourceAsStream("/weights/features.json")) {
            expected = Json.parse(in.readAllBytes(), "features.json").get(name);
        }
        Map<String, long[]> keys = KeyLists.read(expected.get("keys").asText());
        keys.computeIfPresent(
                "pos_embed",
                (key, shape) ->
                        name.endsWith("384") ? new long[] {1, 1 + 24 * 24, shape[2]} : shape);
        try (NDManager manager = NDManager.newBaseManager();
                NoGrad off = NoGrad.open()) {
            Backbone network = Backbones.create(id);
            network.allocate(manager);

            Coverage coverage = WeightLoader.load(network, KeyLists.weights(keys), false);

            assertThat(coverage.complete()).isTrue();
            assertThat(coverage.remarks()).contains(remark);
            long side = expected.get("input").get(2).asLong();
            float[] features =
                    network.pooled(FillRule.input(manager, "input", 1, 3, side, side))
                            .toFloatArray();
            JsonNode summary = expected.get("features");
            double squares = 0;
            for (float value : features) {
                squares += (double) value * value;
            }
            double l2 = summary.get("l2").asDouble();
            assertThat(Math.sqrt(squares)).isCloseTo(l2, within(TOLERANCE * l2));
            for (int i = 0; i < summary.get("index").size(); i++) {
                double value = summary.get("value").get(i).asDouble();
                assertThat((double) features[summary.get("index").get(i).asInt()])
                        .isCloseTo(value, within(TOLERANCE * Math.max(1, Math.abs(value))));
            }
        }
    }
}
