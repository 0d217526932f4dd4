package org.surgenet.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Turns bytes into the networks' input: {@code (x / 255 - mean) / deviation} per channel, on the
 * array's device.
 *
 * @param mean of red, green, blue, of values in 0..1
 * @param deviation of the same
 */
public record ImageNorm(float[] mean, float[] deviation) {
    /** ImageNet's statistics, which DINO's pretraining and all backbones' weights expect. */
    public static final ImageNorm IMAGENET =
            new ImageNorm(
                    new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

    /**
     * Normalises a batch.
     *
     * @param images (B, 3, H, W) uint8, RGB
     * @return (B, 3, H, W) float32, on the manager of {@code images}
     */
    public NDArray apply(NDArray images) {
        NDManager manager = images.getManager();
        float[] factor = new float[3];
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            factor[c] = 1 / (255 * deviation[c]);
            shift[c] = -mean[c] / deviation[c];
        }
        // Fewer passes over the data than subtracting and dividing; equal to it within 1e-6.
        try (NDArray scale = manager.create(factor, new Shape(1, 3, 1, 1));
                NDArray offset = manager.create(shift, new Shape(1, 3, 1, 1))) {
            NDArray y = images.toType(DataType.FLOAT32, true);
            y.muli(scale);
            y.addi(offset);
            return y;
        }
    }
}
