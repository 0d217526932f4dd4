package org.surgenet.pretrain;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.CounterRandom;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;
import org.surgenet.loader.CropLoader;
import org.surgenet.loader.EpochSampler;
import org.surgenet.loader.ViewMaker;
import org.surgenet.nn.Backbone;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.Checkpoints;
import org.surgenet.train.Curves;
import org.surgenet.train.EventLog;
import org.surgenet.train.JsonLog;
import org.surgenet.train.LiveCurves;
import org.surgenet.train.MemoryUse;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.Schedule;
import org.surgenet.train.Schedules;
import org.surgenet.train.distributed.Communicator;
import org.surgenet.weights.Safetensors;
import org.surgenet.weights.WeightLoader;

/**
 * A DINO run: takes up what its directory holds, trains to the last epoch, and leaves the teacher's
 * backbone. A run that was cut off anywhere goes on from its last checkpoint and, in one process on
 * a CPU, ends with the same bits as one that was not.
 */
public final class Pretraining {
    private static final Logger LOG = LoggerFactory.getLogger(Pretraining.class);

    private static final List<Curves.Panel> PANELS =
            List.of(
                    new Curves.Panel("Loss", "step", "loss", false, List.of("loss")),
                    new Curves.Panel("Learning rate", "step", "lr", false, List.of("lr")),
                    new Curves.Panel(
                            "Teacher's entropy", "step", "nats", false, List.of("teacher_entropy")),
                    new Curves.Panel(
                            "Spread of features",
                            "step",
                            "std · √D",
                            false,
                            List.of("feature_std")));

    /** Below this many steps an epoch is too short for the recipe's schedules. */
    private static final int FEW_STEPS = 20;

    private final PretrainRequest request;
    private final Communicator communicator;
    private final Clock clock;
    private final ViewMaker maker;
    private final RunDirectory directory;
    private final Checkpoints checkpoints;
    private final int perEpoch;
    private final long steps;
    private final Schedule lr;
    private final Schedule weightDecay;
    private final Schedule momentum;
    private final Schedule temperature;
    private final SkippedFrames skipped;
    private final LiveCurves curves;

    /**
     * How a run ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param steps of the whole run
     * @param lastLoss mean of the last epoch
     * @param skipped frames that could not be read
     */
    public record Outcome(boolean alreadyComplete, long steps, double lastLoss, int skipped) {}

    /**
     * Checks the request; writes nothing, but clears an earlier run under {@code overwrite}.
     *
     * @throws UserException if something does not make sense
     */
    public Pretraining(PretrainRequest request) {
        this(request, Communicator.single());
    }

    /**
     * As {@link #Pretraining(PretrainRequest)}, as one process among several: each works on its
     * slice of every batch, the first one writes.
     *
     * @throws UserException also if the batch cannot be cut into equal slices
     */
    public Pretraining(PretrainRequest request, Communicator communicator) {
        this(request, communicator, Clock.systemUTC());
    }

    /**
     * With another clock, for tests.
     *
     * @param clock gives the times in the event file, and nothing else
     */
    Pretraining(PretrainRequest request, Communicator communicator, Clock clock) {
        this.communicator = communicator;
        this.clock = clock;
        request.validate();
        maker = request.crops().views();
        int slices = communicator.size() * request.optimisation().accumulate();
        if (request.optimisation().batchSize() % slices != 0) {
            throw new UserException(
                    "--batch-size "
                            + request.optimisation().batchSize()
                            + ": must be divisible by processes times --accumulate, here "
                            + communicator.size()
                            + " times "
                            + request.optimisation().accumulate());
        }
        this.request = request;
        directory = new RunDirectory(request.output());
        if (request.overwrite()) {
            if (communicator.isRoot()) {
                directory.clear();
            }
            communicator.barrier();
        }
        checkpoints = directory.checkpoints();
        curves = new LiveCurves(directory, PANELS);
        perEpoch = request.stepsPerEpoch();
        steps = request.steps();
        PretrainRequest.Optimisation o = request.optimisation();
        lr = Schedules.cosine(o.scaledLr(), o.minLr(), steps, (long) o.warmupEpochs() * perEpoch);
        weightDecay = Schedules.cosine(o.weightDecay(), o.weightDecayEnd(), steps);
        momentum = Schedules.cosine(o.momentumTeacher(), 1, steps);
        temperature =
                Schedules.perEpochWarmup(
                        o.warmupTeacherTemp(),
                        o.teacherTemp(),
                        o.warmupTeacherTempEpochs(),
                        perEpoch);
        skipped =
                new SkippedFrames(
                        communicator.isRoot()
                                ? directory.failures()
                                : directory
                                        .path()
                                        .resolve("failures-rank" + communicator.rank() + ".csv"),
                        request.frames().size(),
                        request.running().maxBadFraction());
    }

