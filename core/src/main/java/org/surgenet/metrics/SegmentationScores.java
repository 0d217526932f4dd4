package org.surgenet.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Dice and IoU of label maps, from true positives, false positives and false negatives counted per
 * image and class, and pooled per patient.
 *
 * <p>Class 0 is the background: it has its own score, and class means leave it out. Pixels whose
 * target is the ignored label count nowhere, whatever was predicted there. Where a class is in
 * neither target nor prediction its score is {@link EmptyScore}'s value, by default missing.
 *
 * <p>Source: METHOD A.6; {@code segmentation_finetuning/inference_metrics.py}. Not thread-safe.
 */
public final class SegmentationScores {
    private final int classes;
    private final int ignored;
    private final EmptyScore empty;
    private final Map<String, Counts> patients = new LinkedHashMap<>();
    private final List<Image> images = new ArrayList<>();
    private final ConfusionMatrix confusion;

    private record Image(String patient, String name, Counts counts) {}

    /** TP, and pixels of the target (TP + FN) and of the prediction (TP + FP), per class. */
    private static final class Counts {
        final long[] hits;
        final long[] target;
        final long[] predicted;
        int images;

        Counts(int classes) {
            hits = new long[classes];
            target = new long[classes];
            predicted = new long[classes];
        }

        void add(Counts other) {
            for (int c = 0; c < hits.length; c++) {
                hits[c] += other.hits[c];
                target[c] += other.target[c];
                predicted[c] += other.predicted[c];
            }
            images += other.images;
        }
    }

    /**
     * Scores of one patient, one image or the whole set.
     *
     * @param unit the patient's or image's name
     * @param images how many images it pools
     * @param dice per class, index 0 being the background; NaN where missing
     * @param iou per class, likewise
     */
    public record Unit(String unit, int images, double[] dice, double[] iou) {
        /** Mean Dice over the classes but the background, missing ones skipped. */
        public double meanDice() {
            return withoutBackground(dice);
        }

        /** Mean IoU over the classes but the background, missing ones skipped. */
        public double meanIou() {
            return withoutBackground(iou);
        }

        private static double withoutBackground(double[] values) {
            double[] rest = new double[values.length - 1];
            System.arraycopy(values, 1, rest, 0, rest.length);
            return Means.mean(rest);
        }
    }

    /**
     * A test set's result under one way of averaging.
     *
     * @param average the way
     * @param dice per class, index 0 being the background; NaN where missing
     * @param iou per class, likewise
     * @param meanDice for patients: the mean over patients of their class means; otherwise the mean
     *     over classes of {@code dice}; always without the background
     * @param meanIou likewise
     * @param deviationDice standard deviation over patients of their class means; NaN for the other
     *     ways and for fewer than two patients
     * @param deviationIou likewise
     * @param units how many patients or images have a class mean; 1 for the whole set
     */
    public record Summary(
            DiceAverage average,
            double[] dice,
            double[] iou,
            double meanDice,
            double meanIou,
            double deviationDice,
            double deviationIou,
            int units) {}

    /** Scores of {@code classes} classes with the default for empty ones. */
    public SegmentationScores(int classes, int ignored) {
        this(classes, ignored, EmptyScore.NAN);
    }

    /**
     * An empty accumulator.
     *
     * @param classes number of classes with the background, at least 2
     * @param ignored the target's label that counts nowhere, such as 255; negative for none
     * @param empty the score of a class in neither target nor prediction
     */
    public SegmentationScores(int classes, int ignored, EmptyScore empty) {
        if (classes < 2) {
            throw new IllegalArgumentException("classes (" + classes + ") must be at least 2");
        }
        if (ignored >= 0 && ignored < classes) {
            throw new IllegalArgumentException(
                    "the ignored label (" + ignored + ") is one of the classes");
        }
        this.classes = classes;
        this.ignored = ignored;
        this.empty = empty;
        this.confusion = new ConfusionMatrix(classes);
    }

    /**
     * Adds one image, labels being unsigned bytes.
     *
     * @param patient whose image it is
     * @param image its name
     * @param target H·W labels, each a class or the ignored label
     * @param prediction H·W classes
     * @throws IllegalArgumentException if the lengths differ, or a label is neither class nor
     *     ignored
     */
    public void add(String patient, String image, byte[] target, byte[] prediction) {
        Arguments.sameLength(target.length, prediction.length);
        long[] pairs = new long[classes * classes];
        for (int i = 0; i < target.length; i++) {
            count(pairs, image, target[i] & 0xFF, prediction[i] & 0xFF);
        }
        add(patient, image, pairs);
    }

    /** As {@link #add(String, String, byte[], byte[])} with labels as integers. */
    public void add(String patient, String image, int[] target, int[] prediction) {
        Arguments.sameLength(target.length, prediction.length);
        long[] pairs = new long[classes * classes];
        for (int i = 0; i < target.length; i++) {
            count(pairs, image, target[i], prediction[i]);
        }
        add(patient, image, pairs);
    }

