package org.surgenet.common;

/** The run was asked to stop and has saved what it had; the program exits with 130. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InterruptedRunException() {
        super("interrupted; state saved, run the same command again to go on");
    }
}
