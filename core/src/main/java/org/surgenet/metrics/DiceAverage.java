package org.surgenet.metrics;

/**
 * Over what a Dice (or IoU) of a test set is averaged. The three give different numbers on the same
 * predictions, so every output names the one it used.
 */
public enum DiceAverage {
    /**
     * TP, FP and FN are summed over a patient's images, the ratio is taken per patient and class,
     * and patients are averaged. The default: what the authors of SurgeNet do in {@code
     * segmentation_finetuning/inference_metrics.py} (METHOD A.6).
     */
    PATIENT,
    /**
     * The ratio is taken per image and class; a class's score is the mean over the images where it
     * is in the target or the prediction (EndoViT).
     */
    IMAGE,
    /** TP, FP and FN are summed over the whole test set. */
    DATASET
}
