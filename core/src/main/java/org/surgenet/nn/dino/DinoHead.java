package org.surgenet.nn.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Init;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/**
 * Three linear layers with GELU between, L2 normalisation of the bottleneck, then a weight-normed
 * linear layer without bias: {@code y = x · (g·v / ‖v‖)ᵀ}. Keys {@code mlp.{0,2,4}.*}, {@code
 * last_layer.weight_g} (K, 1) and {@code last_layer.weight_v} (K, bottleneck).
 */
public final class DinoHead extends Module {
    private static final int HIDDEN = 2048;
    private static final int BOTTLENECK = 256;

    private final Linear first;
    private final Linear second;
    private final Linear third;
    private final LastLayer last;

    /**
     * @param in features of the backbone
     * @param out prototypes, 65,536 in the original
     * @param trainMagnitude whether {@code weight_g} is trained; false in the original's default
     *     ({@code norm_last_layer}): it stays 1
     */
    public DinoHead(int in, int out, boolean trainMagnitude) {
        this(in, HIDDEN, BOTTLENECK, out, trainMagnitude);
    }

    /** As {@link #DinoHead(int, int, boolean)} with other widths, for tests. */
    public DinoHead(int in, int hidden, int bottleneck, int out, boolean trainMagnitude) {
        first = child("mlp.0", new Linear(in, hidden, true, Init.TRUNC_NORMAL_02));
        second = child("mlp.2", new Linear(hidden, hidden, true, Init.TRUNC_NORMAL_02));
        third = child("mlp.4", new Linear(hidden, bottleneck, true, Init.TRUNC_NORMAL_02));
        last = child("last_layer", new LastLayer(bottleneck, out, trainMagnitude));
    }

    /**
     * Projects features.
     *
     * @param x (B, in)
     * @return logits (B, out)
     */
    public NDArray forward(NDArray x) {
        NDArray y = first.forward(x);
        y = Arrays.then(y, Activation.GELU.apply(y));
        y = Arrays.then(y, second.forward(y));
        y = Arrays.then(y, Activation.GELU.apply(y));
        y = Arrays.then(y, third.forward(y)); // (B, bottleneck)
        y = Arrays.then(y, y.normalize(2, -1, 1e-12));
        return Arrays.then(y, last.forward(y)); // (B, out)
    }

    private static final class LastLayer extends Module {
        private final Parameter magnitude;
        private final Parameter direction;

        LastLayer(int in, int out, boolean trainMagnitude) {
            magnitude = parameter("weight_g", Init.ONES, out, 1);
            magnitude.setFrozen(!trainMagnitude);
            direction = parameter("weight_v", Init.TORCH_DEFAULT, out, in);
        }

        /** (B, bottleneck) to (B, K). */
        NDArray forward(NDArray x) {
            NDManager manager = x.getManager();
            // The factor g / ‖v‖ is applied to the logits, not to the weight: the weight of 65,536
            // by 256 would be copied once forward and three times backward.
            NDArray norm = direction.derive(manager, v -> v.norm(2, new int[] {1}, true)); // (K, 1)
            NDArray inverse = Arrays.then(norm, Arrays.inverse(norm));
            NDArray factor = Arrays.then(inverse, inverse.mul(magnitude.array()));
            factor = Arrays.then(factor, factor.reshape(1, -1)); // (1, K)
            NDArray y = Linear.product(precision(), x, direction.array(), null);
            y = Arrays.then(y, y.mul(factor));
            factor.close();
            return y;
        }
    }
}
