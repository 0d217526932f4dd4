package org.surgenet.task;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.surgenet.dataset.Sample;

/**
 * What a task optimises, and how a network is judged between epochs.
 *
 * @param <S> the samples
 * @param <O> what a network says of one picture
 */
public interface Objective<S extends Sample, O> {
    /** The loss of a batch, a scalar; closes the logits. */
    NDArray loss(NDArray logits, List<Item<S>> batch);

    /** An empty collection of scores. */
    Scoring<S, O> scoring();

    /** Collects a part's outputs and scores them. */
    interface Scoring<S, O> {
        /** Takes the next item's output. */
        void add(Item<S> item, O output);

        /** Scores by name, the one that decides first; NaN where undefined. Larger is better. */
        Map<String, Double> scores();
    }

    /** How much each class counts in the loss; empty where all count the same. */
    default Optional<double[]> classWeights() {
        return Optional.empty();
    }
}
