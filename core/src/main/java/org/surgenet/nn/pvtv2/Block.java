package org.surgenet.nn.pvtv2;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.DropPath;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;

/** Attention over spatially reduced keys and values, then an MLP with a depthwise convolution. */
final class Block extends Module {
    private final LayerNorm norm1;
    private final ReducedAttention attn;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final DropPath dropPath1;
    private final DropPath dropPath2;

    Block(int channels, int heads, int ratio, int reduction, double drop) {
        norm1 = child("norm1", new LayerNorm(channels, PvtV2.EPS, true));
        attn = child("attn", new ReducedAttention(channels, heads, reduction));
        norm2 = child("norm2", new LayerNorm(channels, PvtV2.EPS, true));
        mlp = child("mlp", new Mlp(channels, (long) channels * ratio));
        dropPath1 = child("drop_path1", new DropPath(drop));
        dropPath2 = child("drop_path2", new DropPath(drop));
    }

    /** (B, H, W, C) to the same shape; closes {@code x}. */
    NDArray forward(NDArray x) {
        NDArray y = norm1.forward(x);
        y = Arrays.then(y, attn.forward(y));
        x = Arrays.add(x, dropPath1.forward(y));
        y = norm2.forward(x);
        y = Arrays.then(y, mlp.forward(y));
        return Arrays.add(x, dropPath2.forward(y));
    }

    private static final class ReducedAttention extends Module {
        private final long heads;
        private final Linear q;
        private final Linear kv;
        private final Linear proj;
        private final Conv2d sr;
        private final LayerNorm norm;

        ReducedAttention(int channels, int heads, int reduction) {
            this.heads = heads;
            q = child("q", new Linear(channels, channels, true, Init.TRUNC_NORMAL_02));
            kv = child("kv", new Linear(channels, 2L * channels, true, Init.TRUNC_NORMAL_02));
            proj = child("proj", new Linear(channels, channels, true, Init.TRUNC_NORMAL_02));
            boolean reduces = reduction > 1;
            sr =
                    reduces
                            ? child(
                                    "sr",
                                    Conv2d.of(
                                            channels,
                                            channels,
                                            reduction,
                                            reduction,
                                            0,
                                            true,
                                            Init.FAN_OUT_NORMAL))
                            : null;
            norm = reduces ? child("norm", new LayerNorm(channels, PvtV2.PATCH_EPS, true)) : null;
        }

        /** (B, H, W, C) to the same shape. */
        NDArray forward(NDArray x) {
            Shape shape = x.getShape();
            NDArray queries = q.forward(x);
            queries = Arrays.then(queries, queries.reshape(shape.get(0), -1, shape.get(3)));
            NDArray source = x;
            if (sr != null) {
                source = sr.forwardNhwc(x); // (B, H / r, W / r, C)
                source = Arrays.then(source, norm.forward(source));
            }
            NDArray joint = kv.forward(source); // (B, H', W', 2C)
            if (source != x) {
                source.close();
            }
            joint = Arrays.then(joint, joint.reshape(shape.get(0), -1, 2 * shape.get(3)));
            NDArray y =
                    org.surgenet.nn.Attention.apply(
                            precision(), queries, joint, heads); // (B, T, C)
            queries.close();
            joint.close();
            y = Arrays.then(y, y.reshape(shape)); // (B, H, W, C)
            return Arrays.then(y, proj.forward(y));
        }
    }

    private static final class Mlp extends Module {
        private final Linear fc1;
        private final Conv2d dwconv;
        private final Linear fc2;

        Mlp(int channels, long hidden) {
            fc1 = child("fc1", new Linear(channels, hidden, true, Init.TRUNC_NORMAL_02));
            dwconv = child("dwconv.dwconv", Conv2d.depthwise(hidden, 3, true, Init.FAN_OUT_NORMAL));
            fc2 = child("fc2", new Linear(hidden, channels, true, Init.TRUNC_NORMAL_02));
        }

        NDArray forward(NDArray x) {
            NDArray y = fc1.forward(x); // (B, H, W, hidden)
            y = Arrays.then(y, dwconv.forwardNhwc(y));
            y = Arrays.then(y, Activation.GELU.apply(y));
            return Arrays.then(y, fc2.forward(y)); // (B, H, W, C)
        }
    }
}
