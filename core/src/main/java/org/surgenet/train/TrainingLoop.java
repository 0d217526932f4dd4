package org.surgenet.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.Cancellation;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Missing;
import org.surgenet.common.Progress;
import org.surgenet.common.Require;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.common.Words;
import org.surgenet.train.distributed.Communicator;

/**
 * What all trainings share: the steps of the epochs, in one process or in several that go in step;
 * the log, events and curves; checkpoints, at each epoch's end and in between; resuming and
 * stopping. A run that was cut off anywhere goes on from its last checkpoint and, in one process on
 * a CPU, ends with the same bits as one that was not.
 */
public final class TrainingLoop {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);

    private static final String SKIPPED = "skipped";

    private final Plan plan;
    private final Communicator communicator;
    private final Clock clock;
    private final RunDirectory directory;
    private final Checkpoints checkpoints;
    private SkippedImages skipped;

    /** When the epoch under way began in this process, as {@link System#nanoTime}. */
    private long epochBegan;

    /**
     * What is to be done.
     *
     * @param name for the progress line, such as "pretrain"
     * @param directory of the run
     * @param perEpoch steps of an epoch
     * @param epochs in all
     * @param settings that decide the result; a resumed run must share them
     * @param images of the data, for the share that may be unreadable
     * @param image what one of them is called, such as "frame"
     * @param keeping what is saved, and how often
     */
    public record Plan(
            String name,
            Path directory,
            long perEpoch,
            int epochs,
            ObjectNode settings,
            int images,
            String image,
            Keeping keeping) {
        public long steps() {
            return perEpoch * epochs;
        }
    }

    /**
     * What is kept of a run, and when it ends early.
     *
     * @param checkpointEverySteps besides at the end of each epoch; 0 for no other
     * @param keepLast newest checkpoints that are kept, at least 1
     * @param keepEveryEpochs epochs between checkpoints that are kept for good; 0 for none
     * @param maxBadFraction largest share of images that may be unreadable
     */
    public record Keeping(
            int checkpointEverySteps, int keepLast, int keepEveryEpochs, double maxBadFraction) {
        /**
         * @throws SettingException about the first value that makes no sense
         */
        public Keeping {
            Require.notNegative("checkpoint-every-steps", checkpointEverySteps);
            Require.atLeast(1, "keep-last", keepLast);
            Require.notNegative("keep-every-epochs", keepEveryEpochs);
            Require.fraction("max-bad-fraction", maxBadFraction);
        }

        /** With one state, saved at the end of each epoch, and a tenth of images unreadable. */
        public static Builder builder() {
            return new Builder();
        }

        /** Sets by name; what is not set is as by default. */
        public static final class Builder {
            private int checkpointEverySteps;
            private int keepLast = 1;
            private int keepEveryEpochs;
            private double maxBadFraction = 0.1;

            private Builder() {}

            public Builder checkpointEverySteps(int value) {
                checkpointEverySteps = value;
                return this;
            }

            public Builder keepLast(int value) {
                keepLast = value;
                return this;
            }

            public Builder keepEveryEpochs(int value) {
                keepEveryEpochs = value;
                return this;
            }

            public Builder maxBadFraction(double value) {
                maxBadFraction = value;
                return this;
            }

            /**
             * @throws SettingException about the first value that makes no sense
             */
            public Keeping build() {
                return new Keeping(checkpointEverySteps, keepLast, keepEveryEpochs, maxBadFraction);
            }
        }
    }

    /** Touches no file. */
    public TrainingLoop(Plan plan, Communicator communicator, Clock clock) {
        this.plan = plan;
        this.communicator = communicator;
        this.clock = clock;
        directory = new RunDirectory(plan.directory());
        checkpoints = directory.checkpoints();
    }

    /** The images that could not be read; after {@link #saved}. */
    public SkippedImages skipped() {
        return skipped;
    }

    /** Removes what an earlier run has left. */
    public void clear() throws IOException {
        if (communicator.isRoot()) {
            directory.clear();
        }
        communicator.barrier();
    }

    /**
     * What an earlier run has saved, with its logs mended; empty if there is nothing to go on from.
     *
     * @param upgrade brings a state of an earlier version up to date
     * @throws UserException if the directory holds a run of other settings, or cannot be mended
     */
    public Optional<Checkpoint> saved(UnaryOperator<Checkpoint> upgrade) throws IOException {
        if (communicator.isRoot()) {
            checkpoints.find(Checkpoints.LAST);
        }
        skipped =
                new SkippedImages(
                        failuresOf(communicator.rank()),
                        plan.image(),
                        plan.images(),
                        plan.keeping().maxBadFraction());
        communicator.barrier();
        Optional<Checkpoint> saved = checkpoints.load(Checkpoints.LAST).map(upgrade);
        if (saved.isEmpty()) {
            checkpoints.requireNoOlder();
        }
        saved.ifPresent(last -> last.requireSettings(plan.settings(), plan.directory()));
        return saved.isPresent() && communicator.isRoot()
                ? Optional.of(Logs.mend(directory, saved.get(), clock))
                : saved;
    }

    /** Whether a saved state is that of a run with nothing left to do. */
    public boolean isComplete(Checkpoint saved) {
        return saved.state().get(TrainState.STEP).asLong() == plan.steps()
                || TrainState.isEndedEarly(saved.state());
    }

    /**
     * Gives a learner what a checkpoint has of it.
     *
     * @return where that run stood
     */
    public TrainState restore(Checkpoint saved, Learner learner) {
        try {
            learner.arrays().forEach(saved::restore);
        } catch (UserException e) {
            throw new UserException(e.getMessage() + checkpoints.otherStates(), e);
        }
        learner.optimizer().readSteps(saved.state());
        return TrainState.of(saved.state());
    }

    /** Draws the curves of a complete run if they are missing. */
    public void mendCurves(Supplier<List<Curves.Panel>> panels) {
        if (communicator.isRoot() && Missing.isMissing(directory.curves())) {
            new LiveCurves(directory, panels).draw();
        }
    }

    /**
     * How many images a run has skipped in all.
     *
     * @param epoch the line of its last epoch
     */
    public int skippedIn(JsonNode epoch) {
        int before = epoch.path(SKIPPED).asInt();
        if (before > skipped.count()) {
            LOG.warn(
                    "{}: is missing; the run skipped {}, whose names and causes were in it",
                    directory.failures(),
                    Words.counted(before, plan.image()));
        }
        return Math.max(before, skipped.count());
    }

    /**
     * Runs to the end or to the next interruption. If this fails in one of several processes, the
     * others wait in a sum that will never come: the caller has to {@link Communicator#abort}.
     *
     * @param state where the run stands; changes with it
     * @param cancellation looked at after each step, and between its parts
     * @throws InterruptedRunException if asked to stop; the state is saved
     * @throws UserException if too many images cannot be read, numbers are not finite or the disk
     *     is full; the last checkpoint is kept
     */
    public void run(
            Learner learner, TrainState state, Progress progress, Cancellation cancellation) {
        long first = state.step();
        if (first > 0) {
            LOG.info("{}: going on at step {} of {}", plan.directory(), first, plan.steps());
        }
        // The task first: it has the run recorded before there is a file of it.
        try (Progress.Task task = progress.start(plan.name(), "steps", plan.steps());
                JsonLog log = openLog(state.logBytes());
                EventLog events = openEvents(state.eventBytes());
                Learner.Feed feed = learner.feed(first)) {
            task.skip(first);
            if (communicator.isRoot() && state.logBytes() == 0) {
                learner.beforeFirstStep(log);
            }
            new Session(learner, state, task, log, events, feed, cancellation).run(first);
            gatherSkipped();
        } catch (IOException e) {
            throw checkpoints.unwritten(plan.directory() + ": log or results", e);
        }
    }

    /** What the other processes could not read goes into the first one's list. */
    private void gatherSkipped() throws IOException {
        skipped.save();
        communicator.barrier();
        if (communicator.isRoot()) {
            for (int rank = 1; rank < communicator.size(); rank++) {
                skipped.takeUp(failuresOf(rank));
            }
            skipped.save();
            for (int rank = 1; rank < communicator.size(); rank++) {
                Files.deleteIfExists(failuresOf(rank));
            }
        }
        communicator.barrier();
    }

    private Path failuresOf(int rank) {
        return rank == 0
                ? directory.failures()
                : plan.directory().resolve("failures-rank" + rank + ".csv");
    }

    /** The run's log on the first process, none on the others. */
    private JsonLog openLog(long keep) throws IOException {
        return communicator.isRoot() ? JsonLog.open(directory.log(), keep) : JsonLog.none();
    }

    private EventLog openEvents(long keep) {
        return communicator.isRoot()
                ? EventLog.open(directory.events(), keep, clock)
                : EventLog.none();
    }

    /** One stretch of a run, from where it begins or goes on to its end or interruption. */
    private final class Session {
        private final Learner learner;
        private final TrainState state;
        private final Progress.Task task;
        private final JsonLog log;
        private final EventLog events;
        private final Learner.Feed feed;
        private final Cancellation cancellation;
        private final LiveCurves curves;

        Session(
                Learner learner,
                TrainState state,
                Progress.Task task,
                JsonLog log,
                EventLog events,
                Learner.Feed feed,
                Cancellation cancellation) {
            this.learner = learner;
            this.state = state;
            this.task = task;
            this.log = log;
            this.events = events;
            this.feed = feed;
            this.cancellation = cancellation;
            curves = new LiveCurves(directory, learner::panels);
        }

        void run(long first) throws IOException {
            epochBegan = System.nanoTime();
            for (long step = first; step < plan.steps(); step++) {
                try {
                    step(step);
                } catch (InterruptedRunException e) {
                    // Of a step of many parts that is given up nothing has changed.
                    if (step > first) {
                        save(step);
                    }
                    communicator.barrier();
                    throw new InterruptedRunException(step > 0);
                }
                boolean endOfEpoch = (step + 1) % plan.perEpoch() == 0;
                boolean last = step + 1 == plan.steps();
                if (endOfEpoch) {
                    endEpoch(step / plan.perEpoch());
                    last = last || enough();
                }
                if (communicator.isRoot()) {
                    curves.drawIfDue();
                }
                boolean stop = asked() && !last;
                int every = plan.keeping().checkpointEverySteps();
                if (endOfEpoch || stop || every > 0 && (step + 1) % every == 0) {
                    save(step + 1);
                }
                if (endOfEpoch && communicator.isRoot()) {
                    // After the state: where that finds no room, no result may say otherwise.
                    learner.publish(step / plan.perEpoch(), state);
                    if (last) {
                        curves.draw();
                    }
                }
                if (last) {
                    return;
                }
                if (stop) {
                    // A launcher may kill the first process as soon as another one leaves.
                    communicator.barrier();
                    throw new InterruptedRunException();
                }
            }
        }

        /** Whether the learner, on the first process, has had enough. */
        private boolean enough() {
            Optional<String> reason =
                    communicator.isRoot() ? learner.enough(state) : Optional.empty();
            reason.ifPresent(text -> LOG.info("{}: {}", plan.directory(), text));
            double[] any = {reason.isPresent() ? 1 : 0};
            communicator.sum(any);
            if (any[0] > 0) {
                state.endEarly();
            }
            return any[0] > 0;
        }

        /** Whether any process was asked to stop. */
        private boolean asked() {
            double[] any = {cancellation.requested() ? 1 : 0};
            communicator.sum(any);
            return any[0] > 0;
        }

        private void step(long step) throws IOException {
            long start = System.nanoTime();
            double waitedBefore = feed.waitedSeconds();
            Learner.Step outcome;
            try {
                outcome = learner.step(step, state, this::asked);
            } catch (NotFiniteException e) {
                throw new UserException(
                        String.format(
                                Locale.ROOT,
                                "step %d (epoch %d): %s; nothing was updated with it, and %s. %s",
                                step,
                                step / plan.perEpoch() + 1,
                                e.getMessage(),
                                checkpoints.standing(),
                                learner.remedy()),
                        e);
            }
            double seconds = (System.nanoTime() - start) * 1e-9;
            double waited = feed.waitedSeconds() - waitedBefore;
            long memory = learner.memoryBytes();
            ObjectNode line = outcome.line();
            line.put("data_wait_s", waited)
                    .put("compute_s", seconds - waited)
                    .put("memory_mb", memory >> 20);
            log.append(line);
            events.append(TrainState.STEP, step, line);
            for (String warning : learner.warnings(step, outcome, waited, seconds)) {
                LOG.warn("step {}: {}", step, warning);
            }
            task.step(
                    1,
                    String.format(
                            Locale.ROOT,
                            "epoch %d/%d, loss %.3f, %.1f images/s, lr %.2e, waiting for data"
                                    + " %.0f %%, %.1f GB",
                            step / plan.perEpoch() + 1,
                            plan.epochs(),
                            outcome.loss(),
                            outcome.images() / seconds,
                            outcome.lr(),
                            100 * waited / seconds,
                            memory * 1e-9));
        }

        private void endEpoch(long epoch) throws IOException {
            ObjectNode line = learner.endEpoch(epoch, state, communicator.isRoot());
            line.put(SKIPPED, skipped.count());
            log.append(line);
            // Charts of events are read by people, who count from 1.
            events.append(TrainState.EPOCH, epoch + 1, line);
            state.endEpoch(line);
            if (communicator.isRoot()) {
                LOG.info(
                        "epoch {}/{}: {}{}, {}",
                        epoch + 1,
                        plan.epochs(),
                        learner.describe(line),
                        skipped.count() == 0
                                ? ""
                                : ", "
                                        + Words.counted(skipped.count(), plan.image())
                                        + " unreadable",
                        Words.clock(System.nanoTime() - epochBegan));
            }
            epochBegan = System.nanoTime();
        }

        private void save(long done) throws IOException {
            skipped.save();
            if (!communicator.isRoot()) {
                return;
            }
            state.reached(done, log.length(), events.length());
            ObjectNode json = state.toJson(plan.perEpoch());
            learner.optimizer().writeSteps(json);
            checkpoints.saveLast(json, learner.arrays(), plan.keeping().keepLast());
            int keep = plan.keeping().keepEveryEpochs();
            if (keep > 0 && done % (keep * plan.perEpoch()) == 0) {
                checkpoints.save(
                        String.format(Locale.ROOT, "epoch-%04d", done / plan.perEpoch()),
                        json,
                        learner.arrays());
            }
        }
    }
}
