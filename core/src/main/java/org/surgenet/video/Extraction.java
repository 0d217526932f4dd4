package org.surgenet.video;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.decode.DecodeSlots;
import org.surgenet.video.decode.GroupExtraction;
import org.surgenet.video.ffmpeg.Hardware;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.sampling.Sampling;

/**
 * Extracts frames from many videos at once. A video that cannot be read does not stop the others; a
 * disk that cannot be written does. The result does not depend on the number of jobs, and a run
 * that was cut off ends, when it is started again, with the same files as one that was not.
 */
public final class Extraction {
    private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);
    private static final long MEGABYTE = 1 << 20;

    /** How often it is looked whether a reader is stuck. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final ExtractionRequest request;
    private final Progress progress;
    private final Cancellation cancellation;
    private final UnaryOperator<GroupStarts> fault;
    private final AtomicInteger inSoftware = new AtomicInteger();
    private final AtomicBoolean failed = new AtomicBoolean();

    /** Seconds of video in the files that are done. */
    private final DoubleAdder finished = new DoubleAdder();

    private Hardware hardware = Hardware.open(null);

    private final long began = System.nanoTime();

    public Extraction(ExtractionRequest request, Progress progress, Cancellation cancellation) {
        this(request, progress, cancellation, UnaryOperator.identity());
    }

    /**
     * @param fault what a test makes of the readers of codecs' headers
     */
    Extraction(
            ExtractionRequest request,
            Progress progress,
            Cancellation cancellation,
            UnaryOperator<GroupStarts> fault) {
        this.fault = fault;
        this.request = request;
        this.progress = progress;
        this.cancellation = cancellation;
    }

    /**
     * Makes videos incomplete whose frames or lists are damaged, so that {@link #run} makes again
     * what is missing or altered, and nothing else.
     *
     * @param folders of the damaged ones, relative to the output: {@link Verification#damaged}
     * @throws org.surgenet.common.UserException if one holds frames made with other settings
     */
    public void reopen(Set<String> folders) throws IOException {
        try (DecodeSlots slots = new DecodeSlots(1)) {
            for (int i = 0; i < request.videos().size(); i++) {
                if (folders.contains(request.videos().get(i).folder())) {
                    extraction(i, slots, bytes -> {}).reopen();
                }
            }
        }
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
        FailureList.requireOwn(request);
        List<VideoOutcome> outcomes = videos();
        FailureList.write(request.output().resolve(request.failuresFile()), outcomes);
        return outcomes;
    }

    /** Does the work without the list of failures. */
    List<VideoOutcome> videos() throws IOException {
        VideoOutcome[] outcomes = new VideoOutcome[request.videos().size()];
        List<Integer> open = new ArrayList<>();
        try (Hardware device = Hardware.open(request.hwaccel());
                DecodeSlots slots = new DecodeSlots(request.jobs())) {
            hardware = device;
            for (int i = 0; i < outcomes.length; i++) {
                outcomes[i] = earlier(i, slots);
                if (outcomes[i] == null) {
                    open.add(i);
                }
            }
            requireSome(outcomes);
            long complete =
                    Stream.of(outcomes)
                            .filter(
                                    o ->
                                            o != null
                                                    && o.state()
                                                            == VideoOutcome.State.ALREADY_COMPLETE)
                            .count();
            if (complete > 0) {
                LOG.info("{} of {} videos already complete", complete, outcomes.length);
            }
            // The longest first, so that none is left alone at the end.
            open.sort(
                    Comparator.comparingLong((Integer i) -> -request.videos().get(i).bytes())
                            .thenComparing(i -> i));
            extract(open, outcomes, slots);
        }
        int software = inSoftware.get();
        if (software > 0) {
            LOG.warn(
                    "hwaccel {}: {} of {} decoded in software ({})",
                    request.hwaccel(),
                    software,
                    Words.counted(open.size(), "video"),
                    hardware.why());
        }
        return List.of(outcomes);
    }

    /** What is there of a video already; null if it is to be extracted. */
    private VideoOutcome earlier(int index, DecodeSlots slots) throws IOException {
        VideoOutcome earlier = extraction(index, slots, bytes -> {}).earlier();
        if (earlier == null) {
            return null;
        }
        boolean refused = earlier.state() == VideoOutcome.State.REFUSED;
        if (refused && request.sampling().kind() == Sampling.Kind.SURGENET) {
            // The numbers of all frames behind it depend on it.
            throw new UserException(earlier.cause());
        }
        if (refused || earlier.state() == VideoOutcome.State.ALTERED) {
            report(earlier);
        }
        return earlier;
    }

    /**
     * Where no folder at all may be used, the output is the wrong one.
     *
     * @throws UserException with the cause of the first
     */
    private static void requireSome(VideoOutcome[] outcomes) {
        boolean none =
                outcomes.length > 0
                        && Stream.of(outcomes)
                                .allMatch(
                                        o -> o != null && o.state() == VideoOutcome.State.REFUSED);
        if (none) {
            throw new UserException(outcomes[0].cause());
        }
    }

    private VideoExtraction extraction(
            int index, DecodeSlots slots, GroupExtraction.ByteCount count) {
        return new VideoExtraction(
                request.videos().get(index),
                request,
                slots,
                hardware,
                () -> failed.get() || cancellation.requested(),
                count,
                fault);
    }

    private void extract(List<Integer> open, VideoOutcome[] outcomes, DecodeSlots slots)
            throws IOException {
        long total = open.stream().mapToLong(i -> request.videos().get(i).bytes()).sum();
        Deque<Integer> waiting = new ArrayDeque<>(open);
        List<Attempt> running = new ArrayList<>();
        BlockingQueue<Attempt> ended = new LinkedBlockingQueue<>();
        RuntimeException first = null;
        long looked = System.nanoTime();
        try (Progress.Task task = progress.start("extracting", "videos", open.size(), total)) {
            while (!waiting.isEmpty() || !running.isEmpty()) {
                while (running.size() < request.jobs() && !waiting.isEmpty()) {
                    Attempt attempt = new Attempt(waiting.poll(), slots, task, ended);
                    running.add(attempt);
                    attempt.start();
                }
                Attempt done = ended.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (done == null || System.nanoTime() - looked > LOOK.toNanos()) {
                    looked = System.nanoTime();
                    stuck(running).forEach(ended::add);
                }
                // One that was given up may still come to its end.
                if (done == null || !running.remove(done)) {
                    continue;
                }
                try {
                    outcomes[done.index] = done.outcome();
                    if (done.extraction.inSoftware()) {
                        inSoftware.incrementAndGet();
                    }
                    report(outcomes[done.index]);
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
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.set(true);
            throw new InterruptedRunException();
        }
        if (first != null) {
            throw first;
        }
    }

    /** Those whose files do not answer, taken out of their readers' hands. */
    private static List<Attempt> stuck(List<Attempt> running) {
        return running.stream().filter(Attempt::giveUp).toList();
    }

    /**
     * The work on one video, on a thread of its own. It ends with the thread, or before, where a
     * call of the system does not come back: then the thread is left alone, and what it still
     * brings is not taken.
     */
    private final class Attempt implements Runnable {
        final int index;
        private final DecodeSlots slots;
        private final BlockingQueue<Attempt> ended;
        private final VideoExtraction extraction;
        private final CompletableFuture<VideoOutcome> outcome = new CompletableFuture<>();

        Attempt(int index, DecodeSlots slots, Progress.Task task, BlockingQueue<Attempt> ended) {
            this.index = index;
            this.slots = slots;
            this.ended = ended;
            VideoInput input = request.videos().get(index);
            AtomicLong bytes = new AtomicLong();
            AtomicLong shown = new AtomicLong();
            this.extraction =
                    extraction(
                            index,
                            slots,
                            n -> {
                                long now = Math.min(bytes.addAndGet(n), input.bytes());
                                if (now - shown.get() >= MEGABYTE) {
                                    task.advance(now - shown.getAndSet(now), pace(input));
                                }
                            });
            outcome.thenAccept(
                    result -> {
                        double seconds = result.seconds();
                        finished.add(Double.isFinite(seconds) ? seconds : 0);
                        task.advance(input.bytes() - shown.get(), pace(input));
                        task.step(1, pace(input));
                    });
        }

        void start() {
            slots.begin();
            outcome.whenComplete((result, failure) -> slots.end());
            Thread thread = new Thread(this, "reader");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void run() {
            try {
                if (failed.get() || cancellation.requested()) {
                    throw new InterruptedRunException();
                }
                outcome.complete(extraction.run());
            } catch (Throwable e) {
                if (!extraction.abandoned()) {
                    outcome.completeExceptionally(e);
                }
            }
            ended.add(this);
        }

        boolean giveUp() {
            if (!extraction.stuck()) {
                return false;
            }
            VideoOutcome left = extraction.giveUp();
            boolean mine =
                    failed.get() || cancellation.requested()
                            ? outcome.completeExceptionally(new InterruptedRunException())
                            : outcome.complete(left);
            if (mine && extraction.readsInSlot()) {
                slots.replaceLost();
            }
            return mine;
        }

        VideoOutcome outcome() throws ExecutionException, InterruptedException {
            return outcome.get();
        }
    }

    /** Behind the progress: how fast finished videos went, and which one is being read. */
    private String pace(VideoInput input) {
        double elapsed = (System.nanoTime() - began) * 1e-9;
        return finished.sum() == 0
                ? input.name()
                : String.format(
                        Locale.ROOT,
                        "%.1f min of video/min, %s",
                        finished.sum() / Math.max(1e-3, elapsed),
                        input.name());
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

    private static void report(VideoOutcome outcome) {
        String frames = Words.counted(outcome.frames(), "frame");
        if (outcome.leftOut() > 0) {
            frames += "; " + outcome.leftOut() + " of " + outcome.taken() + " left out as static";
        }
        if (outcome.selfCheck().groups() > 0) {
            frames += "; " + Words.counted(outcome.selfCheck().groups(), "group") + " self-checked";
        }
        if (outcome.joins() > 0) {
            frames +=
                    "; time stamps start again "
                            + Words.counted(outcome.joins(), "time")
                            + ", put on one time line";
        }
        if (outcome.sizes() > 1) {
            frames += "; the picture size changes: frames of " + outcome.sizes() + " sizes";
        }
        if (outcome.failed()) {
            LOG.warn("{}: {}; {}", outcome.input().name(), frames, outcome.cause());
        } else {
            LOG.info("{}: {}", outcome.input().name(), frames);
        }
    }
}
