package org.surgenet.nn.vit;

import ai.djl.ndarray.NDArray;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.DropPath;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.Linear;
import org.surgenet.nn.Module;

/** A pre-norm transformer block on (B, T, C). */
final class Block extends Module {
    private final LayerNorm norm1;
    private final Attention attn;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final DropPath dropPath1;
    private final DropPath dropPath2;

    Block(int channels, int heads, double drop) {
        norm1 = child("norm1", new LayerNorm(channels, Vit.EPS, true));
        attn = child("attn", new Attention(channels, heads));
        norm2 = child("norm2", new LayerNorm(channels, Vit.EPS, true));
        mlp = child("mlp", new Mlp(channels));
        dropPath1 = child("drop_path1", new DropPath(drop));
        dropPath2 = child("drop_path2", new DropPath(drop));
    }

    /** Closes {@code x}. */
    NDArray forward(NDArray x) {
        NDArray y = norm1.forward(x);
        y = Arrays.then(y, attn.forward(y));
        x = Arrays.add(x, dropPath1.forward(y));
        y = norm2.forward(x);
        y = Arrays.then(y, mlp.forward(y));
        return Arrays.add(x, dropPath2.forward(y));
    }

    private static final class Attention extends Module {
        private final long heads;
        private final Linear qkv;
        private final Linear proj;

        Attention(int channels, int heads) {
            this.heads = heads;
            qkv = child("qkv", new Linear(channels, 3L * channels, true, Init.TRUNC_NORMAL_02));
            proj = child("proj", new Linear(channels, channels, true, Init.TRUNC_NORMAL_02));
        }

        NDArray forward(NDArray x) {
            NDArray y = qkv.forward(x); // (B, T, 3C)
            y = Arrays.then(y, org.surgenet.nn.Attention.apply(precision(), y, heads)); // (B, T, C)
            return Arrays.then(y, proj.forward(y));
        }
    }

    private static final class Mlp extends Module {
        private final Linear fc1;
        private final Linear fc2;

        Mlp(int channels) {
            fc1 = child("fc1", new Linear(channels, 4L * channels, true, Init.TRUNC_NORMAL_02));
            fc2 = child("fc2", new Linear(4L * channels, channels, true, Init.TRUNC_NORMAL_02));
        }

        NDArray forward(NDArray x) {
            NDArray y = fc1.forward(x); // (B, T, 4C)
            y = Arrays.then(y, Activation.GELU.apply(y));
            return Arrays.then(y, fc2.forward(y)); // (B, T, C)
        }
    }
}
