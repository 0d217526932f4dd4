package org.surgenet.loader;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.opencv.core.Mat;
import org.surgenet.common.UserException;
import org.surgenet.image.Images;
import org.surgenet.image.Resampling;

/**
 * Whole images, resized to one size, in batches and in the list's order, decoded on several threads
 * ahead of their use. Unreadable images are reported and left out.
 */
public final class ImageBatches implements Iterator<ImageBatches.Batch>, AutoCloseable {
    private final int images;
    private final int batch;
    private final int width;
    private final int height;
    private final Resampling resampling;
    private final BiConsumer<Integer, String> failures;
    private final Prefetcher<Decoded> decoded;
    private int taken;

    private record Decoded(int index, byte[] planes, String failure) {}

    /**
     * Some images.
     *
     * @param indices of the images in the list
     * @param pixels uint8 (B, 3, height, width), direct; B may be 0
     */
    public record Batch(List<Integer> indices, ByteBuffer pixels) {}

    /**
     * @param resampling how images get this size
     * @param batch images per batch; the last has what is left
     * @param failures told of each unreadable image's index and cause, on the thread that calls
     *     {@link #next()}
     */
    public ImageBatches(
            List<Path> files,
            int width,
            int height,
            Resampling resampling,
            int batch,
            int workers,
            BiConsumer<Integer, String> failures) {
        this.images = files.size();
        this.batch = batch;
        this.width = width;
        this.height = height;
        this.resampling = resampling;
        this.failures = failures;
        Iterator<Callable<Decoded>> work =
                IntStream.range(0, images)
                        .mapToObj(i -> (Callable<Decoded>) () -> decode(i, files.get(i)))
                        .iterator();
        this.decoded = new Prefetcher<>(work, workers, Math.max(2 * batch, workers));
    }

    private Decoded decode(int index, Path file) {
        try {
            // What equals Pillow's needs all of a JPEG's pixels.
            Mat picture =
                    resampling == Resampling.AREA
                            ? Images.readReduced(file, Math.max(width, height))
                            : Images.read(file);
            Mat resized = Images.resize(picture, width, height, resampling);
            picture.release();
            byte[] planes = new byte[3 * width * height];
            Images.toPlanarBytes(resized, ByteBuffer.wrap(planes));
            resized.release();
            return new Decoded(index, planes, null);
        } catch (UserException e) {
            return new Decoded(index, null, e.getMessage());
        }
    }

    @Override
    public boolean hasNext() {
        return taken < images;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int count = Math.min(batch, images - taken);
        ByteBuffer pixels = ByteBuffer.allocateDirect(count * 3 * width * height);
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Decoded image = decoded.next();
            if (image.failure() == null) {
                pixels.put(image.planes());
                indices.add(image.index());
            } else {
                failures.accept(image.index(), image.failure());
            }
        }
        taken += count;
        return new Batch(indices, pixels.flip());
    }

    @Override
    public void close() {
        decoded.close();
    }
}
