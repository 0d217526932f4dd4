package org.surgenet.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * Scores of phase recognition, video by video.
 *
 * <p>Per video: accuracy over its frames, and per phase precision, recall, F1 and Jaccard. A phase
 * that does not occur in the video's target is missing (NaN) in all four and skipped by the video's
 * means; frames wrongly given to it still lower the accuracy and the recall of the phases they
 * belong to. A phase that occurs but is never predicted has precision 0.
 *
 * <p>Source: METHOD A.6; CAMMA's {@code generate_test_results.py}, aggregation "video". Its
 * "overall" is {@link #pooled()}. Not thread-safe.
 */
public final class PhaseScores {
    private final int phases;
    private final int tolerance;
    private final List<Video> videos = new ArrayList<>();
    private final ConfusionMatrix pooled;

    /**
     * Scores of one video.
     *
     * @param video its name
     * @param frames how many frames were scored
     * @param accuracy share of frames that are right
     * @param relaxedAccuracy the same, where near a change of phase either side of it is right; see
     *     {@link PhaseScores#PhaseScores(int, int)}
     * @param precision per phase; NaN where the phase is not in the target
     * @param recall per phase, likewise
     * @param f1 per phase, likewise
     * @param jaccard per phase, likewise
     */
    public record Video(
            String video,
            int frames,
            double accuracy,
            double relaxedAccuracy,
            double[] precision,
            double[] recall,
            double[] f1,
            double[] jaccard) {
        /** Mean over the phases that occur in this video's target. */
        public double macroPrecision() {
            return Means.mean(precision);
        }

        /** Mean over the phases that occur in this video's target. */
        public double macroRecall() {
            return Means.mean(recall);
        }

        /** Mean over the phases that occur in this video's target. */
        public double macroF1() {
            return Means.mean(f1);
        }

        /** Mean over the phases that occur in this video's target. */
        public double macroJaccard() {
            return Means.mean(jaccard);
        }
    }

    /** Scores of {@code phases} phases, without relaxed boundaries. */
    public PhaseScores(int phases) {
        this(phases, 0);
    }

    /**
     * An empty accumulator.
     *
     * @param phases how many phases there are
     * @param tolerance frames before and after each change of phase in the target where a
     *     prediction of either phase of that change counts as right in {@link
     *     Video#relaxedAccuracy}. CAMMA uses 10 at one frame per second with further rules for
     *     Cholec80 alone; this is the rule without them. With 0 the relaxed accuracy is the
     *     accuracy
     */
    public PhaseScores(int phases, int tolerance) {
        if (tolerance < 0) {
            throw new IllegalArgumentException("tolerance (" + tolerance + ") is negative");
        }
        this.phases = phases;
        this.tolerance = tolerance;
        this.pooled = new ConfusionMatrix(phases);
    }

    /**
     * Adds one video.
     *
     * @param video its name
     * @param target phase of each frame, in order of time
     * @param prediction likewise
     * @return the video's scores
     * @throws IllegalArgumentException if the lengths differ or are 0, or a phase is out of range
     */
    public Video add(String video, int[] target, int[] prediction) {
        Arguments.sameLength(target.length, prediction.length);
        if (target.length == 0) {
            throw new IllegalArgumentException(video + ": has no frames to score");
        }
        ConfusionMatrix matrix = new ConfusionMatrix(phases);
        matrix.add(target, prediction);
        double[] precision = new double[phases];
        double[] recall = new double[phases];
        double[] f1 = new double[phases];
        double[] jaccard = new double[phases];
        for (int p = 0; p < phases; p++) {
            boolean present = matrix.support(p) > 0;
            precision[p] = present ? matrix.precision(p) : Double.NaN;
            recall[p] = matrix.recall(p);
            f1[p] = present ? matrix.f1(p) : Double.NaN;
            jaccard[p] = present ? matrix.jaccard(p) : Double.NaN;
        }
        Video scores =
                new Video(
                        video,
                        target.length,
                        matrix.accuracy(),
                        relaxedAccuracy(target, prediction),
                        precision,
                        recall,
                        f1,
                        jaccard);
        videos.add(scores);
        pooled.add(matrix);
        return scores;
    }

    private double relaxedAccuracy(int[] target, int[] prediction) {
        boolean[] right = new boolean[target.length];
        for (int i = 0; i < target.length; i++) {
            right[i] = target[i] == prediction[i];
        }
        for (int change = 1; change < target.length; change++) {
            int before = target[change - 1];
            int after = target[change];
            if (before == after) {
                continue;
            }
            // Only frames that truly belong to one of the two phases: a short phase in between
            // is not forgiven for being taken for one two changes away.
            int end = Math.min(target.length, change + tolerance);
            for (int i = Math.max(0, change - tolerance); i < end; i++) {
                boolean belongs = target[i] == before || target[i] == after;
                right[i] |= belongs && (prediction[i] == before || prediction[i] == after);
            }
        }
        int hits = 0;
        for (boolean hit : right) {
            hits += hit ? 1 : 0;
        }
        return (double) hits / target.length;
    }

    /** The videos in order of addition. */
    public List<Video> videos() {
        return List.copyOf(videos);
    }

    /** Frames of all videos together, for frame-wise accuracy and the confusion matrix. */
    public ConfusionMatrix pooled() {
        return pooled;
    }

    /** Mean over videos of their accuracy; NaN without videos. */
    public double accuracy() {
        return Means.mean(videos.stream().mapToDouble(Video::accuracy).toArray());
    }

    /** Mean over videos of their mean F1 over the phases that occur; NaN without videos. */
    public double macroF1() {
        return Means.mean(videos.stream().mapToDouble(Video::macroF1).toArray());
    }

    /** Mean over videos of their mean Jaccard over the phases that occur; NaN without videos. */
    public double macroJaccard() {
        return Means.mean(videos.stream().mapToDouble(Video::macroJaccard).toArray());
    }
}
