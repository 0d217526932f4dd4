package org.surgenet.video;

/**
 * What became of a video.
 *
 * @param input the video
 * @param state how it ended
 * @param frames how many image files it has
 * @param taken how many frames the sampling has taken; more than {@code frames} where a list
 *     filters them
 * @param seconds of video that were read; NaN if it could not be opened
 * @param cause what is wrong with it, empty if nothing is
 * @param position time and, where known, byte of the first damage; empty if unknown
 */
public record VideoOutcome(
        VideoInput input,
        State state,
        long frames,
        long taken,
        double seconds,
        String cause,
        String position) {
    /** How the work on a video ended. */
    public enum State {
        /** All frames are there. */
        COMPLETE,
        /** An earlier run had completed it. */
        ALREADY_COMPLETE,
        /** The frames that decode are there. */
        DAMAGED,
        /** The file hung. What was decoded is kept, and the next run goes on from there. */
        STALLED,
        /** No frame came out. */
        FAILED
    }

    static VideoOutcome failed(VideoInput input, double seconds, String cause, String position) {
        return new VideoOutcome(input, State.FAILED, 0, 0, seconds, cause, position);
    }

    static VideoOutcome stalled(VideoInput input, long frames, double seconds, String cause) {
        String position = String.format(java.util.Locale.ROOT, "%.3f s", seconds);
        return new VideoOutcome(input, State.STALLED, frames, 0, seconds, cause, position);
    }

    /** True if it belongs in the list of failures. */
    public boolean failed() {
        return !cause.isEmpty();
    }
}
