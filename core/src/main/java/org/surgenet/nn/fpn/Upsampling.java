package org.surgenet.nn.fpn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Arrays;

/**
 * Enlargements of feature maps. The bilinear one, with aligned corners, is the product A·X·Bᵀ with
 * interpolation matrices: the engine's binding ignores the alignment, and the product is
 * differentiable and exact to rounding.
 */
final class Upsampling {
    private Upsampling() {}

    /** Bilinear with aligned corners: (B, C, H, W) to (B, C, factor * H, factor * W). */
    static NDArray bilinear(NDArray x, int factor) {
        NDManager manager = x.getManager();
        Shape shape = x.getShape();
        int height = Math.toIntExact(shape.get(2));
        int width = Math.toIntExact(shape.get(3));
        try (NDArray rows = matrix(manager, height, factor * height); // (fH, H)
                NDArray columns = matrix(manager, width, factor * width)) { // (fW, W)
            NDArray wide =
                    x.getNDArrayInternal().linear(x, columns, null).singletonOrThrow(); // W to fW
            // A·X by broadcasting A over images and channels. Called on the matrix, which lives on
            // the step's manager as well.
            return Arrays.then(wide, rows.matMul(wide)); // (B, C, fH, fW)
        }
    }

    /** Row i holds the weights of the inputs in output i: position i·(in-1)/(out-1). */
    private static NDArray matrix(NDManager manager, int in, int out) {
        float[] weights = new float[out * in];
        for (int i = 0; i < out; i++) {
            double position = out == 1 ? 0 : i * (in - 1.0) / (out - 1.0);
            int low = Math.min((int) position, in - 1);
            int high = Math.min(low + 1, in - 1);
            double share = position - low;
            weights[i * in + low] += (float) (1 - share);
            weights[i * in + high] += (float) share;
        }
        return Arrays.constant(manager, weights, new Shape(out, in));
    }

    /**
     * {@code nearest×2(x) + skip} without materialising the enlargement; {@code x} stays open,
     * {@code skip} is closed.
     */
    static NDArray doubledPlus(NDArray x, NDArray skip) {
        Shape shape = x.getShape();
        long b = shape.get(0);
        long c = shape.get(1);
        long h = shape.get(2);
        long w = shape.get(3);
        NDArray small = x.reshape(b, c, h, 1, w, 1);
        NDArray large = Arrays.then(skip, skip.reshape(b, c, h, 2, w, 2));
        NDArray sum = Arrays.add(large, small); // (B, C, H, 2, W, 2)
        return Arrays.then(sum, sum.reshape(b, c, 2 * h, 2 * w));
    }
}
