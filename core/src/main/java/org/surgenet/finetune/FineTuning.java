package org.surgenet.finetune;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.dataset.Dataset;
import org.surgenet.dataset.Sample;
import org.surgenet.dataset.Split;
import org.surgenet.dataset.SplitName;
import org.surgenet.nn.ImageNorm;
import org.surgenet.nn.NoGrad;
import org.surgenet.train.AdamW;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.Curves;
import org.surgenet.train.GradientClipping;
import org.surgenet.train.Gradients;
import org.surgenet.train.JsonLog;
import org.surgenet.train.LiveCurves;
import org.surgenet.train.ParameterGroup;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.Schedule;
import org.surgenet.train.Schedules;
import org.surgenet.weights.WeightLoader;

/**
 * The training loop that the three tasks share: epochs over the training part, validation after
 * each, the best epoch kept, log and curves, checkpoints and resume. A run that was cut off
 * anywhere goes on from its last checkpoint and, on a CPU, ends with the same bits as one that was
 * not.
 */
public final class FineTuning<S extends Sample> {
    private static final Logger LOG = LoggerFactory.getLogger(FineTuning.class);

    /** Sets the order of samples apart from other draws. */
    private static final long ORDER = 0x4F52444552L;

    private static final String NETWORK = "network";

    private final FineTuneRequest request;
    private final Dataset<S> dataset;
    private final Split split;
    private final Objective<S> objective;
    private final List<S> training;
    private final List<S> validation;
    private final RunDirectory directory;
    private final Checkpoints checkpoints;
    private final int perEpoch;
    private final long steps;
    private final Schedule lr;
    private LiveCurves curves;

    /**
     * How a run ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param epochs of the whole run
     * @param bestEpoch counted from 1
     * @param metric what decided
     * @param bestScore of that epoch on the validation part; NaN if undefined
     * @param model the file with the best epoch's network
     */
    public record Outcome(
            boolean alreadyComplete,
            int epochs,
            long bestEpoch,
            String metric,
            double bestScore,
            Path model) {}

    /**
     * Checks everything that can be checked; touches no file.
     *
     * @throws UserException if something does not make sense
     */
    public FineTuning(
            FineTuneRequest request, Dataset<S> dataset, Split split, Objective<S> objective) {
        request.validate(objective.kind());
        this.request = request;
        this.dataset = dataset;
        this.split = split;
        this.objective = objective;
        training = part(SplitName.TRAIN);
        validation = part(SplitName.VAL);
        objective.prepare(dataset, training);
        directory = new RunDirectory(request.running().output());
        checkpoints = directory.checkpoints();
        FineTuneRequest.Optimisation o = request.optimisation();
        perEpoch = (training.size() + o.batchSize() - 1) / o.batchSize();
        steps = (long) perEpoch * o.epochs();
        lr =
                o.schedule() == FineTuneRequest.LrSchedule.COSINE
                        ? Schedules.cosine(o.lr(), 0, steps)
                        : Schedule.constant(o.lr());
    }

    private List<S> part(SplitName name) {
        List<S> samples = dataset.part(split, name);
        if (samples.isEmpty()) {
            throw new UserException(
                    "the split ("
                            + split.source()
                            + ") has no "
                            + name.label()
                            + " samples; give --split FILE with the columns patient,split");
        }
        return samples;
    }

    /** What is going to be done, for people. */
    public String plan() {
        TaskNetwork network = network();
        long parameters = network.module().parameterCount();
        long head = parameters - network.backbone().parameterCount();
        return String.format(
                Locale.ROOT,
                "%s on %s: %d training samples of %d patients, %d validation samples of %d patients"
                        + " (%s)%n%s at %s, %,d parameters, of which %,d are trained%n%d epochs of"
                        + " %d steps; about %d MiB for checkpoints%n",
                objective.kind().command(),
                dataset.name(),
                training.size(),
                split.patients(SplitName.TRAIN).size(),
                validation.size(),
                split.patients(SplitName.VAL).size(),
                split.source(),
                request.model().backbone(),
                request.size(),
                parameters,
                request.model().freezeBackbone() ? head : parameters,
                request.optimisation().epochs(),
                perEpoch,
                // Last has weights and two moments, best and the model have weights.
                5 * parameters * Float.BYTES / (1 << 20) + 1);
    }

    private TaskNetwork network() {
        return TaskNetwork.create(
                objective.kind(), request.model().backbone(), dataset.classes().size());
    }

