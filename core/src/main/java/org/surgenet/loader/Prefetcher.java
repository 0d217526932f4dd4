package org.surgenet.loader;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.surgenet.common.InterruptedRunException;

/**
 * Computes the items of a sequence ahead of their use, on several threads, and hands them out in
 * the sequence's order. At most {@code depth} items are finished or under way at any time. An
 * item's exception is thrown from the {@link #next()} that would have returned it.
 */
public final class Prefetcher<T> implements Iterator<T>, AutoCloseable {
    private final Iterator<? extends Callable<T>> source;
    private final ExecutorService workers;
    private final ArrayDeque<Future<T>> pending = new ArrayDeque<>();
    private final int depth;
    private long waitedNanos;

    /**
     * @param source what computes each item; pulled on the thread that calls {@link #next()}
     * @param threads number of workers, positive
     * @param depth items ahead, at least {@code threads} to keep them busy
     */
    public Prefetcher(Iterator<? extends Callable<T>> source, int threads, int depth) {
        if (threads < 1 || depth < 1) {
            throw new IllegalArgumentException(
                    "threads (" + threads + ") and depth (" + depth + ") must be positive");
        }
        this.source = source;
        this.depth = depth;
        this.workers =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread = new Thread(task, "loader");
                            thread.setDaemon(true);
                            return thread;
                        });
        fill();
    }

    private void fill() {
        while (pending.size() < depth && source.hasNext()) {
            pending.add(workers.submit(source.next()));
        }
    }

    @Override
    public boolean hasNext() {
        return !pending.isEmpty();
    }

    @Override
    public T next() {
        Future<T> first = pending.poll();
        if (first == null) {
            throw new NoSuchElementException();
        }
        long start = System.nanoTime();
        try {
            return first.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            waitedNanos += System.nanoTime() - start;
            // After a failure too: the items behind it are still to come.
            fill();
        }
    }

    /** Seconds that callers of {@link #next()} have waited since the start. */
    public double waitedSeconds() {
        return waitedNanos * 1e-9;
    }

    @Override
    public void close() {
        workers.shutdownNow();
        pending.clear();
    }
}
