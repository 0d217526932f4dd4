package org.surgenet.finetune;

import java.util.Arrays;
import org.surgenet.common.CounterRandom;

/** In which order an epoch takes the training samples; it depends on seed and epoch alone. */
final class SampleOrder {
    /** Sets the order of samples apart from other draws. */
    private static final long ORDER = 0x4F52444552L;

    private final long seed;
    private final int samples;

    /** Sums of the samples' chances up to each; null where each sample comes once. */
    private final double[] upTo;

    private SampleOrder(long seed, int samples, double[] upTo) {
        this.seed = seed;
        this.samples = samples;
        this.upTo = upTo;
    }

    /** Each sample once, in random order. */
    static SampleOrder shuffled(long seed, int samples) {
        return new SampleOrder(seed, samples, null);
    }

    /**
     * As many draws as there are samples, with replacement.
     *
     * @param chances of the samples, up to a common factor; none negative, not all 0
     */
    static SampleOrder weighted(long seed, double[] chances) {
        double[] upTo = chances.clone();
        for (int i = 1; i < upTo.length; i++) {
            upTo[i] += upTo[i - 1];
        }
        return new SampleOrder(seed, chances.length, upTo);
    }

    /** The samples of an epoch, as indices from 0. */
    int[] of(long epoch) {
        CounterRandom random = CounterRandom.of(seed, epoch, ORDER);
        if (upTo == null) {
            return random.permutation(samples);
        }
        int[] order = new int[samples];
        for (int i = 0; i < samples; i++) {
            double at = random.uniform(0, upTo[samples - 1]);
            int found = Arrays.binarySearch(upTo, at);
            // A value that is hit belongs to the sample behind it, whose range begins there.
            order[i] = Math.min(samples - 1, found < 0 ? -found - 1 : found + 1);
        }
        return order;
    }
}
