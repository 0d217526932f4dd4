package org.surgenet.video.sampling;

import java.io.IOException;

/** A frame, decoded or still in its packet, that a {@link Sampler} takes or leaves. */
public abstract class Candidate {
    private final long ticks;
    final boolean key;

    /**
     * @param ticks presentation time in the stream's units
     * @param key whether it is a key frame
     */
    public Candidate(long ticks, boolean key) {
        this.ticks = ticks;
        this.key = key;
    }

    /** Presentation time in the stream's units. */
    public final long ticks() {
        return ticks;
    }

    final boolean key() {
        return key;
    }

    /** It is frame {@code number}, from 0, of those taken from the video. */
    public abstract void taken(long number) throws IOException;

    public abstract void left() throws IOException;

    /**
     * How much a decoded frame differs from the one for which this was asked before, as a content
     * detector scores it. To be asked once, in the order of presentation.
     */
    public double change() throws IOException {
        throw new IllegalStateException("only decoded frames can be compared");
    }
}
