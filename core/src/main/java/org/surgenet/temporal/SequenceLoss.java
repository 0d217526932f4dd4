package org.surgenet.temporal;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.surgenet.nn.Arrays;
import org.surgenet.task.Losses;

/**
 * The loss of a video under all stages of a temporal head: cross-entropy, and the truncated mean
 * squared error of MS-TCN that smooths over time.
 *
 * <p>Sources: {@code sj-li/MS-TCN2: model.py}, which adds stages up; the published TeCNO (weighted
 * cross-entropy, the mean over stages). TeCNO's released code gives probabilities to a function
 * that expects logits; here it gets logits, as the article has it.
 *
 * @param weights of the classes in the cross-entropy; null for 1 each
 * @param smoothing factor λ of the truncated error; 0 leaves it out
 * @param mean whether stages are averaged instead of added up
 */
record SequenceLoss(double[] weights, double smoothing, boolean mean) {
    /** τ²: no step of a log-probability counts for more than τ = 4. */
    private static final float LARGEST = 16;

    /**
     * A number on the manager of the logits.
     *
     * @param stages logits (T, K) of each stage; stay open
     * @param targets class of each of the T frames
     */
    NDArray of(List<NDArray> stages, int[] targets) {
        NDArray sum = null;
        for (NDArray logits : stages) {
            NDArray one = Losses.crossEntropy(view(logits), targets, weights);
            if (smoothing > 0 && targets.length > 1) {
                NDArray rough = roughness(logits);
                one = Arrays.add(one, Arrays.then(rough, Arrays.mul(rough, smoothing)));
            }
            sum = sum == null ? one : Arrays.add(sum, one);
        }
        return mean ? Arrays.then(sum, Arrays.div(sum, stages.size())) : sum;
    }

    /** A handle of its own, for what closes its argument; a duplicate would take no gradient. */
    private static NDArray view(NDArray logits) {
        return logits.reshape(logits.getShape());
    }

    /**
     * {@code mean(min((ln p[t] − ln p[t−1])², τ²))} over frames from the second on and classes; no
     * gradient goes to the earlier frame of a pair.
     */
    private static NDArray roughness(NDArray logits) {
        long frames = logits.getShape().get(0);
        try (NDArray log = logits.logSoftmax(1); // (T, K)
                NDArray later = log.get(new NDIndex("1:")); // (T − 1, K)
                NDArray part = log.get(new NDIndex(":" + (frames - 1))); // (T − 1, K)
                NDArray earlier = part.stopGradient();
                NDArray largest =
                        Arrays.constant(logits.getManager(), new float[] {LARGEST}, new Shape(1))) {
            NDArray step = later.sub(earlier);
            step = Arrays.then(step, step.square());
            step = Arrays.then(step, step.minimum(largest));
            return Arrays.then(step, step.mean());
        }
    }
}
