package org.surgenet.train;

/** A loss or a gradient is NaN or infinite; the networks are as they were before the step. */
public final class NotFiniteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param what such as "the loss"
     */
    public NotFiniteException(String what, double value) {
        super(what + " is " + value);
    }

    /** Returns {@code value} if it is finite. */
    public static double require(String what, double value) {
        if (!Double.isFinite(value)) {
            throw new NotFiniteException(what, value);
        }
        return value;
    }
}
