package org.surgenet.stats;

import java.util.List;

/**
 * What a comparison of models found.
 *
 * @param settings it was made with
 * @param groups one per task, data set, metric and class
 * @param warnings what a reader must know before believing the numbers
 */
public record Comparison(Settings settings, List<Group> groups, List<String> warnings) {

    /** Models and their differences on one table of scores. */
    public record Group(ScoreTable scores, List<Estimate> estimates, List<Difference> differences) {
        /** How many units the table has. */
        public int units() {
            return scores.units().size();
        }
    }

    /**
     * One model's mean over units.
     *
     * @param model its name
     * @param runs how many files were averaged per unit
     * @param estimate the mean over units whose value is not missing; NaN without any
     * @param interval of the estimate
     * @param deviation sample standard deviation over units
     * @param n units with a value
     * @param missing units without
     */
    public record Estimate(
            String model,
            int runs,
            double estimate,
            Interval interval,
            double deviation,
            int n,
            int missing) {}

    /**
     * The mean over units of model − baseline.
     *
     * @param model its name
     * @param baseline the other's name
     * @param estimate over the units where neither is missing; NaN without any
     * @param interval of the estimate, from the same draws as the models'
     * @param wilcoxon over units; null below one pair
     * @param permutation over units; null below one pair
     * @param pValue the one that the settings chose; NaN below one pair
     * @param pAdjusted {@code pValue} after Holm's correction over the family
     * @param effectSize matched-pairs rank-biserial correlation, positive where the model's values
     *     tend to be larger; NaN below one pair
     * @param wins units on which the model is better
     * @param ties units on which both are equal
     * @param losses units on which the baseline is better
     * @param n units that count
     * @param dropped units left out because a value is missing
     */
    public record Difference(
            String model,
            String baseline,
            double estimate,
            Interval interval,
            WilcoxonSignedRank.Result wilcoxon,
            SignFlipTest.Result permutation,
            double pValue,
            double pAdjusted,
            double effectSize,
            int wins,
            int ties,
            int losses,
            int n,
            int dropped) {
        Difference adjusted(double p) {
            return new Difference(
                    model,
                    baseline,
                    estimate,
                    interval,
                    wilcoxon,
                    permutation,
                    pValue,
                    p,
                    effectSize,
                    wins,
                    ties,
                    losses,
                    n,
                    dropped);
        }
    }
}
