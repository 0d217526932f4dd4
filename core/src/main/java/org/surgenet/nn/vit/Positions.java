package org.surgenet.nn.vit;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.surgenet.nn.Parameter;

/**
 * Position embeddings (1, 1 + grid², C), the class token's first, of another grid than a network's
 * (dino {@code vision_transformer.py: interpolate_pos_encoding}).
 */
final class Positions {
    private Positions() {}

    /**
     * How saved embeddings become those of a network.
     *
     * @param saved their shape
     * @param grid patches along each side of the network's
     * @param size C
     * @return empty unless they are of another square grid and as wide
     */
    static Optional<Parameter.Resampling> resampling(long[] saved, int grid, int size) {
        if (saved.length != 3 || saved[0] != 1 || saved[2] != size || saved[1] < 2) {
            return Optional.empty();
        }
        int from = (int) Math.round(Math.sqrt(saved[1] - 1.0));
        if (from == grid || (long) from * from != saved[1] - 1) {
            return Optional.empty();
        }
        return Optional.of(
                new Parameter.Resampling(
                        String.format(
                                Locale.ROOT,
                                "%d x %d to %d x %d patches (bicubic)",
                                from,
                                from,
                                grid,
                                grid),
                        values -> resample(values, from, grid, size)));
    }

    /** The class token's embedding as it is, then A·P·Bᵀ over the two axes of the grid. */
    private static float[] resample(float[] values, int from, int to, int size) {
        float[] weights = Bicubic.weights(from, to); // (to, from)
        float[] patches = Arrays.copyOfRange(values, size, values.length);
        float[] rows = product(weights, patches, to, from, from * size); // (to, from * C)
        float[] result = Arrays.copyOf(values, (1 + to * to) * size);
        for (int y = 0; y < to; y++) {
            float[] row = Arrays.copyOfRange(rows, y * from * size, (y + 1) * from * size);
            float[] resampled = product(weights, row, to, from, size); // (to, C)
            System.arraycopy(resampled, 0, result, (1 + y * to) * size, to * size);
        }
        return result;
    }

    /** (rows, inner) times (inner, columns). */
    private static float[] product(float[] a, float[] b, int rows, int inner, int columns) {
        float[] product = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < inner; k++) {
                float weight = a[i * inner + k];
                if (weight != 0) {
                    for (int j = 0; j < columns; j++) {
                        product[i * columns + j] += weight * b[k * columns + j];
                    }
                }
            }
        }
        return product;
    }
}
