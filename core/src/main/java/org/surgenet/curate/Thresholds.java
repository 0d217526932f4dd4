package org.surgenet.curate;

/**
 * From which scores on a frame is dropped. The defaults were chosen on labelled frames of ten
 * laparoscopies so that they drop none that lies in the body; they are meant to be looked at with
 * the report and changed.
 *
 * @param minBrightness lowest mean luma of the picture, 0 to 255
 * @param maxBrightness highest
 * @param maxBorder highest share of black border
 * @param maxGlare highest share of burnt-out pixels
 * @param minContrast lowest standard deviation of the luma
 * @param minSharpness lowest variance of the Laplacian
 * @param maxFlat highest share of one colour
 * @param minRedness lowest mean lead of red over green
 * @param outOfBody what is done with frames below {@code minRedness}
 * @param exactDuplicates whether equal files are dropped
 * @param nearDuplicates highest number of differing hash bits, of 64, at which a frame counts as a
 *     near duplicate; negative to keep them all
 * @param nearWindow how many kept frames of the same video are compared with
 */
public record Thresholds(
        double minBrightness,
        double maxBrightness,
        double maxBorder,
        double maxGlare,
        double minContrast,
        double minSharpness,
        double maxFlat,
        double minRedness,
        OutOfBody outOfBody,
        boolean exactDuplicates,
        int nearDuplicates,
        int nearWindow) {

    /** What is done with frames that seem to be taken outside of the body. */
    public enum OutOfBody {
        /** They are not kept. */
        DROP,
        /** They are kept, but the column {@code reason} names them. */
        FLAG,
        /** They are kept as any other. */
        KEEP
    }

    public static Thresholds defaults() {
        return new Thresholds(20, 200, 0.95, 0.3, 0, 5, 0.6, 0.12, OutOfBody.DROP, true, 4, 60);
    }

    /** The first reason that the frame's own scores give to drop it, or null. */
    Reason reason(FrameScores scores) {
        if (scores.border() > maxBorder || scores.brightness() < minBrightness) {
            return Reason.DARK;
        }
        if (scores.brightness() > maxBrightness || scores.glare() > maxGlare) {
            return Reason.BRIGHT;
        }
        if (scores.flat() > maxFlat || scores.contrast() < minContrast) {
            return Reason.SCREEN;
        }
        if (outOfBody == OutOfBody.DROP && seemsOutOfBody(scores)) {
            return Reason.OUT_OF_BODY;
        }
        return scores.sharpness() < minSharpness ? Reason.BLURRED : null;
    }

    boolean seemsOutOfBody(FrameScores scores) {
        return scores.redness() < minRedness;
    }
}
