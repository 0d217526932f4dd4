package org.surgenet.nn.caformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;
import org.surgenet.nn.Scale;

/**
 * {@code x = rs1·x + mixer(LN(x)); x = rs2·x + mlp(LN(x))} on (B, H, W, C). The residual scales
 * exist in the attention stages only. SurgeNet's variant has ReLUs where the original has
 * StarReLUs.
 */
final class Block extends Module {
    private final LayerNorm norm1;
    private final Mixer mixer;
    private final Scale scale1;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final Scale scale2;

    Block(int channels, boolean attention, boolean star) {
        norm1 = child("norm1", new LayerNorm(channels, Caformer.EPS, false));
        mixer =
                child(
                        "token_mixer",
                        attention ? new Attention(channels) : new SepConv(channels, star));
        scale1 = attention ? child("res_scale1", new Scale(channels)) : null;
        norm2 = child("norm2", new LayerNorm(channels, Caformer.EPS, false));
        mlp = child("mlp", new Mlp(channels, star));
        scale2 = attention ? child("res_scale2", new Scale(channels)) : null;
    }

    /** Closes {@code x}. */
    NDArray forward(NDArray x) {
        NDArray y = norm1.forward(x);
        y = Arrays.then(y, mixer.forward(y));
        x = Arrays.addInto(scale1 == null ? x : Arrays.then(x, scale1.forward(x)), y);
        y = norm2.forward(x);
        y = Arrays.then(y, mlp.forward(y));
        return Arrays.addInto(scale2 == null ? x : Arrays.then(x, scale2.forward(x)), y);
    }

    /** Mixes information between positions: (B, H, W, C) to the same shape. */
    private abstract static class Mixer extends Module {
        abstract NDArray forward(NDArray x);
    }

    /** Inverted separable convolution, as in MobileNetV2. */
    private static final class SepConv extends Mixer {
        private final Linear pwconv1;
        private final StarRelu act1;
        private final Conv2d dwconv;
        private final Linear pwconv2;

        SepConv(int channels, boolean star) {
            int wide = 2 * channels;
            pwconv1 = child("pwconv1", new Linear(channels, wide, false, Init.TRUNC_NORMAL_02));
            act1 = star ? child("act1", new StarRelu()) : null;
            dwconv = child("dwconv", Conv2d.depthwise(wide, 7, false, Init.TRUNC_NORMAL_02));
            pwconv2 = child("pwconv2", new Linear(wide, channels, false, Init.TRUNC_NORMAL_02));
        }

        @Override
        NDArray forward(NDArray x) {
            NDArray y = pwconv1.forward(x); // (B, H, W, 2C)
            y = act1 == null ? Activation.reluInPlace(y) : act1.forward(y);
            y = Arrays.then(y, dwconv.forwardNhwc(y));
            return Arrays.then(y, pwconv2.forward(y)); // (B, H, W, C)
        }
    }

    /** Global self-attention with heads of 32 channels and no position encoding. */
    private static final class Attention extends Mixer {
        private static final int HEAD = 32;

        private final Linear qkv;
        private final Linear proj;

        Attention(int channels) {
            qkv = child("qkv", new Linear(channels, 3L * channels, false, Init.TRUNC_NORMAL_02));
            proj = child("proj", new Linear(channels, channels, false, Init.TRUNC_NORMAL_02));
        }

        @Override
        NDArray forward(NDArray x) {
            Shape shape = x.getShape();
            NDArray y = qkv.forward(x); // (B, H, W, 3C)
            y = Arrays.then(y, y.reshape(shape.get(0), -1, 3 * shape.get(3))); // (B, T, 3C)
            y =
                    Arrays.then(
                            y,
                            org.surgenet.nn.Attention.apply(
                                    precision(), y, shape.get(3) / HEAD)); // (B, T, C)
            y = Arrays.then(y, y.reshape(shape)); // (B, H, W, C)
            return Arrays.then(y, proj.forward(y));
        }
    }

    private static final class Mlp extends Module {
        private final Linear fc1;
        private final StarRelu act;
        private final Linear fc2;

        Mlp(int channels, boolean star) {
            fc1 = child("fc1", new Linear(channels, 4L * channels, false, Init.TRUNC_NORMAL_02));
            act = star ? child("act", new StarRelu()) : null;
            fc2 = child("fc2", new Linear(4L * channels, channels, false, Init.TRUNC_NORMAL_02));
        }

        NDArray forward(NDArray x) {
            NDArray y = fc1.forward(x); // (B, H, W, 4C)
            if (act != null) {
                return act.forward(y, fc2); // (B, H, W, C)
            }
            y = Activation.reluInPlace(y);
            return Arrays.then(y, fc2.forward(y)); // (B, H, W, C)
        }
    }
}
