package org.surgenet.task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.metrics.Timing;

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
     * The predictions of samples.
     *
     * @param others predictions in the files that are of other frames
     * @param of the prediction of a sample by its place among the samples; may be asked for in any
     *     order, on one thread
     */
    record Found<S, O>(int others, IntFunction<Scored<S, O>> of) {}

    /**
     * The targets that lie beside the predictions, as a data set; empty if there are none.
     *
     * @throws org.surgenet.common.UserException if they are not as described
     */
    Optional<Dataset<S>> targets();

    /**
     * Which frames of a video the predictions rest on, as they say of themselves; empty where they
     * say nothing.
     *
     * @throws org.surgenet.common.UserException if they say different things
     */
    default Optional<Timing> timing() {
        return Optional.empty();
    }

    /** The files that the predictions may be read from, sorted. */
    List<Path> files() throws IOException;

    /** What to add to predictions without targets, for a message. */
    String wanted();

    /**
     * Finds the predictions of samples.
     *
     * @throws org.surgenet.common.UserException if some samples have none, naming the first
     */
    Found<S, O> of(Dataset<S> dataset, List<S> samples) throws IOException;
}
