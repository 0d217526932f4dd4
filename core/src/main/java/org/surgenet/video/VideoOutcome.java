package org.surgenet.video;

/**
 * What became of a video.
 *
 * @param input the video
 * @param state how it ended
 * @param frames how many image files it has
 * @param seconds of video that were read; NaN if it could not be opened
 * @param cause what is wrong with it, empty if nothing is
 */
public record VideoOutcome(
        VideoInput input, State state, long frames, double seconds, String cause) {
    /** How the work on a video ended. */
    public enum State {
        /** All frames are there. */
        COMPLETE,
        /** An earlier run had completed it. */
        ALREADY_COMPLETE,
        /** The frames that decode are there. */
        DAMAGED,
        /** No frame came out. */
        FAILED
    }

    /** True if it belongs in the list of failures. */
    public boolean failed() {
        return !cause.isEmpty();
    }
}
