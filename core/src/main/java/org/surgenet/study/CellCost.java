package org.surgenet.study;

/**
 * What a fine-tuning costs, measured on its first steps.
 *
 * @param start seconds until the first step, reading the data included
 * @param step seconds of a step
 * @param batch samples of a step
 * @param epochs passes over the training part
 * @param bytes that a run leaves on the disk, without predictions
 */
public record CellCost(double start, double step, int batch, int epochs, long bytes) {
    /** A forward pass takes about a third of a step, which goes back as well and updates. */
    private static final double FORWARD = 1.0 / 3;

    /** Seconds of training, validating after each epoch, and scoring. */
    double seconds(int training, int validation, int test) {
        double perEpoch = steps(training) + FORWARD * steps(validation);
        return 2 * start + step * (epochs * perEpoch + FORWARD * steps(test));
    }

    private int steps(int samples) {
        return (samples + batch - 1) / batch;
    }
}
