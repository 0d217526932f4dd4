package org.surgenet.nn.pvtv2;

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

/**
 * PVTv2-B2 (METHOD B.3; SurgeNet's {@code pvtv2.py}). In training, stochastic depth rises linearly
 * to 0.1, as SurgeNet's factory sets it.
 */
public final class PvtV2 extends StagedBackbone {
    /** Of the blocks' and the stages' norms. */
    static final double EPS = 1e-6;

    /** Of the norms after convolutions. */
    static final double PATCH_EPS = 1e-5;

    private static final double DROP_PATH = 0.1;
    private static final int STAGES = 4;

    private static final int[] DIMS = {64, 128, 320, 512};
    private final List<PatchEmbedding> embeddings = new ArrayList<>();
    private final List<List<Block>> blocks = new ArrayList<>();
    private final List<LayerNorm> norms = new ArrayList<>();

    private PvtV2() {
        super("pvt_v2_b2", DIMS);
        int[] depths = {3, 4, 6, 3};
        int[] heads = {1, 2, 5, 8};
        int[] ratios = {8, 8, 4, 4};
        int[] reductions = {8, 4, 2, 1};
        int total = 16;
        int count = 0;
        for (int i = 0; i < STAGES; i++) {
            int number = i + 1;
            embeddings.add(
                    child(
                            "patch_embed" + number,
                            new PatchEmbedding(i == 0 ? 3 : DIMS[i - 1], DIMS[i], i == 0)));
            List<Block> stage = new ArrayList<>();
            for (int j = 0; j < depths[i]; j++) {
                double drop = DROP_PATH * count++ / (total - 1);
                stage.add(
                        child(
                                "block" + number + "." + j,
                                new Block(DIMS[i], heads[i], ratios[i], reductions[i], drop)));
            }
            blocks.add(stage);
            norms.add(child("norm" + number, new LayerNorm(DIMS[i], EPS, true)));
        }
    }

    /** The B2 variant, neither initialised nor loaded. */
    public static PvtV2 b2() {
        return new PvtV2();
    }

    @Override
    public Head newHead(int classes) {
        return new LinearHead(featureSize(), classes);
    }

    @Override
    public String segmentationKey() {
        return "pvtv2";
    }

    @Override
    protected NDArray stage(int i, NDArray x) {
        NDArray y = embeddings.get(i).forward(x);
        for (Block block : blocks.get(i)) {
            y = block.forward(y);
        }
        return Arrays.then(y, norms.get(i).forward(y));
    }

    /** Overlapping patches: convolution, norm. */
    private static final class PatchEmbedding extends Module {
        private final Conv2d proj;
        private final LayerNorm norm;
        private final boolean first;

        PatchEmbedding(int in, int out, boolean first) {
            proj =
                    child(
                            "proj",
                            first
                                    ? Conv2d.of(in, out, 7, 4, 3, true, Init.FAN_OUT_NORMAL)
                                    : Conv2d.of(in, out, 3, 2, 1, true, Init.FAN_OUT_NORMAL));
            norm = child("norm", new LayerNorm(out, PATCH_EPS, true));
            this.first = first;
        }

        /** The first takes (B, 3, H, W), the others (B, H, W, C); all give (B, H', W', C'). */
        NDArray forward(NDArray x) {
            NDArray y;
            if (first) {
                y = proj.forward(x);
                y = Arrays.then(y, y.transpose(0, 2, 3, 1)); // (B, H, W, C)
            } else {
                y = proj.forwardNhwc(x);
            }
            return Arrays.then(y, norm.forward(y));
        }
    }
}
