package org.surgenet.nn.convnextv2;

import ai.djl.ndarray.NDArray;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;
import org.surgenet.nn.Parameter;

/** Depthwise 7×7, norm, expansion, GELU, response norm, projection, around a shortcut. */
final class Block extends Module {
    private final Conv2d dwconv;
    private final LayerNorm norm;
    private final Linear pwconv1;
    private final ResponseNorm grn;
    private final Linear pwconv2;

    Block(int channels) {
        dwconv = child("dwconv", Conv2d.depthwise(channels, 7, true, Init.TRUNC_NORMAL_02));
        norm = child("norm", new LayerNorm(channels, ConvNextV2.EPS, true));
        pwconv1 = child("pwconv1", new Linear(channels, 4L * channels, true, Init.TRUNC_NORMAL_02));
        grn = child("grn", new ResponseNorm(4L * channels));
        pwconv2 = child("pwconv2", new Linear(4L * channels, channels, true, Init.TRUNC_NORMAL_02));
    }

    /** (B, H, W, C) to the same shape; closes {@code x}. */
    NDArray forward(NDArray x) {
        NDArray y = dwconv.forwardNhwc(x);
        y = Arrays.then(y, norm.forward(y));
        y = Arrays.then(y, pwconv1.forward(y)); // (B, H, W, 4C)
        y = Arrays.then(y, Activation.GELU.apply(y));
        y = Arrays.then(y, grn.forward(y));
        y = Arrays.then(y, pwconv2.forward(y)); // (B, H, W, C)
        return Arrays.add(x, y);
    }

    /**
     * Global response normalisation: {@code γ·x·N + β + x} with N the channel's norm over the
     * image, divided by the mean of all channels' norms. Keys {@code gamma} and {@code beta} (1, 1,
     * 1, C).
     */
    private static final class ResponseNorm extends Module {
        private static final float EPS = 1e-6f;

        private final Parameter gamma;
        private final Parameter beta;

        ResponseNorm(long channels) {
            gamma = parameter("gamma", Init.ZEROS, 1, 1, 1, channels);
            beta = parameter("beta", Init.ZEROS, 1, 1, 1, channels);
        }

        NDArray forward(NDArray x) {
            NDArray norms = x.norm(2, new int[] {1, 2}, true); // (B, 1, 1, C)
            NDArray mean = norms.mean(new int[] {3}, true); // (B, 1, 1, 1)
            mean = Arrays.then(mean, mean.add(EPS));
            NDArray factor = Arrays.then(norms, norms.div(mean));
            mean.close();
            factor = Arrays.then(factor, factor.mul(gamma.array()));
            // x·(γ·N + 1) + β: the large array is passed over twice instead of four times.
            factor = Arrays.then(factor, factor.add(1f)); // (B, 1, 1, C)
            NDArray y = x.mul(factor);
            factor.close();
            return Arrays.then(y, y.add(beta.array()));
        }
    }
}
