package org.surgenet.metrics;

/**
 * How well probabilities agree with frequencies, over equally wide bins of the probability.
 *
 * @param frames in each bin
 * @param predicted mean probability of each bin; NaN where it is empty
 * @param observed fraction of positive frames of each bin; NaN where it is empty
 */
public record Calibration(long[] frames, double[] predicted, double[] observed) {
    /** As many as Guo et al. 2017 take. */
    public static final int BINS = 15;

    /**
     * Sorts frames into bins; a probability of 1 is in the last.
     *
     * @throws IllegalArgumentException if the lengths differ or a value is not a probability
     */
    public static Calibration of(boolean[] target, double[] probability, int bins) {
        Arguments.sameLength(target.length, probability.length);
        long[] frames = new long[bins];
        double[] predicted = new double[bins];
        double[] observed = new double[bins];
        for (int i = 0; i < target.length; i++) {
            double p = probability[i];
            if (!(p >= 0 && p <= 1)) {
                throw new IllegalArgumentException(p + " is not a probability");
            }
            int bin = Math.min(bins - 1, (int) (p * bins));
            frames[bin]++;
            predicted[bin] += p;
            observed[bin] += target[i] ? 1 : 0;
        }
        for (int b = 0; b < bins; b++) {
            predicted[b] /= frames[b];
            observed[b] /= frames[b];
        }
        return new Calibration(frames, predicted, observed);
    }

    /**
     * The expected calibration error: mean over frames of their bin's |observed − predicted|; NaN
     * without frames. Binary: the probability of the criterion, not of the likelier answer.
     */
    public double error() {
        double sum = 0;
        long n = 0;
        for (int b = 0; b < frames.length; b++) {
            if (frames[b] > 0) {
                sum += frames[b] * Math.abs(observed[b] - predicted[b]);
                n += frames[b];
            }
        }
        return n == 0 ? Double.NaN : sum / n;
    }
}
