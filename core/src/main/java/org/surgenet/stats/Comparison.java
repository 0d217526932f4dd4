package org.surgenet.stats;

import java.util.List;
import java.util.Map;

/**
 * What a comparison of models found.
 *
 * @param settings it was made with
 * @param groups one per task, data set, metric and class
 * @param warnings what a reader must know before believing the numbers
 * @param rankings of three or more models
 * @param fits of scores to the size and diversity of pretraining data; empty unless asked for
 */
record Comparison(
        Settings settings,
        List<Group> groups,
        List<String> warnings,
        List<Ranking> rankings,
        List<ScalingFit> fits) {

    /** What is about one task, without warnings. */
    Comparison only(String task) {
        return new Comparison(
                settings,
                groups.stream().filter(g -> g.scores().task().equals(task)).toList(),
                List.of(),
                rankings.stream().filter(r -> r.task().equals(task)).toList(),
                fits.stream().filter(f -> f.task().equals(task)).toList());
    }

    /** Its tasks, in the order of their first group. */
    List<String> tasks() {
        return groups.stream().map(g -> g.scores().task()).distinct().toList();
    }

    /** Models and their differences on one table of scores. */
    public record Group(ScoreTable scores, List<Estimate> estimates, List<Difference> differences) {
        /** How many units the table has. */
        public int units() {
            return scores.units().size();
        }
    }

    /**
     * One model's score: the mean over units, or what {@link ScoreTable#recomputed} says.
     *
     * @param model its name
     * @param runs how many files were averaged
     * @param estimate the mean over units whose value is not missing; NaN without any
     * @param interval of the estimate
     * @param deviation sample standard deviation over units
     * @param n units with a value
     * @param missing units without
     * @param undefined resamples that have no score, which the interval leaves out
     * @param partial resamples that lack a class or criterion which the units have together, and
     *     whose score is the mean of the others
     */
    public record Estimate(
            String model,
            int runs,
            double estimate,
            Interval interval,
            double deviation,
            int n,
            int missing,
            int undefined,
            int partial) {}

    /**
     * The mean over units of model − baseline, or the difference of the recomputed scores; negative
     * where the model is better if lower is.
     *
     * @param model its name
     * @param baseline the other's name
     * @param estimate over the units where neither is missing; NaN without any
     * @param interval of the estimate, from the same draws as the models'
     * @param tests over units, by the test's id; none below two pairs, and for recomputed scores
     *     the permutation of the models' names on each unit alone
     * @param pValue the one that the settings chose; NaN below two pairs
     * @param pAdjusted {@code pValue} after the correction over the family
     * @param pLeast the smallest {@code pValue} that so many differences can have; NaN where there
     *     is no bound
     * @param pLeastAdjusted the same of {@code pAdjusted}
     * @param family how many comparisons were corrected together
     * @param effect without a scale
     * @param detectable the true difference that so many units with such a spread would find with
     *     80 % power before correction; NaN below two pairs
     * @param n units that count
     * @param dropped units left out because a value is missing
     * @param filled units that count although one value is missing; see {@link Settings.OneSided}
     */
    public record Difference(
            String model,
            String baseline,
            double estimate,
            Interval interval,
            Map<String, PairedTest.Result> tests,
            double pValue,
            double pAdjusted,
            double pLeast,
            double pLeastAdjusted,
            int family,
            Effect effect,
            double detectable,
            int n,
            int dropped,
            int filled) {
        Difference corrected(double p, double least, int size) {
            return new Difference(
                    model,
                    baseline,
                    estimate,
                    interval,
                    tests,
                    pValue,
                    p,
                    pLeast,
                    least,
                    size,
                    effect,
                    detectable,
                    n,
                    dropped,
                    filled);
        }
    }
}
