package org.surgenet.nn.fpn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.surgenet.common.UserException;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.Module;

/**
 * A backbone under the {@link FpnDecoder}. Keys are the original's: the backbone under {@code
 * metaformer}, {@code convnext} or {@code pvtv2}, with the classification head that the original
 * carries along unused (frozen here), and the decoder under {@code FPN}.
 */
public final class SegmentationModel extends Module {
    private static final int MULTIPLE = 32;

    private final Backbone backbone;
    private final FpnDecoder decoder;

    public SegmentationModel(Backbone backbone, int classes) {
        this.backbone = child(backbone.segmentationKey(), backbone);
        child(backbone.segmentationKey() + ".head", backbone.newHead(classes)).freeze();
        decoder = child("FPN", new FpnDecoder(backbone.channels(), classes));
    }

    /**
     * Scores of the classes per pixel.
     *
     * @param images normalised, (B, 3, H, W)
     * @return logits (B, K, H, W)
     * @throws UserException if H or W is no multiple of 32
     */
    public NDArray forward(NDArray images) {
        Shape shape = images.getShape();
        requireSize(Math.toIntExact(shape.get(2)), Math.toIntExact(shape.get(3)));
        return decoder.forward(backbone.features(images));
    }

    /**
     * Checks an input size before any work is done with it.
     *
     * @throws UserException if height or width is no positive multiple of 32: the pyramid's levels
     *     would not fit on each other
     */
    public static void requireSize(int height, int width) {
        if (height <= 0 || width <= 0 || height % MULTIPLE != 0 || width % MULTIPLE != 0) {
            throw new UserException(
                    "segmentation needs a height and width that are multiples of "
                            + MULTIPLE
                            + ", not "
                            + height
                            + " x "
                            + width
                            + "; resize to "
                            + nearest(height)
                            + " x "
                            + nearest(width));
        }
    }

    private static int nearest(int side) {
        return Math.max(MULTIPLE, Math.round(side / (float) MULTIPLE) * MULTIPLE);
    }

    public Backbone backbone() {
        return backbone;
    }

    public FpnDecoder decoder() {
        return decoder;
    }
}
