package org.surgenet.finetune;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.List;
import java.util.function.IntFunction;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.nn.NoGrad;

/** Applies a trained network to items, batch by batch. */
final class Inference implements AutoCloseable {
    private final NDManager manager;
    private final TaskNetwork network;
    private final ModelCard card;
    private final int workers;
    private final int batchSize;

    /** What takes the outputs, in the items' order. */
    interface Sink<S> {
        void accept(Item<S> item, NetworkOutput output) throws IOException;
    }

    Inference(TrainedModel model, Device device, int workers, int batchSize) {
        manager = NDManager.newBaseManager(device);
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

    /** Runs items 0 .. count-1; {@code maker} may give null for one to be left out. */
    <S> void run(
            int count,
            IntFunction<Item<S>> maker,
            Sink<S> sink,
            Progress.Task task,
            Cancellation cancellation)
            throws IOException {
        try (Batches<S> batches = Batches.of(count, maker, workers, batchSize);
                NoGrad off = NoGrad.open()) {
            for (int done = 0; done < count; done += batchSize) {
                cancellation.check();
                List<Item<S>> asked = batches.next(batchSize);
                List<Item<S>> batch = asked.stream().filter(item -> item != null).toList();
                if (!batch.isEmpty()) {
                    run(batch, sink);
                }
                task.step(asked.size(), "");
            }
        }
    }

    private <S> void run(List<Item<S>> batch, Sink<S> sink) throws IOException {
        List<NetworkOutput> outputs;
        try (NDManager step = manager.newSubManager()) {
            NDArray images = Batches.images(step, batch, card.size(), card.norm());
            outputs = network.decode(network.forward(images));
        }
        for (int i = 0; i < batch.size(); i++) {
            sink.accept(batch.get(i), outputs.get(i));
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
