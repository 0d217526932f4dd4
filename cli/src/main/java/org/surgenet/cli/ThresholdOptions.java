package org.surgenet.cli;

import org.surgenet.common.UserException;
import org.surgenet.curate.DuplicateRules;
import org.surgenet.curate.Thresholds;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code curate} drops: frames with certain scores, and duplicates. */
final class ThresholdOptions {
    @Mixin DetectorOptions detectors;

    @Option(
            names = "--keep-duplicates",
            description = "Keep frames whose file equals that of an earlier kept frame.")
    boolean keepDuplicates;

    @Option(
            names = "--near-duplicates",
            defaultValue = "4",
            paramLabel = "BITS",
            description =
                    "Drop frames whose 64-bit perceptual hash differs in at most this many bits"
                            + " from that of an earlier kept frame of the same video; -1 keeps them"
                            + " (default: ${DEFAULT-VALUE}).")
    int nearDuplicates;

    @Option(
            names = "--near-window",
            defaultValue = "60",
            paramLabel = "N",
            description =
                    "Compare with the N last kept frames of the same video (default:"
                            + " ${DEFAULT-VALUE}).")
    int nearWindow;

    /**
     * @throws UserException if a value is out of its range
     */
    Thresholds thresholds() {
        return detectors.thresholds();
    }

    /**
     * @throws UserException if a value is out of its range
     */
    DuplicateRules duplicates() {
        return DuplicateRules.builder()
                .exact(!keepDuplicates)
                .nearBits(nearDuplicates)
                .window(nearWindow)
                .build();
    }
}
