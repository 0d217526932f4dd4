package org.surgenet.video.picture;

/** Where a video's wanted frames go. Thread-safe. */
public interface FrameSink {
    /** Pixels on the longer side of the luma that {@link #look} gets. */
    int LONGEST = 64;

    /** True if frame {@code number}, taken at {@code ticks}, need not be decoded for this sink. */
    boolean has(long number, long ticks);

    /**
     * Takes a frame.
     *
     * @param number of the frame among those taken from the video, from 0
     * @param ticks presentation time in the stream's units
     * @param seconds presentation time since the container's start
     * @param image the file's content
     * @throws org.surgenet.common.UserException if it cannot be kept
     */
    void put(long number, long ticks, double seconds, byte[] image, int width, int height);

    /** Whether it wants a {@link #look} at each frame. */
    default boolean compares() {
        return false;
    }

    /**
     * Takes the reduced luma of a frame that is {@link #put} next by the same thread.
     *
     * @param luma as {@link ReducedPicture} makes it
     */
    default void look(long number, byte[] luma) {}

    /** Whether so much waits for earlier frames that no later ones should be decoded now. */
    default boolean isFull() {
        return false;
    }
}
