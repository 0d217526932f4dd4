package org.surgenet.pretrain;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.common.Work;
import org.surgenet.train.Checkpoint;
import org.surgenet.train.RunDirectory;
import org.surgenet.train.TrainState;
import org.surgenet.train.TrainingLoop;
import org.surgenet.train.distributed.Communicator;
import org.surgenet.weights.WeightLoader;
import org.surgenet.weights.WeightsSource;

/**
 * A self-supervised run: takes up what its directory holds, trains a method's networks to the last
 * epoch, and leaves their backbone. Going on and stopping is {@link TrainingLoop}'s.
 */
public final class Pretraining implements Work<Pretraining.Outcome> {
    private static final Logger LOG = LoggerFactory.getLogger(Pretraining.class);

    /** Below this many steps an epoch is too short for the recipe's schedules. */
    public static final int FEW_STEPS = 20;

    private final PretrainRequest request;
    private final Method method;
    private final Communicator communicator;
    private final RunDirectory directory;
    private final TrainingLoop loop;

    /**
     * How a run ended.
     *
     * @param alreadyComplete whether there was nothing left to do
     * @param steps of the whole run
     * @param lastLoss mean of the last epoch
     * @param skipped frames that could not be read
     */
    public record Outcome(boolean alreadyComplete, long steps, double lastLoss, int skipped)
            implements Work.Outcome {}

    /**
     * Checks the request; writes nothing.
     *
     * @throws UserException if something does not make sense
     */
    public Pretraining(PretrainRequest request, Method method) {
        this(request, method, Communicator.single());
    }

    /**
     * As {@link #Pretraining(PretrainRequest, Method)}, as one process among several: each works on
     * its slice of every batch, the first one writes.
     *
     * @throws UserException also if the batch cannot be cut into equal slices
     */
    public Pretraining(PretrainRequest request, Method method, Communicator communicator) {
        this(request, method, communicator, Clock.systemUTC());
    }

    /**
     * With another clock, for tests.
     *
     * @param clock gives the times in the event file, and nothing else
     */
    Pretraining(PretrainRequest request, Method method, Communicator communicator, Clock clock) {
        PretrainRequest.Optimisation o = request.optimisation();
        if (o.batchSize() % (communicator.size() * o.accumulate()) != 0) {
            throw new SettingException(
                    "batch-size",
                    o.batchSize(),
                    "must be divisible by processes times accumulate, here "
                            + communicator.size()
                            + " times "
                            + o.accumulate());
        }
        this.request = request;
        this.method = method;
        this.communicator = communicator;
        directory = new RunDirectory(request.output());
        loop =
                new TrainingLoop(
                        new TrainingLoop.Plan(
                                "pretrain",
                                request.output(),
                                request.stepsPerEpoch(),
                                o.epochs(),
                                request.decisive(),
                                request.frames().size(),
                                "frame",
                                request.running().keeping()),
                        communicator,
                        clock);
    }

    /** An estimate from two small steps on the request's device. */
    @Override
    public String plan() {
        return PretrainEstimate.of(request, method).text(request.optimisation().batchSize());
    }

