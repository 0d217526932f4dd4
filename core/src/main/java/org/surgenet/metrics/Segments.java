package org.surgenet.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * A video's phases as a sequence of segments, and scores of such sequences, which see
 * over-segmentation that frame-wise accuracy does not. Definitions are those of Lea et al. 2017 as
 * the evaluation code of MS-TCN (Farha and Gall 2019, {@code eval.py}) has them.
 */
public final class Segments {
    /** The overlaps that are commonly reported, in percent. */
    public static final List<Integer> OVERLAPS = List.of(10, 25, 50);

    private Segments() {}

    /**
     * The phases of a video's frames in order of time.
     *
     * @param target phase of each frame
     * @param prediction likewise
     */
    public record Pair(int[] target, int[] prediction) {
        /**
         * Segments found and missed.
         *
         * @param percent that a segment must overlap with its target, intersection over union
         */
        public Counts counts(int percent) {
            return Segments.counts(target, prediction, percent / 100.0);
        }
    }

    private record Segment(int phase, int start, int end) {}

    /**
     * Hits, wrong and missed segments; they add up over videos.
     *
     * @param tp predicted segments that hit one
     * @param fp other predicted ones
     * @param fn target segments that were not hit
     */
    public record Counts(long tp, long fp, long fn) {
        /** None of any. */
        public static final Counts NONE = new Counts(0, 0, 0);

        /** Both together. */
        public Counts plus(Counts other) {
            return new Counts(tp + other.tp, fp + other.fp, fn + other.fn);
        }

        /** 2 TP / (2 TP + FP + FN); NaN without segments. */
        public double f1() {
            long all = 2 * tp + fp + fn;
            return all == 0 ? Double.NaN : 2.0 * tp / all;
        }
    }

    private static List<Segment> of(int[] frames) {
        List<Segment> segments = new ArrayList<>();
        int start = 0;
        for (int i = 1; i <= frames.length; i++) {
            if (i == frames.length || frames[i] != frames[start]) {
                segments.add(new Segment(frames[start], start, i));
                start = i;
            }
        }
        return segments;
    }

    /**
     * The segmental edit score: 1 − Levenshtein distance of the two sequences of segments' phases,
     * divided by the longer one's length. 1 is best; lengths of segments do not matter.
     *
     * @throws IllegalArgumentException if the lengths differ or are 0
     */
    public static double editScore(int[] target, int[] prediction) {
        check(target, prediction);
        List<Segment> truth = of(target);
        List<Segment> found = of(prediction);
        int[] previous = new int[truth.size() + 1];
        for (int j = 0; j < previous.length; j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= found.size(); i++) {
            int[] row = new int[previous.length];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                boolean same = found.get(i - 1).phase == truth.get(j - 1).phase;
                row[j] =
                        Math.min(
                                previous[j - 1] + (same ? 0 : 1),
                                1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return 1 - (double) previous[truth.size()] / Math.max(truth.size(), found.size());
    }

    /**
     * Segments that overlap enough. A predicted segment takes the target segment of its phase with
     * which its intersection over union is largest; it is a hit if that is at least {@code overlap}
     * and no earlier one has taken it.
     *
     * @param overlap such as 0.5
     * @throws IllegalArgumentException if the lengths differ or are 0
     */
    public static Counts counts(int[] target, int[] prediction, double overlap) {
        check(target, prediction);
        List<Segment> truth = of(target);
        boolean[] taken = new boolean[truth.size()];
        long tp = 0;
        long fp = 0;
        for (Segment segment : of(prediction)) {
            int best = 0;
            double largest = -1;
            for (int t = 0; t < taken.length; t++) {
                double iou = iou(segment, truth.get(t));
                if (iou > largest) {
                    largest = iou;
                    best = t;
                }
            }
            if (largest >= overlap && !taken[best]) {
                taken[best] = true;
                tp++;
            } else {
                fp++;
            }
        }
        return new Counts(tp, fp, taken.length - tp);
    }

    private static double iou(Segment a, Segment b) {
        if (a.phase != b.phase) {
            return 0;
        }
        int intersection = Math.min(a.end, b.end) - Math.max(a.start, b.start);
        int union = Math.max(a.end, b.end) - Math.min(a.start, b.start);
        return (double) intersection / union;
    }

    private static void check(int[] target, int[] prediction) {
        Arguments.sameLength(target.length, prediction.length);
        if (target.length == 0) {
            throw new IllegalArgumentException("no frames");
        }
    }
}
