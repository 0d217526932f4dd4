package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.dataset.Sample;
import org.surgenet.engine.NoGrad;
import org.surgenet.engine.Recording;
import org.surgenet.engine.Updates;
import org.surgenet.nn.ImageNorm;
import org.surgenet.nn.LayerDepths;
import org.surgenet.nn.Parameter;
import org.surgenet.task.InputSize;
import org.surgenet.task.Item;
import org.surgenet.task.Objective;
import org.surgenet.task.Preparation;
import org.surgenet.task.Task;
import org.surgenet.task.TaskNetwork;
import org.surgenet.train.AdamW;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.Curves;
import org.surgenet.train.GradientClipping;
import org.surgenet.train.Gradients;
import org.surgenet.train.Learner;
import org.surgenet.train.MemoryUse;
import org.surgenet.train.NotFiniteException;
import org.surgenet.train.ParameterGroup;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.Schedule;
import org.surgenet.train.Schedules;
import org.surgenet.train.SkippedImages;
import org.surgenet.train.TrainState;
import org.surgenet.train.distributed.AllReduce;
import org.surgenet.train.distributed.Communicator;

/**
 * A task's network in the training loop: batches of labelled samples, each cut among the processes
 * and into parts, and a validation after each epoch, whose best network is kept.
 *
 * <p>What cannot be read is left out of its batch; the losses of a step's parts count by their
 * samples, as if the batch had been one.
 */
final class FineTuneLearner<S extends Sample, O> implements Learner {
    /** The network's part of a checkpoint. */
    static final String NETWORK = "network";

    private static final String AVERAGE = "average";

    private static final String LOSS = "loss";
    private static final String SAMPLES = "samples";

    private final NDManager manager;
    private final FineTuneRequest request;
    private final Task<S, O> task;
    private final Parts<S> parts;
    private final Objective<S, O> objective;
    private final TaskNetwork network;

    /** The moving average of the network's weights, if there is one. */
    private final Optional<TaskNetwork> average;

    private final AdamW optimizer;
    private final Communicator communicator;
    private final AllReduce ranks;
    private final SkippedImages skipped;
    private final Function<TrainState, ModelCard> cards;
    private final Checkpoints checkpoints;
    private final Preparation<S> preparation;
    private final SampleOrder order;
    private final long perEpoch;
    private final Schedule lr;
    private Batches<S> batches;

    /** What decides which epoch is kept, once a validation has told. */
    private String metric;

    /** Whether gradients of the backbone are recorded; null before the first step. */
    private Boolean wholeNetwork;

    /** The samples to learn from and those to judge by. */
    record Parts<S>(List<S> training, List<S> validation) {}

    /**
     * @param network initialised on {@code manager}
     * @param average of the same structure and values, where the request asks for one
     * @param order of the training samples
     * @param cards describes the model of a state's best epoch
     * @param skipped told of samples that cannot be read
     */
    FineTuneLearner(
            NDManager manager,
            FineTuneRequest request,
            Task<S, O> task,
            Parts<S> parts,
            Objective<S, O> objective,
            TaskNetwork network,
            Optional<TaskNetwork> average,
            SampleOrder order,
            Communicator communicator,
            SkippedImages skipped,
            Function<TrainState, ModelCard> cards) {
        this.manager = manager;
        this.request = request;
        this.task = task;
        this.parts = parts;
        this.objective = objective;
        this.network = network;
        this.average = average;
        this.order = order;
        this.communicator = communicator;
        this.skipped = skipped;
        this.cards = cards;
        FineTuneRequest.Optimisation o = request.optimisation();
        network.module().setPrecision(request.model().precision());
        average.ifPresent(other -> other.module().setPrecision(request.model().precision()));
        optimizer = new AdamW(manager, groups(network, o.refinements().layerDecay()));
        ranks = new AllReduce(communicator);
        checkpoints = new RunDirectory(request.running().output()).checkpoints();
        preparation =
                new Preparation<>(
                        task::labels,
                        request.size(),
                        request.augmentation(),
                        request.running().seed());
        perEpoch = o.stepsPerEpoch(parts.training.size());
        long warmup = Math.round(o.refinements().warmupEpochs() * perEpoch);
        lr =
                o.schedule() == FineTuneRequest.LrSchedule.COSINE
                        ? Schedules.cosine(o.lr(), 0, perEpoch * o.epochs(), warmup)
                        : Schedules.constant(o.lr(), warmup);
    }

