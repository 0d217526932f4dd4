package org.surgenet.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.engine.NoGrad;
import org.surgenet.image.Resampling;
import org.surgenet.loader.ImageBatches;
import org.surgenet.nn.Backbone;
import org.surgenet.nn.ImageNorm;

/**
 * Pooled features of whole images: each is resized to one size, its aspect ratio given up, and
 * normalised by ImageNet's statistics, as SurgeNet's examples do.
 *
 * @param backbone initialised or loaded
 * @param width of the network's input, pixels
 * @param height likewise
 * @param resampling how images get that size
 * @param batch images per forward pass
 * @param workers threads that decode
 */
public record FeatureExtractor(
        Backbone backbone, int width, int height, Resampling resampling, int batch, int workers) {
    /** Of squares. */
    public FeatureExtractor(
            Backbone backbone, int size, Resampling resampling, int batch, int workers) {
        this(backbone, size, size, resampling, batch, workers);
    }

    /** Takes the features of an image of the list. */
    @FunctionalInterface
    public interface Sink {
        /**
         * @param index of the image
         * @param features of length {@code featureSize()}; the sink may keep the array
         */
        void accept(int index, float[] features);
    }

    /**
     * Computes features in the list's order.
     *
     * @param manager on the backbone's device
     * @param failures told of unreadable images, by index, with the cause
     */
    public void extract(
            NDManager manager,
            List<Path> images,
            Sink sink,
            BiConsumer<Integer, String> failures,
            Progress progress,
            Cancellation cancellation) {
        try (ImageBatches batches =
                        new ImageBatches(
                                images, width, height, resampling, batch, workers, failures);
                Progress.Task task = progress.start("features", "images", images.size());
                NoGrad off = NoGrad.open()) {
            while (batches.hasNext()) {
                cancellation.check();
                ImageBatches.Batch next = batches.next();
                int count = next.indices().size();
                if (count > 0) {
                    forward(manager, next, sink);
                }
                task.step(count, "");
            }
        }
    }

    /** How many features are NaN or infinite. */
    static int nonFinite(float... features) {
        int count = 0;
        for (float value : features) {
            count += Float.isFinite(value) ? 0 : 1;
        }
        return count;
    }

    private void forward(NDManager manager, ImageBatches.Batch next, Sink sink) {
        int count = next.indices().size();
        try (NDManager step = manager.newSubManager()) {
            NDArray raw =
                    step.create(next.pixels(), new Shape(count, 3, height, width), DataType.UINT8);
            float[] all = backbone.pooled(ImageNorm.IMAGENET.apply(raw)).toFloatArray();
            int length = all.length / count;
            for (int i = 0; i < count; i++) {
                float[] one = new float[length];
                System.arraycopy(all, i * length, one, 0, length);
                sink.accept(next.indices().get(i), one);
            }
        }
    }
}
