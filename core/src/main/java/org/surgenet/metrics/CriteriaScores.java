package org.surgenet.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Collects the frames of yes-or-no criteria video by video and scores them: over all frames, which
 * is the literature's mAP, and per video, which is what statistics take as independent.
 *
 * <p>The two differ. Average precision is not a mean over frames: the mean of the videos' AP is
 * another quantity than the AP of all frames, and a video without a positive frame has none. Not
 * thread-safe.
 */
public final class CriteriaScores {
    private final int criteria;
    private final double threshold;
    private final Map<String, Frames> videos = new LinkedHashMap<>();
    private final Frames all = new Frames();

    private static final class Frames {
        final List<boolean[]> targets = new ArrayList<>();
        final List<double[]> probabilities = new ArrayList<>();
    }

    /**
     * Scores of one video, or of all frames.
     *
     * @param unit the video's name
     * @param frames how many frames were scored
     * @param criteria one per criterion
     * @param allBalancedAccuracy balanced accuracy of "all criteria met", which is predicted where
     *     every criterion is
     */
    public record Unit(
            String unit,
            int frames,
            List<MultilabelScores.Criterion> criteria,
            double allBalancedAccuracy) {
        /** Mean average precision over the criteria that have a positive frame. */
        public double map() {
            return Means.mean(
                    criteria.stream()
                            .mapToDouble(MultilabelScores.Criterion::averagePrecision)
                            .toArray());
        }

        /** Mean balanced accuracy over the criteria that have positive and negative frames. */
        public double balancedAccuracy() {
            return Means.mean(
                    criteria.stream()
                            .mapToDouble(MultilabelScores.Criterion::balancedAccuracy)
                            .toArray());
        }

        /** Mean area under the ROC curve, over the criteria as {@link #balancedAccuracy}. */
        public double rocAuc() {
            return Means.mean(
                    criteria.stream().mapToDouble(MultilabelScores.Criterion::rocAuc).toArray());
        }

        /** Mean Brier score over criteria; lower is better. */
        public double brier() {
            return Means.mean(
                    criteria.stream().mapToDouble(MultilabelScores.Criterion::brier).toArray());
        }
    }

    /**
     * An empty accumulator.
     *
     * @param criteria how many there are
     * @param threshold from which probability on a criterion is predicted as met, such as 0.5
     */
    public CriteriaScores(int criteria, double threshold) {
        if (criteria < 1) {
            throw new IllegalArgumentException("criteria (" + criteria + ") must be positive");
        }
        this.criteria = criteria;
        this.threshold = threshold;
    }

    /**
     * Adds one frame.
     *
     * @param video it belongs to
     * @param target per criterion, whether it is met
     * @param probability per criterion
     * @throws IllegalArgumentException if there are not as many values as criteria
     */
    public void add(String video, boolean[] target, double[] probability) {
        if (target.length != criteria || probability.length != criteria) {
            throw new IllegalArgumentException(
                    video
                            + ": "
                            + target.length
                            + " targets and "
                            + probability.length
                            + " probabilities for "
                            + criteria
                            + " criteria");
        }
        for (Frames frames : List.of(videos.computeIfAbsent(video, v -> new Frames()), all)) {
            frames.targets.add(target.clone());
            frames.probabilities.add(probability.clone());
        }
    }

    /** One entry per video in order of first appearance. */
    public List<Unit> perVideo() {
        return videos.entrySet().stream().map(e -> unit(e.getKey(), e.getValue())).toList();
    }

    /** All frames together. */
    public Unit pooled() {
        return unit("all", all);
    }

    private Unit unit(String name, Frames frames) {
        boolean[][] target = frames.targets.toArray(boolean[][]::new);
        double[][] probability = frames.probabilities.toArray(double[][]::new);
        List<MultilabelScores.Criterion> scores =
                IntStream.range(0, criteria)
                        .mapToObj(
                                c ->
                                        MultilabelScores.criterion(
                                                MultilabelScores.column(target, c),
                                                MultilabelScores.column(probability, c),
                                                threshold))
                        .toList();
        boolean[] met = new boolean[target.length];
        double[] least = new double[target.length];
        for (int i = 0; i < met.length; i++) {
            met[i] = true;
            least[i] = Double.POSITIVE_INFINITY;
            for (int c = 0; c < criteria; c++) {
                met[i] &= target[i][c];
                // All are at least the threshold where the least one is.
                least[i] = Math.min(least[i], probability[i][c]);
            }
        }
        return new Unit(
                name,
                target.length,
                scores,
                MultilabelScores.balancedAccuracy(met, least, threshold));
    }
}
