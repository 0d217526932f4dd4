package org.surgenet.train;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * What learns in a {@link TrainingLoop}: networks with their optimiser, and how a step changes
 * them. Of several processes each has one; they take the same steps.
 */
public interface Learner {
    /** All that a checkpoint has to hold besides numbers: float32 arrays by file and name. */
    Map<String, Map<String, NDArray>> arrays();

    /** Counts the steps of its parameters in the state. */
    AdamW optimizer();

    /** Opens the data of all steps from {@code first} on. */
    Feed feed(long first);

    /** Data that are prepared ahead of the steps. */
    interface Feed extends AutoCloseable {
        /** Seconds that steps have waited for it since the start. */
        double waitedSeconds();

        @Override
        void close();
    }

    /** What happens before the first step of a new run, on the first process; mostly nothing. */
    default void beforeFirstStep(JsonLog log) throws IOException {}

    /**
     * One step, on the next of the data.
     *
     * @param state gets the sums of the epoch
     * @param stop whether all processes are asked to give up; looked at between a step's parts
     * @throws NotFiniteException if the loss or a gradient is not finite; nothing has changed then
     * @throws org.surgenet.common.InterruptedRunException if asked to stop; nothing has changed
     */
    Step step(long step, TrainState state, BooleanSupplier stop);

    /**
     * What a step tells.
     *
     * @param line for the log
     * @param loss for people; NaN where no image could be read
     * @param lr learning rate
     * @param images of all processes
     */
    record Step(ObjectNode line, double loss, double lr, int images) {}

    /**
     * Looks over the last step's shoulder.
     *
     * @param waited seconds of it that went into waiting for data
     * @param seconds that it took in all
     * @return warnings, mostly none
     */
    default List<String> warnings(long step, Step outcome, double waited, double seconds) {
        return List.of();
    }

    /** Bytes that the training takes on its device, see {@link MemoryUse}. */
    long memoryBytes();

    /** What to try when numbers are not finite, as the end of a message. */
    String remedy();

    /**
     * Ends an epoch: the means of its steps, a validation or a probe.
     *
     * @param epoch from 0
     * @param root whether this is the first process, which alone writes
     * @return the epoch's line for the log
     * @throws IOException if a result cannot be written
     */
    ObjectNode endEpoch(long epoch, TrainState state, boolean root) throws IOException;

    /**
     * Whether training is to end before its last epoch; asked of the first process, after each
     * epoch.
     *
     * @return the reason, for people; empty to go on
     */
    default Optional<String> enough(TrainState state) {
        return Optional.empty();
    }

    /** A finished epoch in words for people, without its number and time. */
    String describe(ObjectNode line);

    /** Writes results of an epoch whose state is saved; on the first process alone. */
    default void publish(long epoch, TrainState state) throws IOException {}

    /** What {@code curves.png} shows; empty as long as it is not known. */
    List<Curves.Panel> panels();
}
