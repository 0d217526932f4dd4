package org.surgenet.task;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;

/**
 * Predictions that some program made.
 *
 * @param <S> the samples
 * @param <O> what is said of one picture
 */
public interface GivenPredictions<S extends Sample, O> {
    /**
     * A sample with what was predicted of it.
     *
     * @param item the sample with its labels, without pixels
     * @param output the prediction
     */
    record Scored<S, O>(Item<S> item, O output) {}

    /**
     * The targets that lie beside the predictions, as a data set; empty if there are none.
     *
     * @throws org.surgenet.common.UserException if they are not as described
     */
    Optional<Dataset<S>> targets();

    /** What to add to predictions without targets, for a message. */
    String wanted();

    /**
     * Finds the predictions of samples.
     *
     * @return the prediction of a sample by its place in {@code samples}; may be asked for in any
     *     order, on one thread
     * @throws org.surgenet.common.UserException if some samples have none, naming the first
     */
    IntFunction<Scored<S, O>> of(Dataset<S> dataset, List<S> samples);
}
