package org.surgenet.nn.convnextv2;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.LinearHead;
import org.surgenet.nn.Module;
import org.surgenet.nn.StagedBackbone;

/** ConvNeXt V2 tiny (METHOD B.2; SurgeNet's {@code convnextv2.py}). */
public final class ConvNextV2 extends StagedBackbone {
    static final double EPS = 1e-6;

    private static final int[] DIMS = {96, 192, 384, 768};
    private final List<Downsampling> downsamplings = new ArrayList<>();
    private final List<List<Block>> stages = new ArrayList<>();
    private final LayerNorm norm;

    private ConvNextV2() {
        super("convnextv2_tiny", DIMS);
        int[] depths = {3, 3, 9, 3};
        for (int i = 0; i < DIMS.length; i++) {
            Downsampling downsampling =
                    i == 0 ? new Stem(DIMS[0]) : new Halving(DIMS[i - 1], DIMS[i]);
            downsamplings.add(child("downsample_layers." + i, downsampling));
        }
        for (int i = 0; i < DIMS.length; i++) {
            List<Block> stage = new ArrayList<>();
            for (int j = 0; j < depths[i]; j++) {
                stage.add(child("stages." + i + "." + j, new Block(DIMS[i])));
            }
            stages.add(stage);
        }
        norm = child("norm", new LayerNorm(featureSize(), EPS, true));
    }

    /** The tiny variant, neither initialised nor loaded. */
    public static ConvNextV2 tiny() {
        return new ConvNextV2();
    }

    @Override
    public Head newHead(int classes) {
        return new LinearHead(featureSize(), classes);
    }

    @Override
    public String segmentationKey() {
        return "convnext";
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

    private abstract static class Downsampling extends Module {
        abstract NDArray forward(NDArray x);
    }

    /** (B, 3, H, W) to (B, H / 4, W / 4, C). */
    private static final class Stem extends Downsampling {
        private final Conv2d conv;
        private final LayerNorm norm;

        Stem(int out) {
            conv = child("0", Conv2d.of(3, out, 4, 4, 0, true, Init.TRUNC_NORMAL_02));
            norm = child("1", new LayerNorm(out, EPS, true));
        }

        @Override
        NDArray forward(NDArray x) {
            NDArray y = conv.forward(x);
            y = Arrays.then(y, y.transpose(0, 2, 3, 1)); // (B, H, W, C)
            return Arrays.then(y, norm.forward(y));
        }
    }

    /** (B, H, W, C) to (B, H / 2, W / 2, C'). */
    private static final class Halving extends Downsampling {
        private final LayerNorm norm;
        private final Conv2d conv;

        Halving(int in, int out) {
            norm = child("0", new LayerNorm(in, EPS, true));
            conv = child("1", Conv2d.of(in, out, 2, 2, 0, true, Init.TRUNC_NORMAL_02));
        }

        @Override
        NDArray forward(NDArray x) {
            NDArray y = norm.forward(x);
            return Arrays.then(y, conv.forwardNhwc(y));
        }
    }
}
