package org.surgenet.nn.caformer;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.Module;
import org.surgenet.nn.StagedBackbone;

/**
 * CAFormer: two stages of separable convolutions, two of attention (METHOD B.1; SurgeNet's {@code
 * metaformer.py}). SurgeNet's variant replaces every StarReLU of the blocks by ReLU.
 */
public final class Caformer extends StagedBackbone {
    static final double EPS = 1e-6;

    private final List<Downsampling> downsamplings = new ArrayList<>();
    private final List<List<Block>> stages = new ArrayList<>();
    private final LayerNorm norm;

    private Caformer(String id, int[] dims, int[] depths, boolean star) {
        super(id, dims);
        for (int i = 0; i < dims.length; i++) {
            downsamplings.add(
                    child(
                            "downsample_layers." + i,
                            new Downsampling(i == 0 ? 3 : dims[i - 1], dims[i], i == 0)));
        }
        for (int i = 0; i < dims.length; i++) {
            List<Block> stage = new ArrayList<>();
            for (int j = 0; j < depths[i]; j++) {
                stage.add(child("stages." + i + "." + j, new Block(dims[i], i >= 2, star)));
            }
            stages.add(stage);
        }
        norm = child("norm", new LayerNorm(featureSize(), EPS, true));
    }

    /** CAFormer-S18 as SurgeNet pretrained it, with ReLU. */
    public static Caformer s18() {
        return new Caformer(
                "caformer_s18", new int[] {64, 128, 320, 512}, new int[] {3, 3, 9, 3}, false);
    }

    /** The original CAFormer-S18, with StarReLU. */
    public static Caformer s18Star() {
        return new Caformer(
                "caformer_s18_star", new int[] {64, 128, 320, 512}, new int[] {3, 3, 9, 3}, true);
    }

    /**
     * A toy for tests and smoke runs: the structure of {@link #s18()}, far too small to be good.
     */
    public static Caformer test() {
        return new Caformer(
                "caformer_test", new int[] {16, 32, 64, 64}, new int[] {1, 1, 1, 1}, false);
    }

    @Override
    public Head newHead(int classes) {
        return new MlpHead(featureSize(), classes);
    }

    @Override
    public String segmentationKey() {
        return "metaformer";
    }

    @Override
    protected NDArray finish(NDArray mean) {
        return Arrays.then(mean, norm.forward(mean));
    }

    @Override
    protected NDArray stage(int i, NDArray x) {
        NDArray y = downsamplings.get(i).forward(x);
        for (Block block : stages.get(i)) {
            y = block.forward(y);
        }
        return y;
    }

    /** Stem: convolution, norm. Later: norm, convolution that halves height and width. */
    private static final class Downsampling extends Module {
        private final LayerNorm preNorm;
        private final Conv2d conv;
        private final LayerNorm postNorm;

        Downsampling(int in, int out, boolean stem) {
            preNorm = stem ? null : child("pre_norm", new LayerNorm(in, EPS, false));
            conv =
                    child(
                            "conv",
                            stem
                                    ? Conv2d.of(in, out, 7, 4, 2, true, Init.TRUNC_NORMAL_02)
                                    : Conv2d.of(in, out, 3, 2, 1, true, Init.TRUNC_NORMAL_02));
            postNorm = stem ? child("post_norm", new LayerNorm(out, EPS, false)) : null;
        }

        /** The stem takes (B, 3, H, W), the others (B, H, W, C); all give (B, H', W', C'). */
        NDArray forward(NDArray x) {
            if (postNorm != null) {
                NDArray y = conv.forward(x);
                y = Arrays.then(y, y.transpose(0, 2, 3, 1)); // (B, H, W, C)
                return Arrays.then(y, postNorm.forward(y));
            }
            NDArray y = preNorm.forward(x);
            return Arrays.then(y, conv.forwardNhwc(y));
        }
    }
}
