package org.surgenet.curate;

/**
 * Why a frame is dropped or flagged. Each {@link Detector} that judges has one of its own; these
 * are the others.
 *
 * @param id its name in {@code curated.csv}
 * @param meaning words for people
 */
public record Reason(String id, String meaning) {
    /** The file is missing, damaged or not an image. */
    static final Reason UNREADABLE =
            new Reason("unreadable", "the file cannot be read as an image");

    /** Its video is on the list of videos to exclude. */
    static final Reason EXCLUDED = new Reason("excluded", "its video is excluded");

    /** The same file content as an earlier kept frame. */
    static final Reason DUPLICATE = new Reason("duplicate", "equal to an earlier frame");

    /** Looks like an earlier kept frame of the same video. */
    static final Reason NEAR_DUPLICATE =
            new Reason("near_duplicate", "looks as an earlier frame of its video");

    /** The name as text for people. */
    String title() {
        return id.replace('_', ' ');
    }
}
