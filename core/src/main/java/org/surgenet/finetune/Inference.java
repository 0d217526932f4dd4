package org.surgenet.finetune;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import org.surgenet.engine.NoGrad;
import org.surgenet.task.Item;
import org.surgenet.task.TaskNetwork;

/** Applies a trained network to items, batch by batch. */
final class Inference<O> implements AutoCloseable {
    private final NDManager manager;
    private final Function<NDArray, List<O>> decode;
    private final TaskNetwork network;
    private final TrainedModel model;
    private final ModelCard card;
    private final int workers;
    private final int batchSize;

    /** What takes the outputs, in the items' order. */
    interface Sink<S, O> {
        void accept(Item<S> item, O output) throws IOException;
    }

    /**
     * @param decode what logits mean, image by image
     */
    Inference(
            TrainedModel model,
            Function<NDArray, List<O>> decode,
            Device device,
            int workers,
            int batchSize) {
        this.decode = decode;
        manager = NDManager.newBaseManager(device);
        this.model = model;
        this.card = model.card();
        this.workers = workers;
        this.batchSize = batchSize;
        try {
            network = model.load(manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /**
     * Runs items 0 .. count-1.
     *
     * @param maker may give null for one to be left out
     * @param names the items' files, for messages
     * @throws UserException if the network gives values that are no numbers
     */
    <S> void run(
            int count,
            IntFunction<Item<S>> maker,
            IntFunction<Path> names,
            Sink<S, O> sink,
            Progress.Task task,
            Cancellation cancellation)
            throws IOException {
        try (Batches<S> batches = Batches.of(count, maker, workers, batchSize);
                NoGrad off = NoGrad.open()) {
            for (int done = 0; done < count; done += batchSize) {
                cancellation.check();
                List<Item<S>> asked = batches.next(batchSize);
                List<Item<S>> batch = new ArrayList<>();
                List<Path> files = new ArrayList<>();
                for (int i = 0; i < asked.size(); i++) {
                    if (asked.get(i) != null) {
                        batch.add(asked.get(i));
                        files.add(names.apply(done + i));
                    }
                }
                if (!batch.isEmpty()) {
                    run(batch, files, sink);
                }
                task.step(asked.size(), "");
            }
        }
    }

    private <S> void run(List<Item<S>> batch, List<Path> files, Sink<S, O> sink)
            throws IOException {
        List<O> outputs;
        try (NDManager step = manager.newSubManager()) {
            NDArray images = Batches.images(step, batch, card.size(), card.norm());
            NDArray logits = network.forward(images);
            requireFinite(logits, files);
            outputs = decode.apply(logits);
        }
        for (int i = 0; i < batch.size(); i++) {
            sink.accept(batch.get(i), outputs.get(i));
        }
    }

    /** Of NaN, the largest would be taken like of any numbers. */
    private void requireFinite(NDArray logits, List<Path> files) {
        try (NDArray sum = logits.sum()) {
            // One pass over all; a sum may overflow where no value is infinite.
            if (Float.isFinite(sum.getFloat())) {
                return;
            }
        }
        for (int i = 0; i < files.size(); i++) {
            for (float value : logits.get(i).toFloatArray()) {
                if (!Float.isFinite(value)) {
                    throw new UserException(
                            files.get(i)
                                    + ": the network's output is "
                                    + value
                                    + ": the values of "
                                    + model.file()
                                    + " are too large; train again with a lower lr");
                }
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
