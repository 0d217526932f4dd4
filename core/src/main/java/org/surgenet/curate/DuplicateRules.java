package org.surgenet.curate;

/**
 * Which frames count as duplicates.
 *
 * @param exact whether equal files are dropped
 * @param nearBits highest number of differing hash bits, of 64, at which a frame counts as a near
 *     duplicate; negative to keep them all
 * @param window how many kept frames of the same video are compared with
 */
public record DuplicateRules(boolean exact, int nearBits, int window) {
    public static DuplicateRules defaults() {
        return new DuplicateRules(true, 4, 60);
    }

    /** In words, of near duplicates. */
    String nearCriterion() {
        return nearBits < 0
                ? "kept"
                : "at most "
                        + nearBits
                        + " of 64 bits differ from one of the last "
                        + window
                        + " kept frames of the video";
    }
}
