package org.surgenet.curate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.Require;

/**
 * What to curate.
 *
 * @param frames folders or lists of frames, in this order
 * @param output directory for the results
 * @param thresholds what is dropped for its scores
 * @param duplicates what is dropped as a duplicate
 * @param exclude list of videos to drop: a text file with a name on each line or a CSV file with a
 *     column {@code video}
 * @param workers threads, at least 1; the results do not depend on them
 * @param overwrite whether the scores of an earlier run are thrown away
 */
public record CurateRequest(
        List<Path> frames,
        Path output,
        Thresholds thresholds,
        DuplicateRules duplicates,
        Optional<Path> exclude,
        int workers,
        boolean overwrite) {
    /**
     * @throws org.surgenet.common.SettingException about the first value that makes no sense
     */
    public CurateRequest {
        frames = List.copyOf(frames);
        Require.atLeast(1, "workers", workers);
    }

    /** A request with defaults for everything else. */
    public static Builder builder(List<Path> frames, Path output) {
        return new Builder(frames, output);
    }

    /** Sets by name; what is not set is as by default. */
    public static final class Builder {
        private final List<Path> frames;
        private final Path output;
        private Thresholds thresholds = Thresholds.defaults();
        private DuplicateRules duplicates = DuplicateRules.defaults();
        private Optional<Path> exclude = Optional.empty();
        private int workers = 1;
        private boolean overwrite;

        private Builder(List<Path> frames, Path output) {
            this.frames = frames;
            this.output = output;
        }

        public Builder thresholds(Thresholds value) {
            thresholds = value;
            return this;
        }

        public Builder duplicates(DuplicateRules value) {
            duplicates = value;
            return this;
        }

        public Builder exclude(Optional<Path> value) {
            exclude = value;
            return this;
        }

        public Builder workers(int value) {
            workers = value;
            return this;
        }

        public Builder overwrite(boolean value) {
            overwrite = value;
            return this;
        }

        /**
         * @throws org.surgenet.common.SettingException about the first value that makes no sense
         */
        public CurateRequest build() {
            return new CurateRequest(
                    frames, output, thresholds, duplicates, exclude, workers, overwrite);
        }
    }
}
