package org.surgenet.nn.fpn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.zoo.Backbones;

class SegmentationModelTest {
    /** 40 x 70 in a frame of 64 x 96 of zeros is what it is padded to by hand. */
    @Test
    void imagesOfAnySizeArePaddedAndCutBack() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                NoGrad off = NoGrad.open()) {
            SegmentationModel model = new SegmentationModel(Backbones.create("caformer_test"), 5);
            model.initialize(manager, 3);
            NDArray images = manager.randomUniform(-1, 1, new Shape(2, 3, 40, 70));
            NDArray padded = manager.zeros(new Shape(2, 3, 64, 96));
            padded.set(new NDIndex(":, :, :40, :70"), images);

            NDArray logits = model.forward(images);

            assertThat(logits.getShape()).isEqualTo(new Shape(2, 5, 40, 70));
            assertThat(logits.toFloatArray())
                    .isEqualTo(
                            model.forward(padded)
                                    .get(new NDIndex(":, :, :40, :70"))
                                    .toFloatArray());
        }
    }
}