    /** The parameters that are trained, those of a layer with a learning rate of their own. */
    private static List<ParameterGroup> groups(TaskNetwork network, double decay) {
        Map<String, Parameter> trained = network.module().trainable();
        if (decay == 1) {
            return ParameterGroup.ofDino(trained);
        }
        Map<String, Parameter> backbone = network.backbone().parameters();
        Map<Parameter, Integer> layers = new IdentityHashMap<>();
        LayerDepths.of(backbone.keySet())
                .forEach((key, layer) -> layers.put(backbone.get(key), layer));
        int top = Collections.max(layers.values());
        Map<Integer, Map<String, Parameter>> byLayer = new TreeMap<>();
        trained.forEach(
                (key, parameter) ->
                        byLayer.computeIfAbsent(
                                        layers.getOrDefault(parameter, top),
                                        layer -> new LinkedHashMap<>())
                                .put(key, parameter));
        List<ParameterGroup> groups = new ArrayList<>();
        byLayer.forEach(
                (layer, parameters) ->
                        groups.addAll(
                                ParameterGroup.split(
                                        "layer" + layer + " ",
                                        parameters,
                                        Math.pow(decay, top - layer))));
        return groups;
    }

    @Override
    public Map<String, Map<String, NDArray>> arrays() {
        Map<String, Map<String, NDArray>> all = new LinkedHashMap<>();
        all.put(NETWORK, network.arrays());
        average.ifPresent(other -> all.put(AVERAGE, other.arrays()));
        all.put("optimizer", optimizer.moments());
        return all;
    }

    @Override
    public AdamW optimizer() {
        return optimizer;
    }

    @Override
    public Feed feed(long first) {
        int workers = request.running().workers();
        batches =
                new Batches<>(
                        source(first),
                        workers,
                        Math.max(1, request.optimisation().batchSize() / communicator.size()),
                        skipped::add);
        return new Feed() {
            @Override
            public double waitedSeconds() {
                return batches.waitedSeconds();
            }

            @Override
            public void close() {
                batches.close();
            }
        };
    }

    /**
     * This process's items of all steps from {@code first} on, each epoch in an order of its own.
     */
    private Iterator<Callable<Item<S>>> source(long first) {
        return LongStream.range(first, perEpoch * request.optimisation().epochs())
                .boxed()
                .flatMap(
                        step -> {
                            long epoch = step / perEpoch;
                            int[] places = order.of(epoch);
                            Slice slice = slice(step);
                            return LongStream.range(slice.from, slice.to)
                                    .mapToObj(i -> item(epoch, places[(int) i]));
                        })
                .iterator();
    }

    private Callable<Item<S>> item(long epoch, int index) {
        S sample = parts.training.get(index);
        return () -> Item.readable(sample, () -> preparation.training(sample, epoch, index));
    }

    /** Places in an epoch's order. */
    private record Slice(int from, int to) {
        int size() {
            return to - from;
        }
    }

    /** Where this process's share of a step's batch lies in its epoch's order. */
    private Slice slice(long step) {
        int size = request.optimisation().batchSize();
        int begin = Math.toIntExact(step % perEpoch * size);
        int count = Math.min(size, parts.training.size() - begin);
        int rank = communicator.rank();
        return new Slice(
                begin + count * rank / communicator.size(),
                begin + count * (rank + 1) / communicator.size());
    }

