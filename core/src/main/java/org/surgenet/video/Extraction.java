package org.surgenet.video;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;

/**
 * Extracts frames from many videos at once. A video that cannot be read does not stop the others; a
 * disk that cannot be written does. The result does not depend on the number of jobs, and a run
 * that was cut off ends, when it is started again, with the same files as one that was not.
 */
public final class Extraction {
    private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);
    private static final long MEGABYTE = 1 << 20;

    private final ExtractionRequest request;
    private final Progress progress;
    private final Cancellation cancellation;
    private final AtomicBoolean failed = new AtomicBoolean();

    public Extraction(ExtractionRequest request, Progress progress, Cancellation cancellation) {
        this.request = request;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Does the work and writes the list of failures, if there are any.
     *
     * @return the outcome of each video, in the request's order
     * @throws org.surgenet.common.UserException if the output cannot be written or holds other
     *     frames
     * @throws InterruptedRunException if a stop has been asked for; what is done stays
     */
    public List<VideoOutcome> run() throws IOException {
        List<VideoOutcome> outcomes = videos();
        FailureList.write(request.output().resolve(request.failuresFile()), outcomes);
        return outcomes;
    }

    /** Does the work without the list of failures. */
    List<VideoOutcome> videos() throws IOException {
        VideoOutcome[] outcomes = new VideoOutcome[request.videos().size()];
        List<Integer> open = new ArrayList<>();
        try (DecodeSlots slots = new DecodeSlots(request.jobs())) {
            for (int i = 0; i < outcomes.length; i++) {
                outcomes[i] = extraction(i, slots, bytes -> {}).earlier();
                if (outcomes[i] == null) {
                    open.add(i);
                }
            }
            if (open.size() < outcomes.length) {
                LOG.info(
                        "{} of {} videos already complete",
                        outcomes.length - open.size(),
                        outcomes.length);
            }
            // The longest first, so that none is left alone at the end.
            open.sort(
                    Comparator.comparingLong((Integer i) -> -request.videos().get(i).bytes())
                            .thenComparing(i -> i));
            extract(open, outcomes, slots);
        }
        return List.of(outcomes);
    }

    private VideoExtraction extraction(
            int index, DecodeSlots slots, GroupExtraction.ByteCount count) {
        return new VideoExtraction(
                request.videos().get(index),
                request,
                slots,
                () -> failed.get() || cancellation.requested(),
                count);
    }

    private void extract(List<Integer> open, VideoOutcome[] outcomes, DecodeSlots slots)
            throws IOException {
        long total = open.stream().mapToLong(i -> request.videos().get(i).bytes()).sum();
        int readers = Math.max(1, Math.min(request.jobs(), open.size()));
        ExecutorService threads =
                Executors.newFixedThreadPool(
                        readers,
                        task -> {
                            Thread thread = new Thread(task, "reader");
                            thread.setDaemon(true);
                            return thread;
                        });
        CompletionService<Integer> finished = new ExecutorCompletionService<>(threads);
        try (Progress.Task task = progress.start("extracting", "MB", total / MEGABYTE)) {
            for (int index : open) {
                finished.submit(
                        () -> {
                            outcomes[index] = one(index, slots, task);
                            return index;
                        });
            }
            RuntimeException first = null;
            for (int i = 0; i < open.size(); i++) {
                try {
                    report(outcomes[finished.take().get()]);
                } catch (ExecutionException e) {
                    // The others stop at their next packet; the first cause is the one to tell.
                    failed.set(true);
                    RuntimeException cause = unchecked(e.getCause());
                    first =
                            first == null || first instanceof InterruptedRunException
                                    ? cause
                                    : first;
                }
            }
            if (first != null) {
                throw first;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedRunException();
        } finally {
            threads.shutdownNow();
        }
    }

    private static RuntimeException unchecked(Throwable cause) {
        if (cause instanceof RuntimeException runtime) {
            return runtime;
        }
        if (cause instanceof IOException io) {
            return new java.io.UncheckedIOException(io);
        }
        if (cause instanceof Error error) {
            throw error;
        }
        return new IllegalStateException(cause);
    }

    private VideoOutcome one(int index, DecodeSlots slots, Progress.Task task) throws IOException {
        if (failed.get() || cancellation.requested()) {
            throw new InterruptedRunException();
        }
        VideoInput input = request.videos().get(index);
        AtomicLong bytes = new AtomicLong();
        long whole = input.bytes() / MEGABYTE;
        AtomicLong shown = new AtomicLong();
        slots.begin();
        try {
            VideoOutcome outcome =
                    extraction(
                                    index,
                                    slots,
                                    n -> {
                                        long now = bytes.addAndGet(n) / MEGABYTE;
                                        if (now > shown.get() && now <= whole) {
                                            task.step(now - shown.getAndSet(now), input.name());
                                        }
                                    })
                            .run();
            task.step(whole - shown.get(), input.name());
            return outcome;
        } finally {
            slots.end();
        }
    }

    private static void report(VideoOutcome outcome) {
        if (outcome.failed()) {
            LOG.warn(
                    "{}: {} frames; {}", outcome.input().name(), outcome.frames(), outcome.cause());
        } else {
            LOG.info("{}: {} frames", outcome.input().name(), outcome.frames());
        }
    }
}
