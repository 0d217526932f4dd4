package org.surgenet.curate;

import java.util.List;
import java.util.Optional;

/** Frames in which nothing is sharp. */
final class BlurDetector implements Detector {
    private static final Score SHARPNESS =
            new Score(
                    "sharpness",
                    "Sharpness",
                    "Laplacian's variance",
                    0,
                    Double.POSITIVE_INFINITY,
                    Score.Kind.CHARTED_LOGARITHMICALLY);

    private static final Threshold MIN_SHARPNESS =
            Threshold.number(
                    "min-sharpness",
                    "5",
                    "Drop frames whose Laplacian has a lower variance, at 256 pixels a side"
                            + " (default: {default}; 0 drops none).");

    @Override
    public List<Score> scores() {
        return List.of(SHARPNESS);
    }

    /** Over pixels whose neighbours are all within the picture; 0 if there are none. */
    @Override
    public void measure(Picture picture, FrameScores scores) {
        int width = picture.width();
        double sum = 0;
        double squares = 0;
        int n = 0;
        for (int y = 2; y < picture.height() - 2; y++) {
            for (int x = 2; x < width - 2; x++) {
                int i = y * width + x;
                if (isInside(picture, i, width)) {
                    int l = laplacian(picture, i, width);
                    sum += l;
                    squares += (double) l * l;
                    n++;
                }
            }
        }
        scores.set(SHARPNESS, n == 0 ? 0 : squares / n - (sum / n) * (sum / n));
    }

    private static boolean isInside(Picture picture, int i, int width) {
        return !picture.isBorder(i)
                && !picture.isBorder(i - 2)
                && !picture.isBorder(i + 2)
                && !picture.isBorder(i - 2 * width)
                && !picture.isBorder(i + 2 * width);
    }

    private static int laplacian(Picture picture, int i, int width) {
        return picture.luma(i - 1)
                + picture.luma(i + 1)
                + picture.luma(i - width)
                + picture.luma(i + width)
                - 4 * picture.luma(i);
    }

    @Override
    public Optional<Reason> reason() {
        return Optional.of(new Reason("blurred", "nothing in it is sharp"));
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(MIN_SHARPNESS);
    }

    @Override
    public Action judge(FrameScores scores, Thresholds thresholds) {
        return scores.number(SHARPNESS) < thresholds.number(MIN_SHARPNESS)
                ? Action.DROP
                : Action.KEEP;
    }

    @Override
    public String criterion(Thresholds thresholds) {
        return "sharpness < " + thresholds.number(MIN_SHARPNESS);
    }
}