    @Override
    public Step step(long step, TrainState state, BooleanSupplier stop) {
        List<Item<S>> items = batches.next(slice(step).size());
        int all = (int) summed(items.size());
        double rate = lr.at(step);
        trainWholeNetwork(step / perEpoch >= request.optimisation().refinements().probeEpochs());
        network.module().setTraining(true);
        ObjectNode line = Json.object().put("step", step).put("epoch", step / perEpoch);
        if (all == 0) {
            // None could be read; every process sees it and goes on.
            return new Step(line.putNull("loss").put("lr", rate), Double.NaN, rate, 0);
        }
        double loss = summed(backward(step, items, all, stop));
        NotFiniteException.require("the loss", loss);
        ranks.average(network.module().trainable().values());
        double clip = request.optimisation().clipGrad();
        double norm =
                GradientClipping.clipTogether(
                        network.module().trainable(), clip == 0 ? Double.POSITIVE_INFINITY : clip);
        NotFiniteException.require("the gradient's norm", norm);
        optimizer.step(rate, request.optimisation().weightDecay());
        average.ifPresent(other -> moveAverage(other, step));
        state.add(LOSS, loss * all);
        state.add(SAMPLES, all);
        line.put("loss", loss)
                .put("lr", rate)
                .put("wd", request.optimisation().weightDecay())
                .put("grad_norm", norm);
        return new Step(line, loss, rate, all);
    }

    /** Freezes the backbone while the head alone is trained, and no longer. */
    private void trainWholeNetwork(boolean whole) {
        if (wholeNetwork != null && wholeNetwork == whole) {
            return;
        }
        wholeNetwork = whole;
        if (!request.model().freezeBackbone()) {
            if (whole) {
                network.backbone().unfreeze();
            } else {
                network.backbone().freeze();
            }
        }
        Gradients.require(network.module());
    }

    /**
     * Moves the average towards the network. In the first steps, when an average of many would
     * mostly be the first values, the decay is (1 + t) / (10 + t), as TensorFlow's {@code
     * ExponentialMovingAverage} has it.
     */
    private void moveAverage(TaskNetwork other, long step) {
        double decay =
                Math.min(request.optimisation().refinements().ema(), (1.0 + step) / (10.0 + step));
        try (NDManager inner = manager.newSubManager();
                NoGrad off = NoGrad.open()) {
            NDArray shares = inner.create(new double[] {decay, 1 - decay});
            Map<String, Parameter> to = other.module().parameters();
            network.module()
                    .trainable()
                    .forEach(
                            (key, parameter) ->
                                    Updates.moveAverage(
                                            to.get(key).array(), parameter.array(), shares));
        }
    }

    /** The network that is validated and kept. */
    private TaskNetwork judged() {
        return average.orElse(network);
    }

    /** A number's sum over all processes. */
    private double summed(double value) {
        double[] sum = {value};
        communicator.sum(sum);
        return sum[0];
    }

    /**
     * Adds the gradients of this process's items, part by part.
     *
     * @param all items of all processes
     * @return this process's share of the batch's loss
     */
    private double backward(long step, List<Item<S>> items, int all, BooleanSupplier stop) {
        double loss = 0;
        int count = request.optimisation().accumulate();
        boolean one = count == 1 && communicator.size() == 1;
        CounterRandom noise = CounterRandom.of(request.running().seed(), step);
        for (int part = 0; part < count; part++) {
            if (part > 0 && stop.getAsBoolean()) {
                throw new InterruptedRunException();
            }
            List<Item<S>> some =
                    items.subList(items.size() * part / count, items.size() * (part + 1) / count);
            network.module()
                    .setNoise(
                            one
                                    ? noise
                                    : noise.derive(
                                            (long) part * communicator.size()
                                                    + communicator.rank()));
            loss += backward(some, (double) some.size() / all);
        }
        return loss;
    }

    /** Of one part, whose loss counts as {@code share} of the batch's. */
    private double backward(List<Item<S>> items, double share) {
        try (NDManager inner = manager.newSubManager()) {
            if (items.isEmpty()) {
                return backwardNothing(inner);
            }
            NDArray images = Batches.images(inner, items, request.size(), ImageNorm.IMAGENET);
            try (Recording collector = Gradients.collect()) {
                NDArray value = objective.loss(network.forward(images), items);
                double loss = value.getFloat();
                // Gradients are averaged over the processes afterwards.
                double weight = share * communicator.size();
                collector.backward(weight == 1 ? value : value.mul(weight));
                return loss * share;
            }
        }
    }

    /** Zero gradients: all processes must have gradients of the same parameters. */
    private double backwardNothing(NDManager inner) {
        if (communicator.size() > 1) {
            InputSize size = request.size();
            NDArray blank = inner.zeros(new Shape(1, 3, size.height(), size.width()));
            try (Recording collector = Gradients.collect()) {
                collector.backward(network.forward(blank).sum().mul(0));
            }
        }
        return 0;
    }

