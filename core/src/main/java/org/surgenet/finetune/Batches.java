package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.surgenet.loader.Prefetcher;
import org.surgenet.nn.ImageNorm;
import org.surgenet.task.InputSize;
import org.surgenet.task.Item;

/** Prepares items ahead of the network on several threads and hands them out in batches. */
final class Batches<S> implements AutoCloseable {
    private final Prefetcher<Item<S>> items;
    private final BiConsumer<Path, String> failures;

    /**
     * @param source what makes each item, in order
     * @param workers threads
     * @param batch items that are asked for at once
     * @param failures told of each image that could not be read, with its cause, on the thread that
     *     calls {@link #next}
     */
    Batches(
            Iterator<? extends Callable<Item<S>>> source,
            int workers,
            int batch,
            BiConsumer<Path, String> failures) {
        items = new Prefetcher<>(source, workers, 2 * Math.max(batch, workers));
        this.failures = failures;
    }

    /** Items 0 .. count-1. */
    static <S> Batches<S> of(int count, IntFunction<Item<S>> maker, int workers, int batch) {
        Iterator<Callable<Item<S>>> source =
                IntStream.range(0, count)
                        .<Callable<Item<S>>>mapToObj(i -> () -> maker.apply(i))
                        .iterator();
        return new Batches<>(
                source,
                workers,
                batch,
                (image, cause) -> {
                    throw new IllegalStateException(image + ": " + cause);
                });
    }

    /** The next {@code count} items or what is left, without those whose failure is known. */
    List<Item<S>> next(int count) {
        List<Item<S>> batch = new ArrayList<>(count);
        for (int i = 0; i < count && items.hasNext(); i++) {
            Item<S> item = items.next();
            if (item == null || item.isRead()) {
                batch.add(item);
            } else {
                failures.accept(item.failure().image(), item.failure().cause());
            }
        }
        return batch;
    }

    /** The items' pictures, normalised, (B, 3, H, W) on {@code manager}. */
    static NDArray images(
            NDManager manager, List<? extends Item<?>> batch, InputSize size, ImageNorm norm) {
        int one = 3 * size.width() * size.height();
        ByteBuffer bytes =
                ByteBuffer.allocateDirect(one * batch.size()).order(ByteOrder.nativeOrder());
        batch.forEach(item -> bytes.put(item.pixels()));
        bytes.flip();
        Shape shape = new Shape(batch.size(), 3, size.height(), size.width());
        try (NDArray raw = manager.create(bytes, shape, DataType.UINT8)) {
            return norm.apply(raw);
        }
    }

    double waitedSeconds() {
        return items.waitedSeconds();
    }

    @Override
    public void close() {
        items.close();
    }
}
