package org.surgenet.nn.fpn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.surgenet.nn.Arrays;
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
     * Scores of the classes per pixel. Where H or W is not a multiple of 32, the pyramid's levels
     * would not fit on each other: zeros, which are the mean colour, are put below and to the
     * right, and cut off again.
     *
     * @param images normalised, (B, 3, H, W)
     * @return logits (B, K, H, W)
     */
    public NDArray forward(NDArray images) {
        Shape shape = images.getShape();
        long height = shape.get(2);
        long width = shape.get(3);
        if (height % MULTIPLE == 0 && width % MULTIPLE == 0) {
            return decoder.forward(backbone.features(images));
        }
        NDArray padded = Arrays.paddedImages(images, MULTIPLE);
        NDArray logits = decoder.forward(backbone.features(padded));
        padded.close();
        return Arrays.then(logits, logits.get(new NDIndex(":, :, :" + height + ", :" + width)));
    }

    public Backbone backbone() {
        return backbone;
    }

    public FpnDecoder decoder() {
        return decoder;
    }
}
