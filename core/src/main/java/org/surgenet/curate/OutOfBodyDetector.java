package org.surgenet.curate;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The operating theatre, a drape, a metal trocar: little in it has the colour of tissue. */
final class OutOfBodyDetector implements Detector {
    /** Brightest channel from which a pixel is lit. */
    private static final int LIT_LEVEL = 32;

    private static final Score SATURATION =
            new Score("saturation", "Saturation", "mean saturation (HSV)", 0, 1, Score.Kind.NUMBER);

    private static final Score TISSUE =
            new Score(
                    "tissue",
                    "Tissue",
                    "share of lit pixels in the colours of tissue: red, pink, orange, yellow",
                    0,
                    1,
                    Score.Kind.NUMBER);

    /** Mean of (red - green) / brightest channel over the lit pixels. */
    private static final Score REDNESS =
            new Score(
                    "redness", "Redness", "mean lead of red over green", -1, 1, Score.Kind.CHARTED);

    private static final Score COLD =
            new Score(
                    "cold",
                    "Cold colours",
                    "share of lit pixels that are clearly blue, green or violet",
                    0,
                    1,
                    Score.Kind.NUMBER);

    private static final Threshold MIN_REDNESS =
            Threshold.number(
                    "min-redness",
                    "0.12",
                    "Frames whose mean of (red - green) / brightest channel is lower count as out"
                            + " of the body (default: {default}).");

    private static final Threshold OUT_OF_BODY =
            Threshold.action(
                    "out-of-body",
                    "drop",
                    "What to do with frames out of the body; flag keeps them and names them in the"
                            + " column reason (default: {default}).");

    @Override
    public List<Score> scores() {
        return List.of(SATURATION, TISSUE, REDNESS, COLD);
    }

    @Override
    public void measure(Picture picture, FrameScores scores) {
        int lit = 0;
        int tissue = 0;
        int cold = 0;
        double saturation = 0;
        double redness = 0;
        for (int i = 0; i < picture.size(); i++) {
            if (picture.isBorder(i)) {
                continue;
            }
            int r = picture.red(i);
            int g = picture.green(i);
            int b = picture.blue(i);
            int largest = Math.max(r, Math.max(g, b));
            int smallest = Math.min(r, Math.min(g, b));
            saturation += largest == 0 ? 0 : (largest - smallest) / (double) largest;
            // Burnt-out pixels say nothing of their colour.
            if (largest >= LIT_LEVEL && smallest < BrightDetector.GLARE_LEVEL) {
                lit++;
                redness += (r - g) / (double) largest;
                tissue += isTissue(r, g, b) ? 1 : 0;
                cold += isCold(r, g, b) ? 1 : 0;
            }
        }
        scores.set(SATURATION, saturation / picture.inside());
        scores.set(TISSUE, lit == 0 ? 0 : (double) tissue / lit);
        scores.set(REDNESS, lit == 0 ? 0 : redness / lit);
        scores.set(COLD, lit == 0 ? 0 : (double) cold / lit);
    }

    /**
     * Red to yellow, pale pink and violet-pink: red leads green by a little at least, and blue does
     * not lead red by much.
     */
    private static boolean isTissue(int r, int g, int b) {
        return (r - g) * 20 >= r && b * 20 <= r * 22;
    }

    /** Blue, cyan, green or cold violet of some saturation. */
    private static boolean isCold(int r, int g, int b) {
        int largest = Math.max(g, b);
        return largest > r && (largest - r) * 8 >= largest;
    }

    @Override
    public Optional<Reason> reason() {
        return Optional.of(new Reason("out_of_body", "colours are not those of tissue"));
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(MIN_REDNESS, OUT_OF_BODY);
    }

    @Override
    public Action judge(FrameScores scores, Thresholds thresholds) {
        return scores.number(REDNESS) < thresholds.number(MIN_REDNESS)
                ? thresholds.action(OUT_OF_BODY)
                : Action.KEEP;
    }

    @Override
    public String criterion(Thresholds thresholds) {
        return "redness < "
                + thresholds.number(MIN_REDNESS)
                + ", "
                + thresholds.action(OUT_OF_BODY).name().toLowerCase(Locale.ROOT);
    }
}
