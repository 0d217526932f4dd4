package org.surgenet.train;

/** A setting as a function of the training step, from 0. */
@FunctionalInterface
public interface Schedule {
    /** The value that step {@code step} (from 0) is made with. */
    double at(long step);

    /** The same value at every step. */
    static Schedule constant(double value) {
        return step -> value;
    }
}
