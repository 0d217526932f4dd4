package org.surgenet.curate;

import java.util.List;
import java.util.Optional;

/** Frames that are black, or so dark that little can be seen. */
final class DarkDetector implements Detector {
    static final Score BRIGHTNESS =
            new Score("brightness", "Brightness", "mean luma", 0, 255, Score.Kind.CHARTED);

    private static final Score BORDER =
            new Score("border", "Border", "share of black border", 0, 1, Score.Kind.NUMBER);

    private static final Threshold MIN_BRIGHTNESS =
            Threshold.number(
                            "min-brightness",
                            "20",
                            "Drop frames whose mean luma within the picture, 0 to 255, is lower"
                                    + " (default: {default}).")
                    .atMost("max-brightness");

    private static final Threshold MAX_BORDER =
            Threshold.share(
                    "max-border",
                    "0.95",
                    "Drop frames with a larger fraction of black border (default: {default}; 1"
                            + " drops none).");

    @Override
    public List<Score> scores() {
        return List.of(BRIGHTNESS, BORDER);
    }

    @Override
    public void measure(Picture picture, FrameScores scores) {
        double sum = 0;
        for (int i = 0; i < picture.size(); i++) {
            sum += picture.isBorder(i) ? 0 : picture.luma(i);
        }
        scores.set(BRIGHTNESS, sum / picture.inside());
        scores.set(BORDER, picture.borderShare());
    }

    @Override
    public Optional<Reason> reason() {
        return Optional.of(new Reason("dark", "black or very dark"));
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(MIN_BRIGHTNESS, MAX_BORDER);
    }

    @Override
    public Action judge(FrameScores scores, Thresholds thresholds) {
        boolean dark =
                scores.number(BORDER) > thresholds.number(MAX_BORDER)
                        || scores.number(BRIGHTNESS) < thresholds.number(MIN_BRIGHTNESS);
        return dark ? Action.DROP : Action.KEEP;
    }

    @Override
    public String criterion(Thresholds thresholds) {
        return "brightness < "
                + thresholds.number(MIN_BRIGHTNESS)
                + " or border > "
                + thresholds.number(MAX_BORDER);
    }
}
