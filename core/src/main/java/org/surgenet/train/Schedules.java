package org.surgenet.train;

/**
 * DINO's schedules (dino {@code utils.py: cosine_scheduler}): per step, not per epoch; a linear
 * warm-up that includes both its ends, then half a cosine that stops one step short of its final
 * value.
 */
public final class Schedules {
    private Schedules() {}

    /** Half a cosine from {@code base} towards {@code end} over all steps. */
    public static Schedule cosine(double base, double end, long steps) {
        return cosine(base, end, steps, 0);
    }

    /**
     * A line from 0 to {@code base} over the first {@code warmup} steps, then half a cosine from
     * {@code base} towards {@code end} over the others. The first step's value is 0, the last of
     * the warm-up is {@code base}, and so is the first of the cosine.
     *
     * @param steps of the whole training
     * @param warmup steps, at most {@code steps}; with one alone its value is 0
     */
    public static Schedule cosine(double base, double end, long steps, long warmup) {
        if (steps < 1 || warmup < 0 || warmup > steps) {
            throw new IllegalArgumentException(
                    "warmup (" + warmup + ") must lie in 0 .. steps (" + steps + ")");
        }
        return step -> {
            if (step < 0 || step >= steps) {
                throw new IllegalArgumentException("step " + step + " of " + steps);
            }
            if (step < warmup) {
                return warmup == 1 ? 0 : base * step / (warmup - 1);
            }
            double done = (double) (step - warmup) / (steps - warmup);
            return end + 0.5 * (base - end) * (1 + Math.cos(Math.PI * done));
        };
    }

    /**
     * A line from 0 to {@code value} over the first {@code warmup} steps, both ends included, then
     * {@code value}.
     */
    public static Schedule constant(double value, long warmup) {
        return step -> step >= warmup ? value : warmup == 1 ? 0 : value * step / (warmup - 1);
    }

    /**
     * DINO's teacher temperature: a line over the epochs of the warm-up, both ends included, then
     * {@code end}; constant within an epoch.
     *
     * @param stepsPerEpoch steps that share a value
     */
    public static Schedule perEpochWarmup(
            double start, double end, int warmupEpochs, long stepsPerEpoch) {
        return step -> {
            long epoch = step / stepsPerEpoch;
            if (epoch >= warmupEpochs) {
                return end;
            }
            return warmupEpochs == 1 ? start : start + (end - start) * epoch / (warmupEpochs - 1);
        };
    }
}
