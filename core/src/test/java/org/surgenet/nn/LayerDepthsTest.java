package org.surgenet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.surgenet.nn.zoo.Backbones;

class LayerDepthsTest {
    private static Map<String, Integer> of(String backbone) {
        return LayerDepths.of(Backbones.create(backbone).parameters().keySet());
    }

    /** Stages of 3, 3, 9 and 3 blocks, as timm's group matcher of MetaFormer counts them. */
    @Test
    void blocksOfCaformerAreLayers() {
        Map<String, Integer> layers = of("caformer_s18");
        assertThat(layers.get("downsample_layers.0.conv.weight")).isZero();
        assertThat(layers.get("stages.0.0.norm1.weight")).isEqualTo(1);
        assertThat(layers.get("stages.0.2.norm1.weight")).isEqualTo(3);
        assertThat(layers.get("downsample_layers.1.conv.weight")).isEqualTo(4);
        assertThat(layers.get("stages.1.0.norm1.weight")).isEqualTo(4);
        assertThat(layers.get("stages.2.8.norm1.weight")).isEqualTo(15);
        assertThat(layers.get("stages.3.2.norm1.weight")).isEqualTo(18);
        assertThat(layers.get("norm.weight")).isEqualTo(19);
    }

    @Test
    void everyBackboneHasLayers() {
        for (String name : Backbones.ids()) {
            Map<String, Integer> layers = of(name);
            assertThat(layers.keySet()).isEqualTo(Backbones.create(name).parameters().keySet());
            assertThat(layers.values()).as(name).contains(0, 1, 2);
        }
    }

    /** PVTv2 counts its stages from 1 and has a norm at the end of each. */
    @Test
    void aStagesNormGoesWithItsLastBlock() {
        Map<String, Integer> layers = of("pvt_v2_b2");
        assertThat(layers.get("patch_embed1.proj.weight")).isZero();
        assertThat(layers.get("block1.0.norm1.weight")).isEqualTo(1);
        assertThat(layers.get("block1.2.norm1.weight")).isEqualTo(3);
        assertThat(layers.get("norm1.weight")).isEqualTo(3);
        assertThat(layers.get("patch_embed2.proj.weight")).isEqualTo(4);
        assertThat(layers.get("norm4.weight")).isEqualTo(layers.get("block4.2.norm1.weight"));
    }

    @Test
    void namesWithoutBlocksAreRefused() {
        assertThatThrownBy(() -> LayerDepths.of(List.of("fc.weight", "fc.bias")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
