package org.surgenet.common;

/**
 * Asks long work to stop soon. Work checks {@link #requested()} at points where its state can be
 * saved, saves, and throws {@link InterruptedRunException}.
 */
@FunctionalInterface
public interface Cancellation {
    Cancellation NEVER = () -> false;

    /** True once a stop has been asked for; stays true. */
    boolean requested();

    /**
     * @throws InterruptedRunException if a stop has been asked for
     */
    default void check() {
        if (requested()) {
            throw new InterruptedRunException();
        }
    }
}
