package org.surgenet.loader;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.opencv.core.Mat;
import org.surgenet.image.DinoCrops;
import org.surgenet.image.Images;

/** DINO's augmentation of image files. */
public final class DinoViews implements ViewMaker {
    private final DinoCrops crops;
    private final ViewSizes sizes;

    public DinoViews(DinoCrops.Settings settings) {
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
        Mat picture = Images.read(image);
        try {
            int start = target.position();
            crops.make(
                    picture,
                    seed,
                    epoch,
                    sample,
                    view -> target.duplicate().position(start + offset(view)));
            target.position(start + sizes.bytes());
        } finally {
            picture.release();
        }
    }

    private int offset(int view) {
        int globals = Math.min(view, sizes.globals());
        return globals * sizes.globalBytes() + (view - globals) * sizes.localBytes();
    }
}
