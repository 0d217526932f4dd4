package org.surgenet.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Updates of arrays in place, in one pass over their memory; not recorded for gradients. */
public final class Updates {
    private Updates() {}

    /**
     * What a step of AdamW computes with.
     *
     * @param lr learning rate
     * @param weightDecay decoupled; 0 for none
     */
    public record AdamWRates(
            double lr, double weightDecay, double beta1, double beta2, double eps) {}

    /**
     * A step of PyTorch's AdamW on one array: changes {@code weight} and both moments.
     *
     * @param steps of this array, this one included: 1 for the first
     */
    public static void adamw(
            NDArray weight,
            NDArray gradient,
            NDArray mean,
            NDArray square,
            long steps,
            AdamWRates rates) {
        NDManager manager = weight.getManager();
        double[] numbers = {rates.lr, rates.weightDecay, rates.beta1, rates.beta2, rates.eps};
        try (NDArray count = manager.create((float) steps);
                NDArray numbersOf = manager.create(numbers)) {
            TorchScript.run(
                            "adamw",
                            new NDArray[] {weight, gradient, mean, square, count, numbersOf})
                    .close();
        }
    }

    /**
     * {@code average ← momentum·average + (1 − momentum)·value}.
     *
     * @param shares momentum and 1 − momentum, float64 of 2 elements
     */
    public static void moveAverage(NDArray average, NDArray value, NDArray shares) {
        TorchScript.run("move_average", new NDArray[] {average, value, shares}).close();
    }
}
