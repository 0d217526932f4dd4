package org.surgenet.temporal;

import org.surgenet.metrics.Timing;

/**
 * Smooths predictions over time: each becomes the most frequent one of a window. Online the window
 * is the frame and those before it, offline the frame is in its middle; at the ends of a video it
 * is cut off. Among equals the frame's own prediction wins, then that nearest in time before it,
 * then that nearest after it.
 */
final class ModeFilter {
    private ModeFilter() {}

    /**
     * @param predictions class of each frame, in order of time
     * @param window frames, at least 1; odd where offline
     */
    static int[] apply(int[] predictions, int classes, int window, Timing timing) {
        int before = timing == Timing.ONLINE ? window - 1 : window / 2;
        int after = timing == Timing.ONLINE ? 0 : window / 2;
        int[] smooth = new int[predictions.length];
        for (int t = 0; t < smooth.length; t++) {
            int from = Math.max(0, t - before);
            int to = Math.min(smooth.length - 1, t + after);
            int[] counts = new int[classes];
            int most = 0;
            for (int i = from; i <= to; i++) {
                most = Math.max(most, ++counts[predictions[i]]);
            }
            smooth[t] = nearest(predictions, t, from, to, counts, most);
        }
        return smooth;
    }

    private static int nearest(int[] predictions, int t, int from, int to, int[] counts, int most) {
        for (int i = t; i >= from; i--) {
            if (counts[predictions[i]] == most) {
                return predictions[i];
            }
        }
        for (int i = t + 1; i <= to; i++) {
            if (counts[predictions[i]] == most) {
                return predictions[i];
            }
        }
        throw new IllegalStateException("a window without its most frequent class");
    }
}
