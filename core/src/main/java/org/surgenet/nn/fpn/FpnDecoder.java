package org.surgenet.nn.fpn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Activation;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.GroupNorm;
import org.surgenet.nn.Init;
import org.surgenet.nn.Module;

/**
 * Feature pyramid with merging by concatenation (METHOD A.2): lateral 1×1 convolutions to 256
 * channels, nearest top-down paths, four branches of 3×3 convolutions with group norm and bilinear
 * doubling to stride 4, 3×3 convolution to the classes, bilinear enlargement to the input's size.
 */
public final class FpnDecoder extends Module {
    private static final int PYRAMID = 256;
    private static final int BRANCH = 128;

    private final Conv2d p5;
    private final List<Conv2d> skips = new ArrayList<>();
    private final List<List<ConvBlock>> branches = new ArrayList<>();
    private final Conv2d head;

    /**
     * @param channels of the four feature maps, finest first
     * @param classes number of output channels
     */
    public FpnDecoder(int[] channels, int classes) {
        p5 = child("p5", Conv2d.of(channels[3], PYRAMID, 1, 1, 0, true, Init.TORCH_DEFAULT));
        for (int level = 4; level >= 2; level--) {
            skips.add(
                    child(
                            "p" + level + ".skip_conv",
                            Conv2d.of(
                                    channels[level - 2],
                                    PYRAMID,
                                    1,
                                    1,
                                    0,
                                    true,
                                    Init.TORCH_DEFAULT)));
        }
        for (int i = 0; i < 4; i++) {
            List<ConvBlock> branch = new ArrayList<>();
            // Branches of strides 32, 16, 8 double 3, 2, 1 times; the last has one block, too, but
            // does not double.
            for (int j = 0; j < Math.max(1, 3 - i); j++) {
                branch.add(
                        child(
                                "seg_blocks." + i + ".block." + j + ".block",
                                new ConvBlock(j == 0 ? PYRAMID : BRANCH, i < 3)));
            }
            branches.add(branch);
        }
        head =
                child(
                        "segmentation_head.0",
                        Conv2d.of(4L * BRANCH, classes, 3, 1, 1, true, Init.TORCH_DEFAULT));
    }

    /**
     * Scores of the classes per pixel.
     *
     * @param maps four maps (B, C, H / stride, W / stride) at strides 4, 8, 16, 32; closed here
     * @return logits (B, K, H, W)
     */
    public NDArray forward(NDList maps) {
        NDArray[] pyramid = new NDArray[4]; // strides 32, 16, 8, 4; (B, 256, H/stride, W/stride)
        pyramid[0] = Arrays.then(maps.get(3), p5.forward(maps.get(3)));
        for (int i = 1; i < 4; i++) {
            NDArray map = maps.get(3 - i);
            NDArray skip = Arrays.then(map, skips.get(i - 1).forward(map));
            pyramid[i] = Upsampling.doubledPlus(pyramid[i - 1], skip);
        }
        NDList merged = new NDList(4);
        for (int i = 0; i < 4; i++) {
            NDArray y = pyramid[i];
            for (ConvBlock block : branches.get(i)) {
                y = Arrays.then(y, block.forward(y)); // (B, 128, H/4, W/4) after the last
            }
            merged.add(y);
        }
        NDArray y = NDArrays.concat(merged, 1); // (B, 512, H/4, W/4)
        merged.close();
        y = Arrays.then(y, head.forward(y)); // (B, K, H/4, W/4)
        return Arrays.then(y, Upsampling.bilinear(y, 4)); // (B, K, H, W)
    }

    /** 3×3 convolution without bias, group norm, ReLU, and a bilinear doubling if asked for. */
    private static final class ConvBlock extends Module {
        private final Conv2d conv;
        private final GroupNorm norm;
        private final boolean doubles;

        ConvBlock(int in, boolean doubles) {
            conv = child("0", Conv2d.of(in, BRANCH, 3, 1, 1, false, Init.TORCH_DEFAULT));
            norm = child("1", new GroupNorm(32, BRANCH));
            this.doubles = doubles;
        }

        NDArray forward(NDArray x) {
            NDArray y = conv.forward(x);
            y = Arrays.then(y, norm.forward(y));
            y = Arrays.then(y, Activation.RELU.apply(y));
            return doubles ? Arrays.then(y, Upsampling.bilinear(y, 2)) : y;
        }
    }
}
