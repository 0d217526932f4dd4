package org.surgenet.common;

/** The run was asked to stop and has saved what it can go on from; the program exits with 130. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean saved;

    public InterruptedRunException() {
        this(true);
    }

    /**
     * @param saved false where it was too early to have anything to go on from
     */
    public InterruptedRunException(boolean saved) {
        super("interrupted");
        this.saved = saved;
    }

    /** Whether there is something to go on from, if the work is of that kind. */
    public boolean saved() {
        return saved;
    }
}
