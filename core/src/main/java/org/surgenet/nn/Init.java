package org.surgenet.nn;

import org.surgenet.common.CounterRandom;

/** How a parameter's first values are drawn. */
public enum Init {
    ZEROS,
    ONES,
    /** Normal with standard deviation 0.02, cut off at ±2, as timm's trunc_normal_(std=.02). */
    TRUNC_NORMAL_02,
    /**
     * Uniform in ±1/sqrt(fan-in), torch's default for linear layers and convolutions
     * (kaiming_uniform with a = √5); fan-in is the product of all dimensions but the first.
     */
    TORCH_DEFAULT,
    /**
     * Normal with standard deviation √(2 / fan-out), PVTv2's for convolutions; fan-out counts one
     * group's outputs.
     */
    FAN_OUT_NORMAL;

    /**
     * The first values of a tensor, row-major.
     *
     * @param shape the tensor's dimensions
     * @param random the tensor's own generator
     */
    public float[] draw(long[] shape, CounterRandom random) {
        long count = 1;
        for (long dimension : shape) {
            count *= dimension;
        }
        float[] values = new float[Math.toIntExact(count)];
        double fanIn = shape.length == 0 ? 1 : Math.max(1.0, (double) count / shape[0]);
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    (float)
                            switch (this) {
                                case ZEROS -> 0.0;
                                case ONES -> 1.0;
                                case TRUNC_NORMAL_02 -> truncatedNormal(random);
                                case TORCH_DEFAULT -> random.uniform(-1, 1) / Math.sqrt(fanIn);
                                case FAN_OUT_NORMAL ->
                                        random.nextGaussian()
                                                * Math.sqrt(2.0 / fanOut(shape, count));
                            };
        }
        return values;
    }

    private static double truncatedNormal(CounterRandom random) {
        // A cut at ±2 lies 100 standard deviations out: the redraw exists for the definition's
        // sake.
        double value = 0.02 * random.nextGaussian();
        while (Math.abs(value) > 2) {
            value = 0.02 * random.nextGaussian();
        }
        return value;
    }

    private static double fanOut(long[] shape, long count) {
        // Depthwise weights are (C, 1, k, k): one output per group, so k times k; others (out, in,
        // k, k).
        return shape.length < 2
                ? count
                : (shape[1] == 1 ? 1 : shape[0]) * (double) (count / (shape[0] * shape[1]));
    }
}
