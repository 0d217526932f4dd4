package org.surgenet.pretrain;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.surgenet.loader.CropLoader;
import org.surgenet.loader.ViewMaker;
import org.surgenet.nn.Backbone;
import org.surgenet.train.AdamW;
import org.surgenet.train.Curves;
import org.surgenet.train.Learner;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.Communicator;

/**
 * A self-supervised method: the views of a frame that it looks at, and networks that learn from
 * them. {@link Pretraining} does the rest: data, resuming, probes, and the backbone's file.
 */
public interface Method {
    /** What is made of each frame. */
    ViewMaker views();

    /** What {@code curves.png} shows of the log. */
    List<Curves.Panel> panels();

    /**
     * Makes the networks, with random values.
     *
     * @param manager owns their arrays
     * @param communicator of the processes that share the work
     * @param perEpoch steps of an epoch
     */
    Trainee begin(NDManager manager, Communicator communicator, long perEpoch);

    /** Networks that learn. */
    interface Trainee {
        /**
         * The backbone that weights to start from are loaded into; {@link #started} is called
         * afterwards.
         */
        Backbone student();

        /** Gives all networks what was loaded into the student's backbone. */
        void started();

        /**
         * Takes up a full checkpoint of the method's original code.
         *
         * @return the epochs that it has behind it
         * @throws org.surgenet.common.UserException if the file is no such checkpoint, or not of
         *     these networks
         */
        int takeUp(Path checkpoint);

        /** The backbone that a run exports. */
        Backbone result();

        /** See {@link Learner#arrays}. */
        Map<String, Map<String, NDArray>> arrays();

        AdamW optimizer();

        /**
         * One step, in parts of equal size.
         *
         * @param views gives the next of this process's images, as many as a part has
         * @param images of this process's parts
         * @param state gets the sums of the epoch
         * @param stop see {@link Learner#step}
         */
        Learner.Step step(
                long step, Views views, int[] images, TrainState state, BooleanSupplier stop);

        /** See {@link Learner#warnings}. */
        List<String> warnings(long step, Learner.Step outcome, double waited, double seconds);

        /** See {@link Learner#remedy}. */
        String remedy();

        /** The line of an epoch that ends, from its sums. */
        ObjectNode endEpoch(long epoch, TrainState state);
    }

    /** Views of the next frames. */
    @FunctionalInterface
    interface Views {
        CropLoader.Views next(int images);
    }
}
