package org.surgenet.common;

import java.io.IOException;
import java.util.List;

/**
 * The work behind a command. Whoever makes one hands it a request that makes sense, or is told by
 * an exception that it does not; making it changes no file.
 *
 * @param <O> how it ends
 */
public interface Work<O> {
    /**
     * What is going to be done, for people, in whole lines. Reads and checks what the request
     * names, and writes nothing.
     *
     * @throws UserException as {@link #run}, as far as can be told beforehand
     */
    String plan() throws IOException;

    /**
     * Does what is left to do.
     *
     * @param cancellation looked at between parts that can be taken up again
     * @param record gets what is worth keeping of how it was done
     * @throws InterruptedRunException if asked to stop
     * @throws UserException if inputs do not fit, or the directory holds the result of other work
     */
    O run(Progress progress, Cancellation cancellation, RunRecord record) throws IOException;

    /** As {@link #run(Progress, Cancellation, RunRecord)}, for which no record is kept. */
    default O run(Progress progress, Cancellation cancellation) throws IOException {
        return run(progress, cancellation, new RunRecord("", List.of()));
    }

    /** How work ends that leaves a result as it is where it is complete. */
    interface Outcome {
        /** Whether the directory held the complete result already, so that nothing was done. */
        boolean alreadyComplete();
    }
}
