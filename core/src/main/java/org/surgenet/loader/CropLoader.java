package org.surgenet.loader;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.UserException;

/**
 * Batches of random views, decoded and cropped on several threads ahead of their use.
 *
 * <p>What a batch holds depends on seed, step and position alone. An unreadable image is reported,
 * and its place is taken by the views of another frame, which the seed draws too.
 */
public final class CropLoader implements AutoCloseable {
    /** Draws for a readable frame before giving up. */
    private static final int ATTEMPTS = 32;

    private static final long SUBSTITUTE = 0x535542L;

    private final List<Path> frames;
    private final ViewMaker maker;
    private final ViewSizes sizes;
    private final long seed;
    private final BiConsumer<Path, String> failures;
    private final ConcurrentLinkedQueue<ByteBuffer> pool = new ConcurrentLinkedQueue<>();
    private final Prefetcher<Sample> samples;
    private ByteBuffer globals = ByteBuffer.allocateDirect(0);
    private ByteBuffer locals = ByteBuffer.allocateDirect(0);

    /** A frame's place in the training. */
    private record Place(long epoch, int frame) {}

    private record Failure(Path image, String cause) {}

    private record Sample(ByteBuffer views, List<Failure> failures) {}

    /**
     * The part of each step's batch that one process works on.
     *
     * @param first position in the batch
     * @param count positions
     */
    public record Share(int first, int count) {}

    /**
     * Views of a part of a batch, uint8, view after view: (V·B, 3, side, side). The buffers are
     * reused: they hold until the next call of {@link CropLoader#next}.
     *
     * @param images B
     * @param locals empty if there are no local views
     */
    public record Views(int images, ViewSizes sizes, ByteBuffer globals, ByteBuffer locals) {}

    /**
     * Starts the work.
     *
     * @param from first step
     * @param to step after the last
     * @param workers threads
     * @param ahead images that are made or under way before they are asked for
     * @param failures told of each unreadable image, with its cause, on the thread that calls
     *     {@link #next}, each time it is met
     */
    public CropLoader(
            List<Path> frames,
            ViewMaker maker,
            EpochSampler sampler,
            Share share,
            long from,
            long to,
            long seed,
            int workers,
            int ahead,
            BiConsumer<Path, String> failures) {
        this.frames = frames;
        this.maker = maker;
        this.sizes = maker.sizes();
        this.seed = seed;
        this.failures = failures;
        Iterator<Callable<Sample>> work =
                new Iterator<>() {
                    private long step = from;
                    private int position;

                    @Override
                    public boolean hasNext() {
                        return step < to;
                    }

                    @Override
                    public Callable<Sample> next() {
                        if (!hasNext()) {
                            throw new NoSuchElementException();
                        }
                        Place place =
                                new Place(
                                        step / sampler.stepsPerEpoch(),
                                        sampler.frame(step, share.first() + position));
                        if (++position == share.count()) {
                            position = 0;
                            step++;
                        }
                        return () -> make(place);
                    }
                };
        this.samples = new Prefetcher<>(work, workers, Math.max(ahead, workers));
    }

    private Sample make(Place place) {
        ByteBuffer views = pool.poll();
        if (views == null) {
            views = ByteBuffer.allocateDirect(sizes.bytes());
        }
        CounterRandom others = CounterRandom.of(seed, place.epoch(), place.frame(), SUBSTITUTE);
        List<Failure> failed = new ArrayList<>();
        int frame = place.frame();
        while (true) {
            try {
                maker.make(frames.get(frame), seed, place.epoch(), place.frame(), views.clear());
                views.flip();
                return new Sample(views, failed);
            } catch (UserException e) {
                failed.add(new Failure(frames.get(frame), e.getMessage()));
                if (failed.size() == ATTEMPTS) {
                    throw new UserException(
                            ATTEMPTS
                                    + " frames drawn one after the other cannot be read, the last: "
                                    + e.getMessage(),
                            e);
                }
                frame = others.nextInt(frames.size());
            }
        }
    }

    /**
     * The next images of this process's share, in order.
     *
     * @param images B
     * @throws NoSuchElementException if fewer are left
     * @throws UserException if too many frames cannot be read
     */
    public Views next(int images) {
        globals = room(globals, images * sizes.globals() * sizes.globalBytes());
        locals = room(locals, images * sizes.locals() * sizes.localBytes());
        for (int i = 0; i < images; i++) {
            Sample sample = samples.next();
            sample.failures().forEach(f -> failures.accept(f.image(), f.cause()));
            int from = spread(sample.views(), 0, sizes.globals(), sizes.globalBytes(), globals, i);
            spread(sample.views(), from, sizes.locals(), sizes.localBytes(), locals, i);
            pool.add(sample.views());
        }
        return new Views(images, sizes, globals.duplicate(), locals.duplicate());
    }

    /** Copies one image's views of one size, B apart; returns where the next size begins. */
    private static int spread(
            ByteBuffer source, int from, int views, int bytes, ByteBuffer target, int image) {
        int images = views == 0 ? 0 : target.limit() / (views * bytes);
        for (int v = 0; v < views; v++) {
            target.put((v * images + image) * bytes, source, from + v * bytes, bytes);
        }
        return from + views * bytes;
    }

    private static ByteBuffer room(ByteBuffer buffer, int bytes) {
        return bytes <= buffer.capacity()
                ? buffer.clear().limit(bytes)
                : ByteBuffer.allocateDirect(bytes);
    }

    /** Seconds that {@link #next} has waited for the workers since the start. */
    public double waitedSeconds() {
        return samples.waitedSeconds();
    }

    @Override
    public void close() {
        samples.close();
    }
}
