package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.surgenet.dataset.Sample;
import org.surgenet.engine.NoGrad;
import org.surgenet.nn.ImageNorm;
import org.surgenet.task.Item;
import org.surgenet.task.Objective;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;

/** Applies a network to samples as they are, between the epochs of its training. */
final class Validation<S extends Sample, O> {
    private final NDManager manager;
    private final FineTuneRequest request;
    private final Task<S, O> task;
    private final Objective<S, O> objective;
    private final Preparation<S> preparation;

    Validation(
            NDManager manager,
            FineTuneRequest request,
            Task<S, O> task,
            Objective<S, O> objective,
            Preparation<S> preparation) {
        this.manager = manager;
        this.request = request;
        this.task = task;
        this.objective = objective;
        this.preparation = preparation;
    }

    /**
     * Scores the network.
     *
     * @param scoring gets each sample's output
     * @param failures told of samples that cannot be read, with the cause
     * @return the mean loss; NaN if no sample can be read
     */
    double run(
            TaskNetwork network,
            List<S> samples,
            Objective.Scoring<S, O> scoring,
            BiConsumer<Path, String> failures) {
        network.module().setTraining(false);
        double sum = 0;
        int count = 0;
        int size = request.optimisation().batchSize();
        try (Batches<S> plain =
                        new Batches<>(
                                samples.stream().map(this::item).iterator(),
                                request.running().workers(),
                                size,
                                failures);
                NoGrad off = NoGrad.open()) {
            for (int done = 0; done < samples.size(); done += size) {
                List<Item<S>> batch = plain.next(size);
                if (!batch.isEmpty()) {
                    sum += add(network, batch, scoring) * batch.size();
                    count += batch.size();
                }
            }
        }
        return sum / count;
    }

    private Callable<Item<S>> item(S sample) {
        return () -> Item.readable(sample, () -> preparation.plain(sample));
    }

    /** The mean loss of a batch, whose outputs are scored. */
    private double add(TaskNetwork network, List<Item<S>> batch, Objective.Scoring<S, O> scoring) {
        try (NDManager inner = manager.newSubManager()) {
            NDArray images = Batches.images(inner, batch, request.size(), ImageNorm.IMAGENET);
            NDArray logits = network.forward(images);
            List<O> outputs = task.decode(logits);
            for (int i = 0; i < batch.size(); i++) {
                scoring.add(batch.get(i), outputs.get(i));
            }
            return objective.loss(logits, batch).getFloat();
        }
    }
}
