package org.surgenet.task.seg;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.surgenet.metrics.Means;
import org.surgenet.metrics.Measure;
import org.surgenet.metrics.SurfaceDistances;
import org.surgenet.task.Item;

/**
 * Distances of outlines, image by image: a patient's score of a class is the mean over the images
 * that have one, and its mean over classes leaves out the background.
 */
final class SurfaceScores {
    private final int classes;
    private final double tolerance;
    private final Map<String, List<SurfaceDistances[]>> patients = new LinkedHashMap<>();

    SurfaceScores(int classes, double tolerance) {
        this.classes = classes;
        this.tolerance = tolerance;
    }

    /** Measures all classes of an image; index 0, the background, stays null. */
    void add(String patient, byte[] target, byte[] prediction, int width) {
        SurfaceDistances[] image = new SurfaceDistances[classes];
        for (int c = 1; c < classes; c++) {
            image[c] = SurfaceDistances.of(target, prediction, width, c, Item.IGNORE, tolerance);
        }
        patients.computeIfAbsent(patient, p -> new ArrayList<>()).add(image);
    }

    /** A patient's score of each class; index 0 is NaN. */
    double[] of(String patient, Measure<SurfaceDistances[]> measure) {
        List<double[]> images = patients.get(patient).stream().map(measure::byClass).toList();
        double[] scores = new double[classes];
        for (int c = 0; c < classes; c++) {
            int label = c;
            scores[c] = Means.mean(images.stream().mapToDouble(image -> image[label]).toArray());
        }
        return scores;
    }

    /** Mean over patients of their means over classes. */
    double mean(Measure<SurfaceDistances[]> measure) {
        return Means.mean(
                patients.keySet().stream().mapToDouble(p -> Means.mean(of(p, measure))).toArray());
    }
}
