package org.surgenet.curate;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Menus, title cards, blue screens: one colour fills most of the picture. */
final class ScreenDetector implements Detector {
    private static final Score CONTRAST =
            new Score(
                    "contrast",
                    "Contrast",
                    "standard deviation of the luma",
                    0,
                    128,
                    Score.Kind.NUMBER);

    /** Colours are told apart by 16 levels a channel. */
    private static final Score FLAT =
            new Score(
                    "flat",
                    "Flatness",
                    "share of the most frequent colour",
                    0,
                    1,
                    Score.Kind.CHARTED);

    private static final Threshold MAX_FLAT =
            Threshold.share(
                    "max-flat",
                    "0.6",
                    "Drop frames with a larger fraction of one colour: menus, title cards, no"
                            + " signal (default: {default}; 1 drops none).");

    private static final Threshold MIN_CONTRAST =
            Threshold.number(
                    "min-contrast",
                    "0",
                    "Drop frames whose luma has a lower standard deviation (default: {default},"
                            + " none).");

    @Override
    public List<Score> scores() {
        return List.of(CONTRAST, FLAT);
    }

    @Override
    public void measure(Picture picture, FrameScores scores) {
        double sum = 0;
        double squares = 0;
        int[] colours = new int[4096];
        for (int i = 0; i < picture.size(); i++) {
            if (picture.isBorder(i)) {
                continue;
            }
            int luma = picture.luma(i);
            sum += luma;
            squares += (double) luma * luma;
            int red = picture.red(i) >> 4;
            int green = picture.green(i) >> 4;
            int blue = picture.blue(i) >> 4;
            colours[red << 8 | green << 4 | blue]++;
        }
        double mean = sum / picture.inside();
        double variance = squares / picture.inside() - mean * mean;
        scores.set(CONTRAST, Math.sqrt(Math.max(0, variance)));
        scores.set(FLAT, (double) Arrays.stream(colours).max().orElseThrow() / picture.inside());
    }

    @Override
    public Optional<Reason> reason() {
        return Optional.of(new Reason("screen", "one flat colour: menu, title card, no signal"));
    }

    @Override
    public List<Threshold> thresholds() {
        return List.of(MAX_FLAT, MIN_CONTRAST);
    }

    @Override
    public Action judge(FrameScores scores, Thresholds thresholds) {
        boolean screen =
                scores.number(FLAT) > thresholds.number(MAX_FLAT)
                        || scores.number(CONTRAST) < thresholds.number(MIN_CONTRAST);
        return screen ? Action.DROP : Action.KEEP;
    }

    @Override
    public String criterion(Thresholds thresholds) {
        return "flat > "
                + thresholds.number(MAX_FLAT)
                + " or contrast < "
                + thresholds.number(MIN_CONTRAST);
    }
}
