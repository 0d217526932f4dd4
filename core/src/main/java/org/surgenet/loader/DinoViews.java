package org.surgenet.loader;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.surgenet.image.DinoCrops;
import org.surgenet.image.Images;

/** DINO's augmentation of image files. */
public final class DinoViews implements ViewMaker {
    private final DinoCrops crops;
    private final boolean reducedDecoding;
    private final ViewSizes sizes;

    /**
     * @param reducedDecoding whether JPEGs are decoded at a half, a quarter or an eighth of their
     *     size where no view is enlarged by it; the views then differ a little from those of the
     *     whole picture
     */
    public DinoViews(DinoCrops.Settings settings, boolean reducedDecoding) {
        this.reducedDecoding = reducedDecoding;
        crops = new DinoCrops(settings);
        sizes =
                new ViewSizes(
                        DinoCrops.GLOBAL_VIEWS,
                        settings.globalSize(),
                        settings.localViews(),
                        settings.localSize());
    }

    @Override
    public ViewSizes sizes() {
        return sizes;
    }

    @Override
    public void make(Path image, long seed, long epoch, long sample, ByteBuffer target) {
        Images.Reduced read =
                Images.readReduced(
                        image,
                        header ->
                                reducedDecoding
                                        ? crops.reduction(
                                                header.width(),
                                                header.height(),
                                                seed,
                                                epoch,
                                                sample)
                                        : 1);
        try {
            int start = target.position();
            crops.make(
                    read,
                    seed,
                    epoch,
                    sample,
                    view -> target.duplicate().position(start + offset(view)));
            target.position(start + sizes.bytes());
        } finally {
            read.picture().release();
        }
    }

    private int offset(int view) {
        int globals = Math.min(view, sizes.globals());
        return globals * sizes.globalBytes() + (view - globals) * sizes.localBytes();
    }
}
