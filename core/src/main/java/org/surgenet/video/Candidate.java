package org.surgenet.video;

import java.io.IOException;

/** A frame, decoded or still in its packet, that a {@link Sampler} takes or leaves. */
abstract class Candidate {
    final long ticks;
    final boolean key;

    /**
     * @param ticks presentation time in the stream's units
     * @param key whether it is a key frame
     */
    Candidate(long ticks, boolean key) {
        this.ticks = ticks;
        this.key = key;
    }

    /** It is frame {@code number}, from 0, of those taken from the video. */
    abstract void taken(long number) throws IOException;

    abstract void left() throws IOException;

    /**
     * How much a decoded frame differs from the one for which this was asked before: see {@link
     * ContentChange#score}. To be asked once, in the order of presentation.
     */
    double change() throws IOException {
        throw new IllegalStateException("only decoded frames can be compared");
    }
}
