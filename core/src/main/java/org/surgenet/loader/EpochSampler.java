package org.surgenet.loader;

import org.surgenet.common.CounterRandom;

/**
 * Which frames make up which step: each epoch a new permutation of all frames, cut into batches;
 * what is left over at the end of an epoch is dropped. A function of the seed alone, so that a
 * resumed run and every process of a distributed one know it without talking. Not thread-safe.
 */
public final class EpochSampler {
    /** Sets the sampler's draws apart from those of the views. */
    private static final long PURPOSE = 0x53414D504C45L;

    private final long seed;
    private final int frames;
    private final int batch;
    private long epoch = -1;
    private int[] order;

    /**
     * @param frames number of frames, at least {@code batch}
     * @param batch frames per step over all processes
     */
    public EpochSampler(long seed, int frames, int batch) {
        if (batch < 1 || frames < batch) {
            throw new IllegalArgumentException(frames + " frames for a batch of " + batch);
        }
        this.seed = seed;
        this.frames = frames;
        this.batch = batch;
    }

    public int stepsPerEpoch() {
        return frames / batch;
    }

    /** Index of the frame at {@code position} (from 0) of the batch of {@code step} (from 0). */
    public int frame(long step, int position) {
        long of = step / stepsPerEpoch();
        if (of != epoch) {
            order = CounterRandom.of(seed, of, PURPOSE).permutation(frames);
            epoch = of;
        }
        return order[Math.toIntExact(step % stepsPerEpoch()) * batch + position];
    }
}
