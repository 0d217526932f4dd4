package org.surgenet.video.decode;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that decode, shared by all videos under way: each video may use its share of them, so
 * that one video alone gets all, and as many videos as threads get one each.
 */
public final class DecodeSlots implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final int count;
    private final AtomicInteger videos = new AtomicInteger();

    public DecodeSlots(int count) {
        this.count = count;
        this.threads =
                new ThreadPoolExecutor(
                        count,
                        count,
                        0,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        task -> {
                            Thread thread = new Thread(task, "decoder");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    public void begin() {
        videos.incrementAndGet();
    }

    public void end() {
        videos.decrementAndGet();
    }

    /** How many threads one video may use now. */
    int share() {
        return Math.max(1, count / Math.max(1, videos.get()));
    }

    /** Makes a thread in place of one that does not come back. */
    public void replaceLost() {
        threads.setMaximumPoolSize(threads.getMaximumPoolSize() + 1);
        threads.setCorePoolSize(threads.getMaximumPoolSize());
    }

    /** Runs work on one of the threads and waits for its end. */
    public void run(Work work) throws IOException {
        Future<Void> future =
                threads.submit(
                        () -> {
                            work.run();
                            return null;
                        });
        boolean interrupted = false;
        while (true) {
            try {
                future.get();
                break;
            } catch (InterruptedException e) {
                // The work uses memory that the caller frees: its end must come first.
                interrupted = true;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException io) {
                    throw io;
                }
                if (e.getCause() instanceof RuntimeException runtime) {
                    throw runtime;
                }
                throw new IllegalStateException(e.getCause());
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What runs on a thread. */
    public interface Work {
        void run() throws IOException;
    }

    /** The threads, for work whose end is awaited in another way. */
    Executor threads() {
        return threads;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
