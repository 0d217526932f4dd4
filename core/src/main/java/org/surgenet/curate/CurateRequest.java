package org.surgenet.curate;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
        boolean overwrite) {}