    /**
     * Runs to the end or to the next interruption.
     *
     * @param cancellation looked at after each step
     * @param record gets the weights that the backbone started from, and the outcome
     * @throws InterruptedRunException if asked to stop; the state is saved
     * @throws UserException if the directory holds another run, too many frames cannot be read, the
     *     loss is not finite or the disk is full; the last checkpoint is kept
     */
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        try {
            return together(progress, cancellation, record);
        } catch (InterruptedRunException e) {
            // All ranks stop at the same step.
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            if (communicator.size() > 1) {
                // The others wait in a sum that will never come.
                LOG.error("rank {}: {}", communicator.rank(), e.getMessage(), e);
                communicator.abort(1);
            }
            throw e;
        }
    }

    private Outcome together(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        if (communicator.isRoot()) {
            checkpoints.find(Checkpoints.LAST);
        }
        communicator.barrier();
        Optional<Checkpoint> saved = checkpoints.load(Checkpoints.LAST);
        saved.ifPresent(last -> last.requireSettings(request.decisive(), request.output()));
        if (saved.isPresent() && saved.get().state().get("step").asLong() == steps) {
            JsonNode epochs = saved.get().state().get("epochs");
            return outcome(true, epochs);
        }
        NearestNeighbours probe =
                request.running().knnProbe().map(NearestNeighbours::read).orElse(null);
        if (perEpoch < FEW_STEPS && communicator.isRoot()) {
            LOG.warn(
                    "{} frames make {} steps an epoch with --batch-size {}: too few for DINO's"
                            + " schedules to mean much; give more frames, a smaller batch, or more"
                            + " --epochs (--preset=small-data)",
                    request.frames().size(),
                    perEpoch,
                    request.optimisation().batchSize());
        }
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            Dino dino = request.newDino(manager, communicator);
            RunState state;
            if (saved.isPresent()) {
                state = RunState.of(saved.get(), request, dino);
                LOG.info("{}: going on at step {} of {}", request.output(), state.step(), steps);
            } else {
                state = RunState.at(start(dino, record), request);
            }
            return train(dino, state, probe, progress, cancellation);
        }
    }

    /** Gives the networks what they start from; the first step to do. */
    private long start(Dino dino, RunRecord record) throws IOException {
        PretrainRequest.Model model = request.model();
        if (model.weights().isPresent()) {
            WeightLoader.load(
                    dino.student().backbone(), model.weights().get(), model.allowPartial(), record);
            dino.teacher().copyFrom(dino.student());
        }
        return model.continued().isPresent()
                ? continueFrom(dino, model.continued().get(), record)
                : 0;
    }

    /** Takes up a checkpoint of the original code; the first step to do. */
    private long continueFrom(Dino dino, Path file, RunRecord record) throws IOException {
        DinoCheckpoint checkpoint = DinoCheckpoint.read(file);
        int done = checkpoint.epochs();
        int epochs = request.optimisation().epochs();
        if (done >= epochs) {
            throw new UserException(
                    file
                            + ": has "
                            + done
                            + " epochs behind it, --epochs "
                            + epochs
                            + " asks for no more; --epochs counts from the beginning");
        }
        checkpoint.restore(dino);
        record.input(file);
        LOG.info("{}: going on after {} of {} epochs", file, done, epochs);
        return (long) done * perEpoch;
    }

    private Outcome train(
            Dino dino,
            RunState state,
            NearestNeighbours probe,
            Progress progress,
            Cancellation cancellation)
            throws IOException {
        long first = state.step();
        PretrainRequest.Optimisation o = request.optimisation();
        Watch watch = new Watch(request.model().outDim(), (long) o.warmupEpochs() * perEpoch);
        EpochSampler sampler =
                new EpochSampler(request.running().seed(), request.frames().size(), o.batchSize());
        int slice = o.batchSize() / communicator.size();
        int part = slice / o.accumulate();
        try (JsonLog log = openLog(state.logBytes());
                EventLog events = openEvents(state.eventBytes());
                Progress.Task task = progress.start("pretrain", "steps", steps);
                CropLoader loader =
                        new CropLoader(
                                request.frames(),
                                maker,
                                sampler,
                                new CropLoader.Share(communicator.rank() * slice, slice),
                                first,
                                steps,
                                request.running().seed(),
                                request.running().workers(),
                                2 * Math.max(part, request.running().workers()),
                                skipped::add)) {
            task.step(first, "");
            if (probe != null && communicator.isRoot() && state.logBytes() == 0) {
                probeAtStart(dino, probe, log);
            }
            for (long step = first; step < steps; step++) {
                step(dino, loader, step, part, state, watch, log, events, task);
                boolean endOfEpoch = (step + 1) % perEpoch == 0;
                if (endOfEpoch) {
                    endEpoch(dino, step / perEpoch, state, probe, log, events);
                }
                if (communicator.isRoot()) {
                    curves.drawIfDue();
                }
                boolean stop = asked(cancellation) && step + 1 < steps;
                int every = request.running().checkpointEverySteps();
                if (endOfEpoch || stop || every > 0 && (step + 1) % every == 0) {
                    save(dino, step + 1, state, log, events);
                }
                if (stop) {
                    // A launcher may kill the first process as soon as another one leaves.
                    communicator.barrier();
                    throw new InterruptedRunException();
                }
            }
        }
        return outcome(false, state.epochs());
    }

    /** The run's log on the first process, none on the others. */
    private JsonLog openLog(long keep) throws IOException {
        return communicator.isRoot() ? JsonLog.open(directory.log(), keep) : JsonLog.none();
    }

    private EventLog openEvents(long keep) throws IOException {
        return communicator.isRoot()
                ? EventLog.open(directory.events(), keep, clock)
                : EventLog.none();
    }

    private void step(
            Dino dino,
            CropLoader loader,
            long step,
            int part,
            RunState state,
            Watch watch,
            JsonLog log,
            EventLog events,
            Progress.Task task)
            throws IOException {
        PretrainRequest.Optimisation o = request.optimisation();
        long epoch = step / perEpoch;
        Dino.Rates rates =
                new Dino.Rates(
                        lr.at(step),
                        weightDecay.at(step),
                        momentum.at(step),
                        temperature.at(step),
                        epoch < o.freezeLastLayer());
        long start = System.nanoTime();
        double waitedBefore = loader.waitedSeconds();
        Dino.Outcome outcome;
        try {
            outcome =
                    dino.step(
                            () -> parts(loader, part, o.accumulate()),
                            o.accumulate(),
                            rates,
                            CounterRandom.of(request.running().seed(), step));
        } catch (Dino.NotFiniteException e) {
            throw new UserException(
                    String.format(
                            Locale.ROOT,
                            "step %d (epoch %d): %s; nothing was updated with it, and the last good"
                                    + " checkpoint is kept in %s. Lower --lr or --clip-grad, or"
                                    + " lengthen --warmup-epochs",
                            step,
                            epoch,
                            e.getMessage(),
                            checkpoints.folder().resolve(Checkpoints.LAST)),
                    e);
        }
        double seconds = (System.nanoTime() - start) * 1e-9;
        double waited = loader.waitedSeconds() - waitedBefore;
        long memory = MemoryUse.bytes(request.running().device());
        state.add(outcome, rates);
        ObjectNode line =
                Json.object()
                        .put("step", step)
                        .put("epoch", epoch)
                        .put("loss", outcome.loss())
                        .put("lr", rates.lr())
                        .put("wd", rates.weightDecay())
                        .put("momentum", rates.momentum())
                        .put("teacher_temp", rates.teacherTemperature())
                        .put("grad_norm", outcome.gradientNorm())
                        .put("teacher_entropy", outcome.teacherEntropy())
                        .put("feature_std", outcome.featureStd())
                        .put("center_norm", outcome.centreNorm())
                        .put("data_wait_s", waited)
                        .put("compute_s", seconds - waited)
                        .put("memory_mb", memory >> 20);
        log.append(line);
        events.append("step", step, line);
        for (String warning : watch.see(step, epoch, outcome, waited, seconds)) {
            LOG.warn("step {}: {}", step, warning);
        }
        task.step(
                1,
                String.format(
                        Locale.ROOT,
                        "epoch %d/%d  loss %.4f  lr %.2e  %.1f images/s  data %.0f %%  %.1f GB",
                        epoch + 1,
                        o.epochs(),
                        outcome.loss(),
                        rates.lr(),
                        o.batchSize() / seconds,
                        100 * waited / seconds,
                        memory * 1e-9));
    }

    /** Whether any process was asked to stop. */
    private boolean asked(Cancellation cancellation) {
        double[] any = {cancellation.requested() ? 1 : 0};
        communicator.sum(any);
        return any[0] > 0;
    }

    private static Iterator<Dino.Views> parts(CropLoader loader, int images, int count) {
        return new Iterator<>() {
            private int given;

            @Override
            public boolean hasNext() {
                return given < count;
            }

            @Override
            public Dino.Views next() {
                given++;
                return new LoaderViews(loader.next(images));
            }
        };
    }

    private void endEpoch(
            Dino dino,
            long epoch,
            RunState state,
            NearestNeighbours probe,
            JsonLog log,
            EventLog events)
            throws IOException {
        ObjectNode line = state.endEpoch(epoch);
        PretrainRequest.Running running = request.running();
        boolean last = epoch + 1 == request.optimisation().epochs();
        if (probe != null
                && communicator.isRoot()
                && (last || (epoch + 1) % running.knnEveryEpochs() == 0)) {
            probe(dino, probe, line);
        }
        line.put("skipped", skipped.count());
        log.append(line);
        events.append("epoch", epoch, line);
        if (communicator.isRoot()) {
            LOG.info("epoch {}: {}", epoch, Json.line(line));
            export(dino.teacher().backbone());
            curves.draw();
        }
    }

    private void probe(Dino dino, NearestNeighbours probe, ObjectNode line) {
        NearestNeighbours.Result result =
                probe.score(
                        dino.teacher().backbone(),
                        request.crops().globalSize(),
                        request.running().device(),
                        request.running().workers());
        line.put("knn_accuracy", result.accuracy())
                .put("knn_low", result.interval().low())
                .put("knn_high", result.interval().high())
                .put("knn_chance", result.chance());
    }

    /** What the features are worth before the first step. */
    private void probeAtStart(Dino dino, NearestNeighbours probe, JsonLog log) throws IOException {
        ObjectNode line = Json.object().put("probe", "before the first step");
        probe(dino, probe, line);
        log.append(line);
        LOG.info("{}", Json.line(line));
    }

    private void export(Backbone backbone) throws IOException {
        Safetensors.write(
                directory.backbone(),
                RunState.arrays(backbone),
                Map.of("format", "pt", "backbone", backbone.id(), "program", "surgenet"));
    }

    private void save(Dino dino, long done, RunState state, JsonLog log, EventLog events)
            throws IOException {
        skipped.save();
        if (communicator.isRoot()) {
            state.save(checkpoints, dino, done, perEpoch, log.length(), events.length());
        }
    }

    private Outcome outcome(boolean alreadyComplete, JsonNode epochs) {
        return new Outcome(
                alreadyComplete,
                steps,
                epochs.get(epochs.size() - 1).get("train_loss").asDouble(),
                skipped.count());
    }
}
