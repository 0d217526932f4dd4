package org.surgenet.video;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What to extract.
 *
 * @param videos with their places below {@code output}
 * @param output directory
 * @param sampling which frames
 * @param picture how they look
 * @param jobs decoders that work at once, positive
 * @param overwrite make complete videos again
 * @param stallLimit how long a file may give nothing before it is given up
 * @param failuresFile name of the list of failures in {@code output}
 */
public record ExtractionRequest(
        List<VideoInput> videos,
        Path output,
        Sampling sampling,
        PictureRequest picture,
        int jobs,
        boolean overwrite,
        Duration stallLimit,
        String failuresFile) {
    /** Usual name of the list of failures. */
    public static final String FAILURES = "failures.csv";

    /** How long a file may give nothing unless told otherwise. */
    public static final Duration STALL_LIMIT = Duration.ofSeconds(60);
}
