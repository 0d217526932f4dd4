package org.surgenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.surgenet.common.UserException;

/**
 * What is converted has the keys and shapes that the target's own code has, from every dialect to
 * every other one (test resources {@code keys} and {@code reference/keys}).
 */
class ConvertedShapesTest {
    /** Lists of one network with the same head, by the names that they are in. */
    private static final List<Map<Converter.Names, String>> NETWORKS =
            List.of(
                    Map.of(
                            Converter.Names.SURGENET, "surgenet_caformer_s18_star",
                            Converter.Names.TIMM, "keys_timm_caformer_s18"),
                    Map.of(
                            Converter.Names.SURGENET,
                            "keys_surgenet_convnextv2",
                            Converter.Names.TIMM,
                            "keys_timm_convnextv2_tiny",
                            Converter.Names.TRANSFORMERS,
                            "transformers_ConvNextV2ForImageClassification_tiny"),
                    Map.of(
                            Converter.Names.SURGENET,
                            "keys_surgenet_pvtv2",
                            Converter.Names.TIMM,
                            "keys_timm_pvt_v2_b2",
                            Converter.Names.TRANSFORMERS,
                            "transformers_PvtV2ForImageClassification_b2"),
                    Map.of(
                            Converter.Names.SURGENET,
                            "timm_vit_small_patch16_224",
                            Converter.Names.TIMM,
                            "timm_vit_small_patch16_224",
                            Converter.Names.TRANSFORMERS,
                            "transformers_ViTForImageClassification_small"));

    static List<List<String>> pairs() {
        List<List<String>> pairs = new java.util.ArrayList<>();
        for (Map<Converter.Names, String> network : NETWORKS) {
            network.values()
                    .forEach(
                            from ->
                                    network.forEach(
                                            (names, to) ->
                                                    pairs.add(List.of(from, names.name(), to))));
        }
        pairs.add(
                List.of(
                        "transformers5_ViTForImageClassification_small_state_dict",
                        "TRANSFORMERS",
                        "transformers_ViTForImageClassification_small"));
        // SurgeNet's ReLU variant, which timm has no list of, and what has one dialect only.
        for (String list :
                List.of(
                        "keys_surgenet_caformer",
                        "surgenet_MetaFormerFPN",
                        "surgenet_MetaFormerFPN_star",
                        "surgenet_ConvNextFPN",
                        "surgenet_PVTV2FPN")) {
            pairs.add(List.of(list, "SURGENET", list));
        }
        return pairs;
    }

    private static Map<String, long[]> converted(StateDict weights, Converter.Names names) {
        Fit fit = Converter.fit(weights, Optional.empty());
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Converter.renamed(Path.of("in"), fit, names)
                .forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void keysAndShapesAreTheTargetsOwn(List<String> pair) {
        StateDict weights = KeyLists.weights(KeyLists.read(pair.get(0)));

        Map<String, long[]> converted = converted(weights, Converter.Names.valueOf(pair.get(1)));

        assertThat(KeyLists.shown(converted))
                .containsExactlyInAnyOrderEntriesOf(KeyLists.shown(KeyLists.read(pair.get(2))));
    }

    /** A backbone of one dialect; what the others' code has of it. */
    @ParameterizedTest
    @CsvSource({
        "timm_caformer_s18_backbone, TIMM, timm_caformer_s18_backbone",
        "timm_convnextv2_tiny_backbone, TRANSFORMERS, transformers_ConvNextV2Model_tiny",
        "transformers_ConvNextV2Model_tiny, TIMM, timm_convnextv2_tiny_backbone",
        "timm_pvt_v2_b2_backbone, TRANSFORMERS, transformers_PvtV2Model_b2",
        "transformers_PvtV2Model_b2, TIMM, timm_pvt_v2_b2_backbone",
        "transformers_ViTModel_small, SURGENET, dino_vit_small",
        "transformers_ViTModel_small, TIMM, timm_vit_small_patch16_224_backbone"
    })
    void backbonesToo(String from, Converter.Names names, String to) {
        StateDict weights = KeyLists.weights(KeyLists.read(from));

        assertThat(KeyLists.shown(converted(weights, names)))
                .containsExactlyInAnyOrderEntriesOf(KeyLists.shown(KeyLists.read(to)));
    }

    @Test
    void aFullCheckpointOfDinoGivesItsTeachersBackbone() {
        Map<String, long[]> keys = new LinkedHashMap<>();
        KeyLists.read("keys_timm_convnextv2_tiny")
                .forEach(
                        (key, shape) -> {
                            keys.put("student.module.backbone." + key, shape);
                            keys.put("teacher.backbone." + key, shape);
                        });
        keys.put("teacher.head.mlp.0.weight", new long[] {2048, 768});
        StateDict weights = KeyLists.weights(keys);

        assertThat(Converter.fit(weights, Optional.empty()).coverage().part())
                .isEqualTo("teacher.backbone");
        assertThat(KeyLists.shown(converted(weights, Converter.Names.SURGENET)))
                .containsExactlyInAnyOrderEntriesOf(
                        KeyLists.shown(KeyLists.read("keys_surgenet_convnextv2")));
    }

    @ParameterizedTest
    @CsvSource({
        "surgenet_PVTV2FPN, TIMM, timm has no names for its decoder",
        "surgenet_ConvNextFPN, TRANSFORMERS, transformers has no names for its decoder",
        "keys_surgenet_caformer, TRANSFORMERS, transformers has no network like caformer_s18"
    })
    void whatTheTargetLacksIsRefused(String from, Converter.Names names, String message) {
        StateDict weights = KeyLists.weights(KeyLists.read(from));

        assertThatThrownBy(() -> converted(weights, names))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("names=");
    }

    /** Query, key and value one after the other, and back. */
    @Test
    void valuesStayWhatTheyWere() {
        StateDict weights =
                KeyLists.weights(KeyLists.read("transformers_ViTForImageClassification_small"));
        Map<String, Tensor> ours =
                Converter.renamed(
                        Path.of("in"),
                        Converter.fit(weights, Optional.empty()),
                        Converter.Names.SURGENET);
        double[] joint = ours.get("blocks.3.attn.qkv.weight").toDoubles();
        int at = 0;
        for (String part : List.of("query", "key", "value")) {
            String name = "vit.encoder.layer.3.attention.attention." + part + ".weight";
            for (double value : weights.tensors().get(name).toDoubles()) {
                assertThat(joint[at]).isEqualTo(value);
                at++;
            }
        }
        assertThat(joint).hasSize(at);

        StateDict again = new StateDict(Path.of("b"), StateDict.Format.SAFETENSORS, ours, Map.of());
        Map<String, Tensor> theirs =
                Converter.renamed(
                        Path.of("b"),
                        Converter.fit(again, Optional.empty()),
                        Converter.Names.TRANSFORMERS);
        for (String name :
                List.of(
                        "vit.encoder.layer.0.attention.attention.query.bias",
                        "vit.encoder.layer.11.attention.attention.value.weight",
                        "classifier.bias")) {
            assertThat(theirs.get(name).toDoubles())
                    .as(name)
                    .isEqualTo(weights.tensors().get(name).toDoubles());
        }
    }
}
