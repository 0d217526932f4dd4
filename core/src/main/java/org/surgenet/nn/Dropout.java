package org.surgenet.nn;

import ai.djl.ndarray.NDArray;

/**
 * Dropout of single values: in training, sets a random share of them to zero and scales the others
 * up, as torch's {@code nn.Dropout}. Has no parameters. Draws from {@link Module#setNoise}'s key.
 */
public final class Dropout extends Module {
    /** Random bits that decide about one value. */
    private static final int BITS = 16;

    private final double rate;
    private final int limit;

    /**
     * @param rate share of values that become zero, in [0, 1); kept to 1 / 65536
     */
    public Dropout(double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("rate (" + rate + ") must be in [0, 1)");
        }
        this.rate = rate;
        limit = (int) Math.round(rate * (1 << BITS));
    }

    /** Any shape to the same shape; closes {@code x}. */
    public NDArray forward(NDArray x) {
        if (!isTraining() || rate == 0) {
            return x;
        }
        float[] factors = new float[Math.toIntExact(x.getShape().size())];
        float kept = (float) (1 / (1 - rate));
        long bits = 0;
        for (int i = 0; i < factors.length; i++) {
            bits = i % (Long.SIZE / BITS) == 0 ? noise().nextLong() : bits >>> BITS;
            factors[i] = (bits & (1 << BITS) - 1) < limit ? 0 : kept;
        }
        try (NDArray mask = Arrays.constant(x.getManager(), factors, x.getShape())) {
            return Arrays.then(x, x.mul(mask));
        }
    }
}