    private void count(long[] pairs, String image, int target, int prediction) {
        if (target == ignored) {
            return;
        }
        if (target < 0 || target >= classes || prediction < 0 || prediction >= classes) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%s: target %d, prediction %d outside 0 .. %d",
                            image,
                            target,
                            prediction,
                            classes - 1));
        }
        pairs[target * classes + prediction]++;
    }

    private void add(String patient, String image, long[] pairs) {
        Counts counts = new Counts(classes);
        counts.images = 1;
        for (int t = 0; t < classes; t++) {
            for (int p = 0; p < classes; p++) {
                long n = pairs[t * classes + p];
                counts.target[t] += n;
                counts.predicted[p] += n;
                if (t == p) {
                    counts.hits[t] += n;
                }
                confusion.add(t, p, n);
            }
        }
        images.add(new Image(patient, image, counts));
        patients.computeIfAbsent(patient, key -> new Counts(classes)).add(counts);
    }

    /** Pixels by target and prediction over everything added. */
    public ConfusionMatrix confusion() {
        return confusion;
    }

    /** One entry per patient in order of first appearance, counts pooled over its images. */
    public List<Unit> perPatient() {
        return patients.entrySet().stream().map(e -> unit(e.getKey(), e.getValue())).toList();
    }

    /** One entry per image in order of addition. */
    public List<Unit> perImage() {
        return images.stream().map(image -> unit(image.name, image.counts)).toList();
    }

    /**
     * One entry per patient as {@link DiceAverage} says: pooled over the patient's images for
     * {@code PATIENT} and {@code DATASET}; for {@code IMAGE} each class's mean over the patient's
     * images that have a score for it. What goes into {@code scores.csv}.
     */
    public List<Unit> perPatient(DiceAverage average) {
        if (average != DiceAverage.IMAGE) {
            return perPatient();
        }
        Map<String, List<Unit>> byPatient = new LinkedHashMap<>();
        for (Image image : images) {
            byPatient
                    .computeIfAbsent(image.patient, key -> new ArrayList<>())
                    .add(unit(image.name, image.counts));
        }
        return byPatient.entrySet().stream()
                .map(
                        e ->
                                new Unit(
                                        e.getKey(),
                                        e.getValue().size(),
                                        classMeans(e.getValue(), true),
                                        classMeans(e.getValue(), false)))
                .toList();
    }

    /**
     * What each patient's images add up to, per class: the evidence from which every {@link
     * Summary} can be taken again on other patients.
     */
    public Map<String, ClassCounts[]> countsPerPatient() {
        Map<String, ClassCounts[]> counts = new LinkedHashMap<>();
        patients.forEach((patient, of) -> counts.put(patient, counts(of)));
        for (Image image : images) {
            Unit unit = unit(image.name, image.counts);
            ClassCounts[] sums = counts.get(image.patient);
            for (int c = 0; c < classes; c++) {
                if (!Double.isNaN(unit.dice[c])) {
                    sums[c] = sums[c].withImage(unit.dice[c], unit.iou[c]);
                }
            }
        }
        return counts;
    }

    private ClassCounts[] counts(Counts of) {
        ClassCounts[] counts = new ClassCounts[classes];
        for (int c = 0; c < classes; c++) {
            long hits = of.hits[c];
            counts[c] = ClassCounts.of(hits, of.predicted[c] - hits, of.target[c] - hits);
        }
        return counts;
    }

    /** All images pooled as if they were one. */
    public Unit pooled() {
        Counts all = new Counts(classes);
        patients.values().forEach(all::add);
        return unit("all", all);
    }

    /** The set's result under one way of averaging; every value NaN if nothing was added. */
    public Summary summary(DiceAverage average) {
        List<Unit> units =
                switch (average) {
                    case PATIENT -> perPatient();
                    case IMAGE -> perImage();
                    case DATASET -> images.isEmpty() ? List.of() : List.of(pooled());
                };
        double[] dice = classMeans(units, true);
        double[] iou = classMeans(units, false);
        double[] unitDice = units.stream().mapToDouble(Unit::meanDice).toArray();
        double[] unitIou = units.stream().mapToDouble(Unit::meanIou).toArray();
        boolean patientwise = average == DiceAverage.PATIENT;
        return new Summary(
                average,
                dice,
                iou,
                patientwise ? Means.mean(unitDice) : Unit.withoutBackground(dice),
                patientwise ? Means.mean(unitIou) : Unit.withoutBackground(iou),
                patientwise ? Means.deviation(unitDice) : Double.NaN,
                patientwise ? Means.deviation(unitIou) : Double.NaN,
                Means.count(unitDice));
    }

    private double[] classMeans(List<Unit> units, boolean dice) {
        double[] means = new double[classes];
        for (int c = 0; c < classes; c++) {
            int label = c;
            means[c] =
                    Means.mean(
                            units.stream()
                                    .mapToDouble(u -> dice ? u.dice[label] : u.iou[label])
                                    .toArray());
        }
        return means;
    }

    private Unit unit(String name, Counts counts) {
        double[] dice = new double[classes];
        double[] iou = new double[classes];
        for (int c = 0; c < classes; c++) {
            long both = counts.target[c] + counts.predicted[c];
            dice[c] = both == 0 ? empty.value() : 2.0 * counts.hits[c] / both;
            iou[c] = both == 0 ? empty.value() : (double) counts.hits[c] / (both - counts.hits[c]);
        }
        return new Unit(name, counts.images, dice, iou);
    }
}