    /** The parts of a run that change from step to step. */
    private static final class State {
        final TaskNetwork network;
        final AdamW optimizer;
        ObjectNode json;
        double lossSum;
        long lossCount;

        State(TaskNetwork network, AdamW optimizer, ObjectNode json) {
            this.network = network;
            this.optimizer = optimizer;
            this.json = json;
        }
    }

    /**
     * Runs to the end or to the next interruption.
     *
     * @param cancellation looked at after each step
     * @param record gets the weights that the backbone began with, the data and the outcome
     * @throws InterruptedRunException if asked to stop; the state is saved
     * @throws UserException if the directory holds another run, a sample cannot be read or the loss
     *     is not finite; the last checkpoint is kept
     */
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            return run(manager, progress, cancellation, record);
        }
    }

    /** As the public one, with all arrays in {@code manager}. */
    Outcome run(NDManager manager, Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        if (request.running().overwrite()) {
            directory.clear();
            Files.deleteIfExists(TrainedModel.weights(request.running().output()));
            Files.deleteIfExists(TrainedModel.card(request.running().output()));
        }
        record.put("seed", request.running().seed());
        record.section("data")
                .put("dataset", dataset.name())
                .put("split", split.source())
                .put("split_sha256", split.hash())
                .put("training_samples", training.size())
                .put("validation_samples", validation.size());
        Optional<Checkpoint> saved = checkpoints.load(Checkpoints.LAST);
        saved.ifPresent(last -> last.requireSettings(settings(), request.running().output()));
        if (saved.isPresent() && saved.get().state().get("step").asLong() == steps) {
            return outcome(true, saved.get().state());
        }
        TaskNetwork network = network();
        network.module().initialize(manager, request.running().seed());
        String licence = saved.isPresent() ? "" : loadBackbone(network, record);
        if (request.model().freezeBackbone()) {
            network.backbone().freeze();
        }
        Gradients.require(network.module());
        AdamW optimizer = new AdamW(manager, ParameterGroup.ofDino(network.module().trainable()));
        State state = new State(network, optimizer, newState(licence));
        saved.ifPresent(checkpoint -> resume(state, checkpoint));
        train(manager, state, progress, cancellation);
        return outcome(false, state.json);
    }

    private String loadBackbone(TaskNetwork network, RunRecord record) {
        Optional<Path> weights = request.model().weights();
        if (weights.isEmpty()) {
            LOG.info("the backbone {} begins with random weights", request.model().backbone());
            return "";
        }
        WeightLoader.load(
                network.backbone(), weights.get(), request.model().allowPartial(), record);
        return WeightLoader.licence(weights.get());
    }

    private ObjectNode newState(String licence) {
        ObjectNode json = Json.object();
        json.put("step", 0);
        json.put("log_bytes", 0);
        json.put("licence", licence);
        json.putArray("epochs");
        json.set("settings", settings());
        return json;
    }

    private ObjectNode settings() {
        ObjectNode settings = request.decisive();
        settings.put("task", objective.kind().label());
        settings.put("dataset", dataset.name());
        settings.put("classes", dataset.classes().size());
        settings.put("training_samples", training.size());
        settings.put("validation_samples", validation.size());
        settings.put("split_sha256", split.hash());
        objective.describe(settings);
        return settings;
    }

    private void resume(State state, Checkpoint saved) {
        saved.restore(NETWORK, state.network.arrays());
        saved.restore("optimizer", state.optimizer.moments());
        state.optimizer.readSteps(saved.state());
        state.lossSum = saved.state().get("loss_sum").asDouble();
        state.lossCount = saved.state().get("loss_count").asLong();
        state.json = saved.state().deepCopy();
        LOG.info(
                "{}: going on at step {} of {}",
                request.running().output(),
                saved.state().get("step").asLong(),
                steps);
    }

    private void train(NDManager manager, State state, Progress progress, Cancellation cancellation)
            throws IOException {
        long first = state.json.get("step").asLong();
        Preparation preparation =
                new Preparation(request.size(), request.augmentation(), request.running().seed());
        try (JsonLog log = JsonLog.open(directory.log(), state.json.get("log_bytes").asLong());
                Progress.Task task = progress.start(objective.kind().command(), "steps", steps);
                Batches<S> batches =
                        new Batches<>(
                                source(first, preparation),
                                request.running().workers(),
                                request.optimisation().batchSize())) {
            task.step(first, "");
            for (long step = first; step < steps; step++) {
                step(manager, state, step, batches, log, task);
                boolean endOfEpoch = (step + 1) % perEpoch == 0;
                if (endOfEpoch) {
                    endEpoch(manager, state, step / perEpoch, preparation, log);
                }
                boolean stop = cancellation.requested() && step + 1 < steps;
                if (endOfEpoch || stop) {
                    save(state, step + 1, log);
                }
                if (stop) {
                    throw new InterruptedRunException();
                }
            }
        }
    }

    /** The items of all steps from {@code first} on, each epoch in an order of its own. */
    private Iterator<Callable<Item<S>>> source(long first, Preparation preparation) {
        int n = training.size();
        return LongStream.range(first / perEpoch, request.optimisation().epochs())
                .boxed()
                .flatMap(
                        epoch -> {
                            int[] order =
                                    CounterRandom.of(request.running().seed(), epoch, ORDER)
                                            .permutation(n);
                            long begin =
                                    epoch == first / perEpoch
                                            ? first % perEpoch * request.optimisation().batchSize()
                                            : 0;
                            return LongStream.range(begin, n)
                                    .<Callable<Item<S>>>mapToObj(
                                            i ->
                                                    () ->
                                                            preparation.training(
                                                                    training.get(order[(int) i]),
                                                                    epoch,
                                                                    order[(int) i]));
                        })
                .iterator();
    }

    private void step(
            NDManager manager,
            State state,
            long step,
            Batches<S> batches,
            JsonLog log,
            Progress.Task task)
            throws IOException {
        int batchSize = request.optimisation().batchSize();
        int done = (int) (step % perEpoch) * batchSize;
        double waitedBefore = batches.waitedSeconds();
        long start = System.nanoTime();
        List<Item<S>> batch = batches.next(Math.min(batchSize, training.size() - done));
        double rate = lr.at(step);
        double loss;
        double norm;
        state.network.module().setTraining(true);
        state.network.module().setNoise(CounterRandom.of(request.running().seed(), step));
        try (NDManager inner = manager.newSubManager()) {
            NDArray images = Batches.images(inner, batch, request.size(), ImageNorm.IMAGENET);
            try (GradientCollector collector = Gradients.collect()) {
                NDArray value = objective.loss(state.network.forward(images), batch);
                loss = value.getFloat();
                requireFinite("the loss", loss, step);
                collector.backward(value);
            }
            double clip = request.optimisation().clipGrad();
            norm =
                    GradientClipping.clipTogether(
                            state.network.module().trainable(),
                            clip == 0 ? Double.POSITIVE_INFINITY : clip);
            requireFinite("the gradient's norm", norm, step);
            state.optimizer.step(rate, request.optimisation().weightDecay());
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        double waited = batches.waitedSeconds() - waitedBefore;
        state.lossSum += loss * batch.size();
        state.lossCount += batch.size();
        log.append(
                Json.object()
                        .put("step", step)
                        .put("epoch", step / perEpoch)
                        .put("loss", loss)
                        .put("lr", rate)
                        .put("wd", request.optimisation().weightDecay())
                        .put("grad_norm", norm)
                        .put("data_wait_s", waited)
                        .put("compute_s", seconds - waited));
        task.step(
                1,
                String.format(
                        Locale.ROOT,
                        "epoch %d/%d  loss %.4f  lr %.2e  %.1f images/s",
                        step / perEpoch + 1,
                        request.optimisation().epochs(),
                        loss,
                        rate,
                        batch.size() / seconds));
    }

    private void requireFinite(String what, double value, long step) {
        if (!Double.isFinite(value)) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "step %d (epoch %d): %s is %s; nothing was updated with it, and the"
                                    + " last checkpoint in %s is kept. Lower --lr or --clip-grad",
                            step,
                            step / perEpoch + 1,
                            what,
                            value,
                            checkpoints.folder()));
        }
    }

    private void endEpoch(
            NDManager manager, State state, long epoch, Preparation preparation, JsonLog log)
            throws IOException {
        Objective.Scoring<S> scoring = objective.scoring(dataset);
        double validationLoss = validate(manager, state.network, preparation, scoring);
        Map<String, Double> scores = scoring.scores();
        ObjectNode line =
                Json.object()
                        .put("epoch", epoch)
                        .put("train_loss", state.lossSum / state.lossCount)
                        .put("val_loss", validationLoss);
        scores.forEach((name, value) -> line.put("val_" + name, finiteOrNull(value)));
        state.lossSum = 0;
        state.lossCount = 0;
        String metric = scores.keySet().iterator().next();
        boolean best = isBest(state.json, scores.get(metric), validationLoss);
        line.put("best", best);
        log.append(line);
        state.json.withArray("epochs").add(line);
        LOG.info("epoch {}: {}", epoch + 1, Json.line(line));
        if (best) {
            state.json.put("best_epoch", epoch + 1);
            state.json.put("best_metric", metric);
            state.json.put("best_score", finiteOrNull(scores.get(metric)));
            state.json.put("best_loss", validationLoss);
            checkpoints.save(Checkpoints.BEST, state.json, Map.of(NETWORK, state.network.arrays()));
            TrainedModel.write(request.running().output(), state.network, modelCard(state.json));
        }
        if (curves == null) {
            curves = curves(metric);
        }
        if (epoch + 1 == request.optimisation().epochs()) {
            curves.draw();
        } else {
            curves.drawIfDue();
        }
    }

    private static Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** Higher score first, then lower loss; an undefined score loses to a defined one. */
    private static boolean isBest(ObjectNode state, double score, double loss) {
        if (!state.has("best_epoch")) {
            return true;
        }
        double before = state.path("best_score").asDouble(Double.NEGATIVE_INFINITY);
        double now = Double.isNaN(score) ? Double.NEGATIVE_INFINITY : score;
        return now > before || now == before && loss < state.get("best_loss").asDouble();
    }

    private double validate(
            NDManager manager,
            TaskNetwork network,
            Preparation preparation,
            Objective.Scoring<S> scoring) {
        network.module().setTraining(false);
        double sum = 0;
        int size = request.optimisation().batchSize();
        try (Batches<S> batches =
                        Batches.of(
                                validation.size(),
                                i -> preparation.plain(validation.get(i)),
                                request.running().workers(),
                                size);
                NoGrad off = NoGrad.open()) {
            for (int done = 0; done < validation.size(); done += size) {
                List<Item<S>> batch = batches.next(size);
                try (NDManager inner = manager.newSubManager()) {
                    NDArray images =
                            Batches.images(inner, batch, request.size(), ImageNorm.IMAGENET);
                    NDArray logits = network.forward(images);
                    List<NetworkOutput> outputs = network.decode(logits);
                    for (int i = 0; i < batch.size(); i++) {
                        scoring.add(batch.get(i), outputs.get(i));
                    }
                    sum += objective.loss(logits, batch).getFloat() * batch.size();
                }
            }
        }
        return sum / validation.size();
    }

    private ModelCard modelCard(JsonNode state) {
        return new ModelCard(
                objective.kind(),
                request.model().backbone(),
                dataset.classes(),
                request.size(),
                ImageNorm.IMAGENET,
                dataset.name(),
                dataset.format(),
                split.source(),
                split.hash(),
                request.model().weights().map(Path::toString).orElse("none"),
                state.get("licence").asText(),
                state.get("best_epoch").asLong(),
                state.get("best_metric").asText(),
                state.path("best_score").asDouble(Double.NaN),
                request.running().seed(),
                request.running().version());
    }

    private void save(State state, long done, JsonLog log) throws IOException {
        state.json.put("step", done);
        state.json.put("loss_sum", state.lossSum);
        state.json.put("loss_count", state.lossCount);
        state.json.put("log_bytes", log.length());
        state.optimizer.writeSteps(state.json);
        checkpoints.save(
                Checkpoints.LAST,
                state.json,
                Map.of(NETWORK, state.network.arrays(), "optimizer", state.optimizer.moments()));
    }

    private LiveCurves curves(String metric) {
        return new LiveCurves(
                directory,
                List.of(
                        new Curves.Panel(
                                "Loss", "epoch", "loss", false, List.of("train_loss", "val_loss")),
                        new Curves.Panel(
                                "Validation", "epoch", metric, false, List.of("val_" + metric))));
    }

    private Outcome outcome(boolean alreadyComplete, JsonNode state) {
        return new Outcome(
                alreadyComplete,
                request.optimisation().epochs(),
                state.get("best_epoch").asLong(),
                state.get("best_metric").asText(),
                state.path("best_score").asDouble(Double.NaN),
                TrainedModel.weights(request.running().output()));
    }
}