    @Override
    public long memoryBytes() {
        return MemoryUse.bytes(request.running().device());
    }

    @Override
    public String remedy() {
        return "Lower lr or "
                + (request.optimisation().clipGrad() == 0 ? "set" : "lower")
                + " clip-grad";
    }

    /** The means of the steps; the first process alone validates, the others wait for its sums. */
    @Override
    public ObjectNode endEpoch(long epoch, TrainState state, boolean root) throws IOException {
        ObjectNode line =
                Json.object()
                        .put("epoch", epoch)
                        .put("train_loss", state.sum(LOSS) / state.sum(SAMPLES));
        if (root) {
            validate(epoch, state, line);
        }
        return line;
    }

    private void validate(long epoch, TrainState state, ObjectNode line) throws IOException {
        Objective.Scoring<S, O> scoring = objective.scoring();
        double loss =
                new Validation<>(manager, request, task, objective, preparation)
                        .run(judged(), parts.validation, scoring, skipped::add);
        line.put("val_loss", loss);
        Map<String, Double> scores = scoring.scores();
        scores.forEach(
                (name, value) -> line.put("val_" + name, Double.isFinite(value) ? value : null));
        metric = scores.keySet().iterator().next();
        TrainState.Best now = new TrainState.Best(epoch + 1, metric, scores.get(metric), loss);
        boolean best =
                state.best()
                        .map(before -> EpochScore.of(now).isBetterThan(EpochScore.of(before)))
                        .orElse(true);
        line.put("best", best).put("train_lr", lr.at((epoch + 1) * perEpoch - 1));
        if (best) {
            state.best(now);
            checkpoints.save(
                    Checkpoints.BEST, state.toJson(perEpoch), Map.of(NETWORK, judged().arrays()));
            TrainedModel.write(request.running().output(), judged(), cards.apply(state));
        }
        if (epoch + 1 == request.optimisation().epochs() || isEnough(epoch + 1, state)) {
            TrainedModel.finish(request.running().output());
        }
    }

    private boolean isEnough(long epochs, TrainState state) {
        int patience = request.optimisation().refinements().patience();
        return patience > 0 && epochs - state.best().orElseThrow().epoch() >= patience;
    }

    @Override
    public Optional<String> enough(TrainState state) {
        int epochs = state.epochs().size();
        return epochs < request.optimisation().epochs() && isEnough(epochs, state)
                ? Optional.of(
                        String.format(
                                Locale.ROOT,
                                "training ends after epoch %d of %d: none of the last %d was"
                                        + " better than epoch %d",
                                epochs,
                                request.optimisation().epochs(),
                                request.optimisation().refinements().patience(),
                                state.best().orElseThrow().epoch()))
                : Optional.empty();
    }

    /** An epoch in words for people. */
    @Override
    public String describe(ObjectNode line) {
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        Locale.ROOT,
                        "loss %.4f, validation loss %.4f",
                        line.get("train_loss").asDouble(),
                        line.get("val_loss").asDouble()));
        for (Iterator<String> names = line.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (name.startsWith("val_") && !name.equals("val_loss")) {
                text.append(", ").append(name.substring(4).replace('_', ' '));
                text.append(
                        line.get(name).isNull()
                                ? " undefined"
                                : String.format(Locale.ROOT, " %.4f", line.get(name).asDouble()));
            }
        }
        text.append(line.get("best").asBoolean() ? " (best so far)" : "");
        text.append(String.format(Locale.ROOT, ", lr %.2e", line.get("train_lr").asDouble()));
        return text.toString();
    }

    @Override
    public List<Curves.Panel> panels() {
        return metric == null ? List.of() : panels(metric);
    }

    /** What is drawn of a run whose epochs are judged by {@code metric}. */
    static List<Curves.Panel> panels(String metric) {
        return List.of(
                new Curves.Panel("Loss", "epoch", "loss", false, List.of("train_loss", "val_loss")),
                new Curves.Panel("Validation", "epoch", metric, false, List.of("val_" + metric)));
    }
}
