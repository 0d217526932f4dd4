package org.surgenet.pretrain.dino;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import org.surgenet.loader.CropLoader;
import org.surgenet.nn.ImageNorm;

/** The loader's bytes as the network's input: to the device as they are, normalised there. */
record LoaderViews(CropLoader.Views views) implements Dino.Views {
    @Override
    public int images() {
        return views.images();
    }

    @Override
    public NDArray globals(NDManager manager) {
        return normalised(
                manager, views.globals(), views.sizes().globals(), views.sizes().globalSide());
    }

    @Override
    public NDArray locals(NDManager manager) {
        return views.sizes().locals() == 0
                ? null
                : normalised(
                        manager, views.locals(), views.sizes().locals(), views.sizes().localSide());
    }

    private NDArray normalised(NDManager manager, ByteBuffer bytes, int count, int side) {
        Shape shape = new Shape((long) count * views.images(), 3, side, side);
        try (NDArray raw = manager.create(bytes, shape, DataType.UINT8)) {
            return ImageNorm.IMAGENET.apply(raw);
        }
    }
}
