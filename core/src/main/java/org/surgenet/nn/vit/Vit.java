package org.surgenet.nn.vit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.nn.Arrays;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Conv2d;
import org.surgenet.nn.Init;
import org.surgenet.nn.LayerNorm;
import org.surgenet.nn.LinearHead;
import org.surgenet.nn.Parameter;

/**
 * ViT-S/16 and ViT-B/16 of DINO ({@code vision_transformer.py}). The feature is the normed class
 * token. Position embeddings are those of 14 × 14 patches; for other sizes they are interpolated
 * bicubically, as in the original. Saved ones of another square grid are brought to 14 × 14 in the
 * same way when they are loaded: at 224 × 224 pixels that is what the original computes with them.
 *
 * <p>A plain transformer has one stride, 16. For the decoder, which wants strides 4 to 32, the
 * normed patch tokens after each quarter of the blocks are taken, the first enlarged four times,
 * the second twice (nearest), the last averaged over 2 × 2.
 */
public final class Vit extends Backbone {
    static final double EPS = 1e-6;

    private static final int PATCH = 16;
    private static final int GRID = 14;
    private static final int DEPTH = 12;

    private final String id;
    private final int size;
    private final Parameter classToken;
    private final Parameter positions;
    private final Conv2d patches;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;

    private Vit(String id, int size, int heads, double drop) {
        this.id = id;
        this.size = size;
        classToken = parameter("cls_token", Init.TRUNC_NORMAL_02, 1, 1, size);
        positions = parameter("pos_embed", Init.TRUNC_NORMAL_02, 1, GRID * GRID + 1, size);
        positions.resampledBy(saved -> Positions.resampling(saved, GRID, size));
        patches =
                child(
                        "patch_embed.proj",
                        Conv2d.of(3, size, PATCH, PATCH, 0, true, Init.TORCH_DEFAULT));
        for (int i = 0; i < DEPTH; i++) {
            blocks.add(child("blocks." + i, new Block(size, heads, drop * i / (DEPTH - 1))));
        }
        norm = child("norm", new LayerNorm(size, EPS, true));
    }

    /**
     * ViT-S/16. In training, stochastic depth rises linearly to 0.1, as DINO sets it for its
     * student.
     */
    public static Vit small() {
        return new Vit("vit_small_16", 384, 6, 0.1);
    }

    /** ViT-B/16; as {@link #small()}. */
    public static Vit base() {
        return new Vit("vit_base_16", 768, 12, 0.1);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public int[] channels() {
        return new int[] {size, size, size, size};
    }

    @Override
    public int featureSize() {
        return size;
    }

    @Override
    public Head newHead(int classes) {
        return new LinearHead(size, classes);
    }

    @Override
    public String segmentationKey() {
        return "vit";
    }

    @Override
    public NDArray pooled(NDArray images) {
        NDArray x = tokens(images);
        for (Block block : blocks) {
            x = block.forward(x);
        }
        // The norm acts on each token alone: that of the class token is enough.
        x = Arrays.then(x, x.get(new NDIndex(":, 0"))); // (B, C)
        return Arrays.then(x, norm.forward(x));
    }

    @Override
    public NDList features(NDArray images) {
        Shape shape = images.getShape();
        long rows = shape.get(2) / PATCH;
        long columns = shape.get(3) / PATCH;
        NDList maps = new NDList(4);
        NDArray x = tokens(images);
        for (int i = 0; i < DEPTH; i++) {
            x = blocks.get(i).forward(x);
            if ((i + 1) % (DEPTH / 4) == 0) {
                NDArray map = norm.forward(x);
                map = Arrays.then(map, map.get(new NDIndex(":, 1:"))); // (B, T, C)
                map = Arrays.then(map, map.reshape(shape.get(0), rows, columns, size));
                map = Arrays.then(map, map.transpose(0, 3, 1, 2)); // (B, C, H/16, W/16)
                maps.add(resized(map, maps.size()));
            }
        }
        x.close();
        return maps;
    }

    /** Brings a map of stride 16 to stride 4, 8, 16 or 32. */
    private static NDArray resized(NDArray map, int level) {
        switch (level) {
            case 0:
                return enlarged(map, 4);
            case 1:
                return enlarged(map, 2);
            case 2:
                return map;
            default:
                return Arrays.then(
                        map,
                        map.getNDArrayInternal()
                                .avgPool(
                                        new Shape(2, 2),
                                        new Shape(2, 2),
                                        new Shape(0, 0),
                                        false,
                                        true));
        }
    }

    private static NDArray enlarged(NDArray map, int factor) {
        Shape shape = map.getShape();
        long b = shape.get(0);
        long c = shape.get(1);
        long h = shape.get(2);
        long w = shape.get(3);
        NDArray y = Arrays.then(map, map.reshape(b, c, h, 1, w, 1));
        y = Arrays.then(y, y.broadcast(new Shape(b, c, h, factor, w, factor)));
        return Arrays.then(y, y.reshape(b, c, h * factor, w * factor));
    }

    /**
     * (B, 3, H, W) to (B, T + 1, C): the class token, then the patches row by row. A patch that
     * reaches over the image's edge is filled up with zeros, which are the mean colour; the
     * original's convolution would leave such a rest of the image out.
     */
    private NDArray tokens(NDArray images) {
        NDManager manager = images.getManager();
        long count = images.getShape().get(0);
        NDArray whole = Arrays.paddedImages(images, PATCH);
        NDArray x = patches.forward(whole); // (B, C, h, w)
        if (whole != images) {
            whole.close();
        }
        int rows = Math.toIntExact(x.getShape().get(2));
        int columns = Math.toIntExact(x.getShape().get(3));
        x = Arrays.then(x, x.reshape(count, size, -1));
        x = Arrays.then(x, x.swapAxes(1, 2)); // (B, T, C)
        try (NDArray first =
                        classToken.derive(
                                manager, token -> token.broadcast(new Shape(count, 1, size)));
                NDArray embedding = embedding(manager, rows, columns)) {
            x = Arrays.then(x, NDArrays.concat(new NDList(first, x), 1)); // (B, T + 1, C)
            return Arrays.then(x, x.add(embedding));
        }
    }

    /** Position embeddings for a grid of patches: (1, rows * columns + 1, C). */
    private NDArray embedding(NDManager manager, int rows, int columns) {
        if (rows == GRID && columns == GRID) {
            return positions.derive(manager, p -> p.reshape(p.getShape()));
        }
        NDArray first = positions.derive(manager, p -> p.get(new NDIndex(":, 0:1")));
        NDArray grid = positions.derive(manager, p -> p.get(new NDIndex(":, 1:")));
        try (NDArray vertical = Bicubic.matrix(manager, GRID, rows);
                NDArray horizontal = Bicubic.matrix(manager, GRID, columns)) {
            // A·P·Bᵀ over the two axes of the grid, the channels riding along.
            NDArray y = Arrays.then(grid, grid.reshape(GRID, GRID * (long) size));
            y = Arrays.then(y, vertical.matMul(y)); // (rows, GRID * C)
            y = Arrays.then(y, y.reshape(rows, GRID, size));
            y = Arrays.then(y, horizontal.matMul(y)); // (rows, columns, C)
            y = Arrays.then(y, y.reshape(1, (long) rows * columns, size));
            NDArray all = NDArrays.concat(new NDList(first, y), 1);
            first.close();
            y.close();
            return all;
        }
    }
}
