package org.surgenet.video.file;

import java.time.Duration;
import org.surgenet.common.Cancellation;

/**
 * How long the reading of one video has been waiting for its file. The reader notes when it calls
 * the system and when the call comes back; whoever waits for the reader looks whether it is stuck
 * in one: a file on a network file system that is gone, or on a tape, may not answer for hours, and
 * nothing can end such a call from outside.
 */
public final class ReadWatch {
    /** How long a stop waits for a call to come back. */
    private static final Duration STOP = Duration.ofSeconds(5);

    private final Duration limit;
    private final Cancellation cancellation;
    private volatile long since;
    private volatile boolean waiting;

    /**
     * @param limit how long the file may give nothing before it is given up
     * @param cancellation asked between calls
     */
    public ReadWatch(Duration limit, Cancellation cancellation) {
        this.limit = limit;
        this.cancellation = cancellation;
    }

    public Duration limit() {
        return limit;
    }

    public Cancellation cancellation() {
        return cancellation;
    }

    /** A call that reads the file begins. */
    public void begin() {
        since = System.nanoTime();
        waiting = true;
    }

    /** It has come back. */
    public void end() {
        waiting = false;
    }

    /**
     * Whether the reader is in a call that should have come back by now. A quarter more than the
     * limit, so that a call that {@link StallGuard} can end is ended by it.
     */
    public boolean stuck() {
        return waiting && System.nanoTime() - since > patience().toNanos();
    }

    private Duration patience() {
        return cancellation.requested() ? STOP : limit.plus(limit.dividedBy(4));
    }
}
