package org.surgenet.task.cvs;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.surgenet.metrics.Calibration;
import org.surgenet.report.Charts;

/** Curves of one criterion over all frames. */
final class CvsCurves {
    private CvsCurves() {}

    /** Precision against recall, ROC and reliability. */
    static List<Charts.Panel> panels(
            String name, boolean[] target, double[] probability, Calibration calibration) {
        int[] order =
                IntStream.range(0, target.length)
                        .boxed()
                        .sorted(Comparator.comparingDouble((Integer i) -> -probability[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int positives = (int) IntStream.range(0, target.length).filter(i -> target[i]).count();
        int n = order.length;
        double[] recall = new double[n + 1];
        double[] falseAlarms = new double[n + 1];
        double[] precision = new double[n + 1];
        int points = 1;
        precision[0] = 1;
        int hits = 0;
        for (int i = 0; i < n; i++) {
            hits += target[order[i]] ? 1 : 0;
            // Equal probabilities are one threshold.
            if (i + 1 == n || probability[order[i + 1]] != probability[order[i]]) {
                recall[points] = (double) hits / positives;
                falseAlarms[points] = (double) (i + 1 - hits) / (n - positives);
                precision[points] = (double) hits / (i + 1);
                points++;
            }
        }
        double prevalence = (double) positives / n;
        double[] ends = {0, 1};
        double[] r = Arrays.copyOf(recall, points);
        return List.of(
                new Charts.Panel(
                        name + ": precision and recall",
                        "recall",
                        "precision",
                        new Charts.Series("model", r, Arrays.copyOf(precision, points)),
                        new Charts.Series(
                                "prevalence", ends, new double[] {prevalence, prevalence})),
                new Charts.Panel(
                        name + ": ROC",
                        "false positive rate",
                        "true positive rate",
                        new Charts.Series("model", Arrays.copyOf(falseAlarms, points), r),
                        new Charts.Series("chance", ends, ends)),
                new Charts.Panel(
                        name + ": reliability",
                        "probability",
                        "fraction positive",
                        new Charts.Series("model", calibration.predicted(), calibration.observed()),
                        new Charts.Series("calibrated", ends, ends)));
    }
}
