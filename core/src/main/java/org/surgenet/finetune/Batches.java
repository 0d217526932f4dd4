package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.surgenet.loader.Prefetcher;
import org.surgenet.nn.ImageNorm;

/** Prepares items ahead of the network on several threads and hands them out in batches. */
final class Batches<S> implements AutoCloseable {
    private final Prefetcher<Item<S>> items;

    /**
     * @param source what makes each item, in order
     * @param workers threads
     * @param batch items that are asked for at once
     */
    Batches(Iterator<? extends Callable<Item<S>>> source, int workers, int batch) {
        items = new Prefetcher<>(source, workers, 2 * Math.max(batch, workers));
    }

    /** Items 0 .. count-1. */
    static <S> Batches<S> of(int count, IntFunction<Item<S>> maker, int workers, int batch) {
        Iterator<Callable<Item<S>>> source =
                IntStream.range(0, count)
                        .<Callable<Item<S>>>mapToObj(i -> () -> maker.apply(i))
                        .iterator();
        return new Batches<>(source, workers, batch);
    }

    /** The next items, {@code count} of them or what is left. */
    List<Item<S>> next(int count) {
        List<Item<S>> batch = new ArrayList<>(count);
        while (batch.size() < count && items.hasNext()) {
            batch.add(items.next());
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
