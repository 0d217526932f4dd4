package org.surgenet.cli;

import org.surgenet.common.UserException;
import org.surgenet.curate.Thresholds;
import picocli.CommandLine.Option;

/** From which scores on {@code curate} drops a frame. */
final class ThresholdOptions {
    @Option(
            names = "--min-brightness",
            defaultValue = "20",
            paramLabel = "N",
            description =
                    "Drop frames whose mean luma within the picture, 0 to 255, is lower (default:"
                            + " ${DEFAULT-VALUE}).")
    double minBrightness;

    @Option(
            names = "--max-brightness",
            defaultValue = "200",
            paramLabel = "N",
            description =
                    "Drop frames whose mean luma is higher (default: ${DEFAULT-VALUE}; 255 drops"
                            + " none).")
    double maxBrightness;

    @Option(
            names = "--max-border",
            defaultValue = "0.95",
            paramLabel = "SHARE",
            description =
                    "Drop frames with a larger share of black border (default: ${DEFAULT-VALUE}; 1"
                            + " drops none).")
    double maxBorder;

    @Option(
            names = "--max-glare",
            defaultValue = "0.3",
            paramLabel = "SHARE",
            description =
                    "Drop frames with a larger share of burnt-out pixels (default:"
                            + " ${DEFAULT-VALUE}; 1 drops none).")
    double maxGlare;

    @Option(
            names = "--min-contrast",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Drop frames whose luma has a lower standard deviation (default:"
                            + " ${DEFAULT-VALUE}, none).")
    double minContrast;

    @Option(
            names = "--min-sharpness",
            defaultValue = "5",
            paramLabel = "N",
            description =
                    "Drop frames whose Laplacian has a lower variance, at 256 pixels a side"
                            + " (default: ${DEFAULT-VALUE}; 0 drops none).")
    double minSharpness;

    @Option(
            names = "--max-flat",
            defaultValue = "0.6",
            paramLabel = "SHARE",
            description =
                    "Drop frames with a larger share of one colour: menus, title cards, no signal"
                            + " (default: ${DEFAULT-VALUE}; 1 drops none).")
    double maxFlat;

    @Option(
            names = "--min-redness",
            defaultValue = "0.12",
            paramLabel = "N",
            description =
                    "Frames whose mean of (red - green) / brightest channel is lower count as out"
                            + " of the body (default: ${DEFAULT-VALUE}).")
    double minRedness;

    @Option(
            names = "--out-of-body",
            defaultValue = "drop",
            paramLabel = "drop|flag|keep",
            description =
                    "What to do with frames out of the body; flag keeps them and names them in the"
                            + " column reason (default: ${DEFAULT-VALUE}).")
    Thresholds.OutOfBody outOfBody;

    @Option(
            names = "--keep-duplicates",
            description = "Keep frames whose file equals that of an earlier kept frame.")
    boolean keepDuplicates;

    @Option(
            names = "--near-duplicates",
            defaultValue = "4",
            paramLabel = "BITS",
            description =
                    "Drop frames whose 64-bit perceptual hash differs in at most so many bits from"
                            + " that of an earlier kept frame of the same video; -1 keeps them"
                            + " (default: ${DEFAULT-VALUE}).")
    int nearDuplicates;

    @Option(
            names = "--near-window",
            defaultValue = "60",
            paramLabel = "N",
            description =
                    "Kept frames of the same video to compare with (default: ${DEFAULT-VALUE}).")
    int nearWindow;

    /**
     * @throws UserException if a value is out of its range
     */
    Thresholds thresholds() {
        share("--max-border", maxBorder);
        share("--max-glare", maxGlare);
        share("--max-flat", maxFlat);
        if (nearDuplicates < -1 || nearDuplicates > 64) {
            throw new UserException(
                    "--near-duplicates " + nearDuplicates + ": must be -1 (keep) to 64");
        }
        if (nearWindow < 1) {
            throw new UserException("--near-window " + nearWindow + ": must be 1 or more");
        }
        if (minBrightness > maxBrightness) {
            throw new UserException(
                    "--min-brightness "
                            + minBrightness
                            + ": is above --max-brightness "
                            + maxBrightness);
        }
        return new Thresholds(
                minBrightness,
                maxBrightness,
                maxBorder,
                maxGlare,
                minContrast,
                minSharpness,
                maxFlat,
                minRedness,
                outOfBody,
                !keepDuplicates,
                nearDuplicates,
                nearWindow);
    }

    private static void share(String option, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new UserException(option + " " + value + ": must be a share, 0 to 1");
        }
    }
}
