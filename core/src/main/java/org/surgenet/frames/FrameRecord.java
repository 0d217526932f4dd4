package org.surgenet.frames;

/**
 * One row of {@code frames.csv}.
 *
 * @param path relative to the folder of the {@code frames.csv}, with forward slashes
 * @param procedure kind of operation, empty if unknown
 * @param video stable name of the video
 * @param frame number of the frame among those extracted from the video, from 0
 * @param timeSeconds presentation time in the video, seconds
 * @param width pixels
 * @param height pixels
 * @param bytes size of the image file
 * @param sha256 of the image file, lower-case hexadecimal
 */
public record FrameRecord(
        String path,
        String procedure,
        String video,
        long frame,
        double timeSeconds,
        int width,
        int height,
        long bytes,
        String sha256) {
    /** The same frame where it lies now. */
    public FrameRecord movedTo(String newPath) {
        return movedTo(newPath, procedure, video);
    }

    /** The same frame where it lies now, under another procedure and name of its video. */
    public FrameRecord movedTo(String newPath, String newProcedure, String newVideo) {
        return new FrameRecord(
                newPath, newProcedure, newVideo, frame, timeSeconds, width, height, bytes, sha256);
    }
}
