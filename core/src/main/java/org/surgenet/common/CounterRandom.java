package org.surgenet.common;

/**
 * Random numbers as a function of a key: the generator's state is nothing but the key and a
 * counter, so that a draw for (seed, epoch, sample, view, operation) is the same on any thread, in
 * any order, after any resume.
 *
 * <p>The mixing function is splitmix64's finaliser (Steele, Lea, Flood 2014), applied to each key
 * element in turn and to the counter. Not for cryptography. Instances are not thread-safe; make one
 * per key, they cost two longs.
 */
public final class CounterRandom {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private final long key;
    private long counter;

    private CounterRandom(long key) {
        this.key = key;
    }

    /** The generator of this key; the order of the elements matters. */
    public static CounterRandom of(long... elements) {
        long key = GAMMA * (elements.length + 1L);
        for (long element : elements) {
            key = mix(key ^ mix(element + GAMMA));
        }
        return new CounterRandom(key);
    }

    /** A generator for a part of this one's subject; independent of how much was drawn here. */
    public CounterRandom derive(long element) {
        return new CounterRandom(mix(key ^ mix(element + GAMMA)));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    public long nextLong() {
        counter++;
        return mix(key + counter * GAMMA);
    }

    /** Uniform in [0, 1), a multiple of 2^-53. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Uniform in [low, high). */
    public double uniform(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /** True with probability {@code p}. */
    public boolean chance(double p) {
        return nextDouble() < p;
    }

    /**
     * Uniform in 0 .. bound-1, without bias.
     *
     * @throws IllegalArgumentException if bound is not positive
     */
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound (" + bound + ") must be positive");
        }
        // Rejection of the last, incomplete run of 'bound' values keeps the draw unbiased.
        long limit = (1L << 62) - (1L << 62) % bound;
        long value = nextLong() >>> 2;
        while (value >= limit) {
            value = nextLong() >>> 2;
        }
        return (int) (value % bound);
    }

    /** Standard normal, by Box and Muller's method. */
    public double nextGaussian() {
        double u = 1.0 - nextDouble();
        double v = nextDouble();
        return Math.sqrt(-2.0 * Math.log(u)) * Math.cos(2.0 * Math.PI * v);
    }

    /** A random permutation of 0 .. n-1 (Fisher and Yates). */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
