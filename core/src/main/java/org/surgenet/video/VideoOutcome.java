package org.surgenet.video;

import org.surgenet.video.naming.VideoInput;

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
 * @param selfCheck what comparing with a full decoding came to
 * @param leftOut how many of the frames taken are left out since they show no change
 * @param joins how often the time stamps start again; the parts are put on one time line
 * @param sizes how many sizes the frames have: more than one where the picture size changes within
 *     the video
 */
public record VideoOutcome(
        VideoInput input,
        State state,
        long frames,
        long taken,
        double seconds,
        String cause,
        String position,
        Comparison selfCheck,
        long leftOut,
        long joins,
        int sizes) {
    /** One that was not compared, whose time stamps never start again, with frames of one size. */
    VideoOutcome(
            VideoInput input,
            State state,
            long frames,
            long taken,
            double seconds,
            String cause,
            String position) {
        this(input, state, frames, taken, seconds, cause, position, Comparison.NONE, 0, 0, 1);
    }

    /** How the cause begins where the sampling takes no frame of a video that is whole. */
    public static final String NO_FRAME = "no frame: ";

    static final String NOT_AS_MADE = "not as it was made: ";

    /** How the cause begins where the video is whole, but has no frame at some of the times. */
    public static final String TIMES = "times without a frame: ";

    /**
     * Groups of pictures that were decoded in part and in full.
     *
     * @param groups how many
     * @param differed whether a frame was not the same; then the whole video was decoded in full
     */
    public record Comparison(int groups, boolean differed) {
        static final Comparison NONE = new Comparison(0, false);
    }

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
        /** The video is whole, but the sampling takes none of its frames. */
        NO_FRAME,
        /** The video is whole, but has no frame at some of the times that are asked for. */
        FEWER,
        /** Its folder holds files that are not ours, or of another video, and was left alone. */
        REFUSED,
        /** It was complete, but its files are not as they were made. */
        ALTERED,
        /** No frame came out. */
        FAILED
    }

    static VideoOutcome failed(VideoInput input, double seconds, String cause, String position) {
        return new VideoOutcome(input, State.FAILED, 0, 0, seconds, cause, position);
    }

    static VideoOutcome refused(VideoInput input, String cause) {
        return new VideoOutcome(input, State.REFUSED, 0, 0, Double.NaN, cause, "");
    }

    static VideoOutcome altered(VideoInput input, long frames, String cause) {
        return new VideoOutcome(input, State.ALTERED, frames, 0, Double.NaN, cause, "");
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
