package org.surgenet.nn;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * {@code x·Wᵀ + b} over the last dimension; keys {@code weight} (out, in) and {@code bias} (out).
 */
public final class Linear extends Module {
    private final Parameter weight;
    private final Parameter bias;

    /** A layer with weights drawn by {@code init} and, if {@code withBias}, zero biases. */
    public Linear(long in, long out, boolean withBias, Init init) {
        weight = parameter("weight", init, out, in);
        bias = withBias ? parameter("bias", Init.ZEROS, out) : null;
    }

    /** (..., in) to (..., out). */
    public NDArray forward(NDArray x) {
        return product(precision(), x, weight.array(), bias == null ? null : bias.array());
    }

    /**
     * {@code x·Wᵀ + b} of arrays that stay open.
     *
     * @param bias null for none
     */
    public static NDArray product(Precision precision, NDArray x, NDArray weight, NDArray bias) {
        if (precision == Precision.FP32) {
            boolean cpu = x.getDevice().getDeviceType().equals(Device.Type.CPU);
            return cpu && x.getShape().dimension() > 2
                    ? convolution(x, weight, bias)
                    : x.getNDArrayInternal().linear(x, weight, bias).singletonOrThrow();
        }
        return bias == null
                ? TorchScript.run("linear_bf16", new NDArray[] {x, weight})
                : TorchScript.run("linear_bias_bf16", new NDArray[] {x, weight, bias});
    }

    /**
     * The same as a convolution with 1×1 kernels over (B, C, T, 1) in channels-last order, a view:
     * on a CPU the engine's convolutions take down to 0.7 of its matrix product's time for the few
     * channels of the first stages, and no more for many.
     */
    private static NDArray convolution(NDArray x, NDArray weight, NDArray bias) {
        Shape shape = x.getShape(); // (B, ..., in)
        int last = shape.dimension() - 1;
        NDArray rows = x.reshape(shape.get(0), -1, 1, shape.get(last)); // (B, T, 1, in)
        NDArray planes = Arrays.then(rows, rows.transpose(0, 3, 1, 2)); // (B, in, T, 1)
        NDArray kernels = weight.reshape(weight.getShape().addAll(ONE));
        NDArray y =
                planes.getNDArrayInternal()
                        .convolution(planes, kernels, bias, ONE, ZERO, ONE, 1)
                        .singletonOrThrow(); // (B, out, T, 1)
        planes.close();
        kernels.close();
        y = Arrays.then(y, y.transpose(0, 2, 3, 1)); // (B, T, 1, out)
        Shape out = shape.slice(0, last).add(weight.getShape().get(0));
        return Arrays.then(y, y.reshape(out));
    }

    private static final Shape ONE = new Shape(1, 1);
    private static final Shape ZERO = new Shape(0, 0);
}
