package org.surgenet.curate;

import org.surgenet.common.Require;

/**
 * Which frames count as duplicates.
 *
 * @param exact whether equal files are dropped
 * @param nearBits highest number of differing hash bits, of 64, at which a frame counts as a near
 *     duplicate; -1 to keep them all
 * @param window how many kept frames of the same video are compared with
 */
public record DuplicateRules(boolean exact, int nearBits, int window) {
    /**
     * @throws org.surgenet.common.SettingException about the first value that makes no sense
     */
    public DuplicateRules {
        Require.that(
                nearBits >= -1 && nearBits <= 64,
                "near-duplicates",
                nearBits,
                "must be -1 (keep) to 64");
        Require.that(window >= 1, "near-window", window, "must be 1 or more");
    }

    public static DuplicateRules defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private boolean exact = true;
        private int nearBits = 4;
        private int window = 60;

        private Builder() {}

        public Builder exact(boolean value) {
            exact = value;
            return this;
        }

        public Builder nearBits(int value) {
            nearBits = value;
            return this;
        }

        public Builder window(int value) {
            window = value;
            return this;
        }

        /**
         * @throws org.surgenet.common.SettingException about the first value that makes no sense
         */
        public DuplicateRules build() {
            return new DuplicateRules(exact, nearBits, window);
        }
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
