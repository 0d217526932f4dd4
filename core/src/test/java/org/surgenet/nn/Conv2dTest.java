package org.surgenet.nn;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.surgenet.engine.Recording;
import org.surgenet.train.Gradients;

class Conv2dTest {
    private static final int IN = 512;
    private static final int SIDE = 16;

    /**
     * Outputs that do not fill the engine's blocks of channels. What lies in freed memory must not
     * reach the gradient of the input: here all of it is NaN.
     */
    @Test
    void theGradientOfTheInputIsMadeOfNothingElse() {
        try (NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            Conv2d conv = Conv2d.of(IN, 13, 3, 1, 1, true, Init.TORCH_DEFAULT);
            conv.initialize(manager, 5);
            float[] first = gradient(manager, conv);
            for (int round = 0; round < 20; round++) {
                for (int size = 1 << 8; size <= 1 << 20; size <<= 1) {
                    poison(manager, size);
                }
                assertThat(gradient(manager, conv)).as("round %d", round).isEqualTo(first);
            }
            for (float value : first) {
                assertThat(Float.isFinite(value)).isTrue();
            }
        }
    }

    private static float[] gradient(NDManager manager, Conv2d conv) {
        try (NDManager step = manager.newSubManager()) {
            NDArray x = step.arange(0, 8 * IN * SIDE * SIDE, 1, DataType.FLOAT32).sin();
            x = x.reshape(new Shape(8, IN, SIDE, SIDE));
            x.setRequiresGradient(true);
            try (Recording recording = Gradients.collect()) {
                recording.backward(conv.forward(x).sum());
            }
            return x.getGradient().toFloatArray();
        }
    }

    /** Leaves NaN in memory that the engine takes next. */
    private static void poison(NDManager manager, int size) {
        try (NDManager some = manager.newSubManager()) {
            for (int i = 0; i < 8; i++) {
                some.full(new Shape(size), Float.NaN, DataType.FLOAT32);
            }
        }
    }
}