    /**
     * Runs to the end or to the next interruption. If this fails in one of several processes, the
     * others wait in a sum that will never come: the caller has to {@link Communicator#abort}.
     *
     * @param cancellation looked at after each step and between its parts
     * @param record gets the weights that the backbone started from
     * @throws InterruptedRunException if asked to stop; the state is saved
     * @throws UserException if the directory holds another run, too many frames cannot be read, the
     *     loss is not finite or the disk is full; the last checkpoint is kept
     */
    @Override
    public Outcome run(Progress progress, Cancellation cancellation, RunRecord record)
            throws IOException {
        if (request.overwrite()) {
            loop.clear();
        }
        Optional<Checkpoint> saved = loop.saved(UnaryOperator.identity());
        if (saved.isPresent() && loop.isComplete(saved.get())) {
            if (communicator.isRoot()) {
                mendResults(saved.get());
            }
            return outcome(true, TrainState.of(saved.get().state()));
        }
        Optional<NearestNeighbours> probe =
                request.running().knnProbe().map(NearestNeighbours::read);
        warnOfFewSteps();
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            Method.Trainee trainee = begin(manager);
            MethodLearner learner = learner(trainee, probe);
            TrainState state;
            if (saved.isPresent()) {
                state = loop.restore(saved.get(), learner);
                if (communicator.isRoot()) {
                    learner.mendBackbone(state);
                }
            } else {
                long first = start(trainee, record);
                state = TrainState.begin(first, licence(), request.decisive());
            }
            loop.run(learner, state, progress, cancellation);
            return outcome(false, state);
        }
    }

    private void warnOfFewSteps() {
        int perEpoch = request.stepsPerEpoch();
        if (perEpoch < FEW_STEPS && communicator.isRoot()) {
            LOG.warn(
                    "{} frames make {} steps an epoch with a batch size of {}: too few for DINO's"
                            + " schedules to mean much; give more frames, a smaller batch, or more"
                            + " epochs",
                    request.frames().size(),
                    perEpoch,
                    request.optimisation().batchSize());
        }
    }

    private Method.Trainee begin(NDManager manager) {
        return method.begin(manager, communicator, request.stepsPerEpoch());
    }

    private MethodLearner learner(Method.Trainee trainee, Optional<NearestNeighbours> probe) {
        return new MethodLearner(request, method, trainee, communicator, loop.skipped(), probe);
    }

    /** Writes what is missing of a complete run's results; its last state has all of them. */
    private void mendResults(Checkpoint last) throws IOException {
        int epochs = request.optimisation().epochs();
        try (NDManager manager = NDManager.newBaseManager(request.running().device())) {
            if (MethodLearner.faultOfBackbone(directory, epochs).isPresent()) {
                MethodLearner learner = learner(begin(manager), Optional.empty());
                learner.mendBackbone(loop.restore(last, learner));
            }
        }
        loop.mendCurves(method::panels);
    }

    /** Gives the networks what they start from; the first step to do. */
    private long start(Method.Trainee trainee, RunRecord record) throws IOException {
        PretrainRequest.Model model = request.model();
        if (model.weights().isPresent()) {
            WeightLoader.load(
                    trainee.student(),
                    new WeightsSource(
                            model.weights().get(), model.weightsPart(), model.allowPartial()),
                    record);
            trainee.started();
        }
        return model.continued().isPresent()
                ? continueFrom(trainee, model.continued().get(), record)
                : 0;
    }

    /** Takes up a checkpoint of the original code; the first step to do. */
    private long continueFrom(Method.Trainee trainee, Path file, RunRecord record)
            throws IOException {
        int done = trainee.takeUp(file);
        int epochs = request.optimisation().epochs();
        if (done >= epochs) {
            throw new SettingException(
                    "epochs",
                    epochs,
                    file
                            + ": has "
                            + done
                            + " epochs behind it already; epochs are counted from the beginning");
        }
        record.input(file);
        LOG.info("{}: going on after {} of {} epochs", file, done, epochs);
        return (long) done * request.stepsPerEpoch();
    }

    /** What binds the backbone that this run makes. */
    private String licence() {
        return request.model()
                .weights()
                .or(request.model()::continued)
                .map(WeightLoader::licenceOfDerived)
                .orElse(
                        "your own, pretrained from random weights with 'surgenet pretrain'; the"
                                + " terms of the frames apply");
    }

    private Outcome outcome(boolean alreadyComplete, TrainState state) {
        JsonNode last = state.epochs().get(state.epochs().size() - 1);
        int skipped = loop.skippedIn(last);
        return new Outcome(
                alreadyComplete, request.steps(), last.get("train_loss").asDouble(), skipped);
    }
}
