package org.surgenet.curate;

import java.util.List;
import java.util.Optional;

/** Frames that are burnt out, and bright slides. */
final class BrightDetector implements Detector {
    /** Darkest channel from which a pixel is burnt out and says nothing of its colour. */
    static final int GLARE_LEVEL = 240;

    private static final Score GLARE =
            new Score(
                    "glare",
                    "Glare",
                    "share of pixels burnt out in all channels",
                    0,
                    1,
                    Score.Kind.NUMBER);

    private static final Threshold MAX_BRIGHTNESS =
            Threshold.number(
                    "max-brightness",
                    "200",
                    "Drop frames whose mean luma is higher (default: {default}; 255 drops none).");

    private static final Threshold MAX_GLARE =
            Threshold.share(
                    "max-glare",
                    "0.3",
                    "Drop frames with a larger fraction of burnt-out pixels (default: {default}; 1"
                            + " drops none).");

    @Override
    public List<Score> scores() {
        return List.of(GLARE);
    }

    @Override
    public void measure(Picture picture, FrameScores scores) {
        int glare = 0;
        for (int i = 0; i < picture.size(); i++) {
            boolean burnt =
                    picture.red(i) >= GLARE_LEVEL
                            && picture.green(i) >= GLARE_LEVEL
                            && picture.blue(i) >= GLARE_LEVEL;
            glare += burnt && !picture.isBorder(i) ? 1 : 0;
        }
        scores.set(GLARE, (double) glare / picture.inside());
    }

    @Override
    public Optional<Reason> reason() {
        return Optional.of(new Reason("bright", "burnt out or a bright page"));
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(MAX_BRIGHTNESS, MAX_GLARE);
    }

    @Override
    public Action judge(FrameScores scores, Thresholds thresholds) {
        boolean bright =
                scores.number(DarkDetector.BRIGHTNESS) > thresholds.number(MAX_BRIGHTNESS)
                        || scores.number(GLARE) > thresholds.number(MAX_GLARE);
        return bright ? Action.DROP : Action.KEEP;
    }

    @Override
    public String criterion(Thresholds thresholds) {
        return "brightness > "
                + thresholds.number(MAX_BRIGHTNESS)
                + " or glare > "
                + thresholds.number(MAX_GLARE);
    }
}
