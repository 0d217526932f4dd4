package org.surgenet.metrics;

import java.util.stream.Stream;

/**
 * What a unit's predictions of one class add up to. Counts of several units, weighted or not, are
 * added before a ratio is taken.
 *
 * @param tp pixels or frames of the class in target and prediction
 * @param fp in the prediction alone
 * @param fn in the target alone
 * @param images images that have a Dice of their own
 * @param diceSum the sum of these images' Dice
 * @param iouSum the sum of these images' IoU
 */
public record ClassCounts(
        double tp, double fp, double fn, double images, double diceSum, double iouSum) {
    static final ClassCounts NONE = new ClassCounts(0, 0, 0, 0, 0, 0);

    /** Counts without scores of single images. */
    public static ClassCounts of(long tp, long fp, long fn) {
        return new ClassCounts(tp, fp, fn, 0, 0, 0);
    }

    /** With one more image's own scores. */
    ClassCounts withImage(double dice, double iou) {
        return new ClassCounts(tp, fp, fn, images + 1, diceSum + dice, iouSum + iou);
    }

    /** Weighted sum of one class over units. */
    static ClassCounts sum(ClassCounts[] units, int[] weights) {
        double tp = 0;
        double fp = 0;
        double fn = 0;
        double images = 0;
        double dice = 0;
        double iou = 0;
        for (int u = 0; u < units.length; u++) {
            ClassCounts c = units[u];
            int w = weights[u];
            tp += w * c.tp;
            fp += w * c.fp;
            fn += w * c.fn;
            images += w * c.images;
            dice += w * c.diceSum;
            iou += w * c.iouSum;
        }
        return new ClassCounts(tp, fp, fn, images, dice, iou);
    }

    /** 2 TP / (2 TP + FP + FN). */
    double dice(EmptyScore empty) {
        double both = 2 * tp + fp + fn;
        return both == 0 ? empty.value() : 2 * tp / both;
    }

    /** TP / (TP + FP + FN). */
    double iou(EmptyScore empty) {
        double any = tp + fp + fn;
        return any == 0 ? empty.value() : tp / any;
    }

    /** TP / (TP + FP), 0 where the class is there and never predicted; NaN where in neither. */
    public double precision() {
        return tp + fp > 0 ? tp / (tp + fp) : fn > 0 ? 0 : Double.NaN;
    }

    /** TP / (TP + FN); NaN where the class is not in the target. */
    public double recall() {
        return tp + fn == 0 ? Double.NaN : tp / (tp + fn);
    }

    /** Mean Dice of the images that have one. */
    double imageDice() {
        return images == 0 ? Double.NaN : diceSum / images;
    }

    /** Mean IoU of the images that have one. */
    double imageIou() {
        return images == 0 ? Double.NaN : iouSum / images;
    }

    /** As {@link ConfusionMatrix#macroF1} takes it: missing where the class is never the target. */
    double f1() {
        return tp + fn == 0 ? Double.NaN : dice(EmptyScore.NAN);
    }

    /** Share of all frames that are right, over all classes. */
    static double accuracy(ClassCounts[] classes) {
        double right = Stream.of(classes).mapToDouble(ClassCounts::tp).sum();
        double all = Stream.of(classes).mapToDouble(c -> c.tp + c.fn).sum();
        return all == 0 ? Double.NaN : right / all;
    }
}
