package org.surgenet.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.train.distributed.Communicator;

/**
 * A command that trains, in one process or in several that {@code mpirun} or {@code srun} starts
 * and that share every batch; the first of them writes.
 */
abstract class TrainingCommand extends SurgenetCommand {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingCommand.class);

    private Communicator communicator;

    /** The run's directory. */
    protected abstract Path output();

    /** The processes that share the work, this one among them. */
    protected final Communicator communicator() {
        if (communicator == null) {
            communicator = Communicator.fromEnvironment();
            Logging.ofProcess(communicator.rank(), communicator.size());
        }
        return communicator;
    }

    @Override
    protected final Optional<Path> runDirectory() {
        return communicator().isRoot() ? Optional.of(output()) : Optional.empty();
    }

    @Override
    protected final boolean isOneOfSeveral() {
        return !communicator().isRoot();
    }

    @Override
    protected final boolean goesOn() {
        return true;
    }

    @Override
    protected final boolean sharesWork() {
        return communicator().size() > 1;
    }

    /** Does the work that all processes do at the same time, and lets go of the others. */
    protected final <T> T together(Callable<T> work) throws Exception {
        T outcome;
        try {
            outcome = work.call();
        } catch (InterruptedRunException e) {
            // All processes stop at the same step.
            communicator().close();
            throw e;
        }
        communicator().close();
        return outcome;
    }

    private boolean endsOthers(int exitCode) {
        return communicator != null && communicator.size() > 1 && exitCode != ExitCode.INTERRUPTED;
    }

    /** A wrong setting fails in all processes: the first one tells of it and ends the others. */
    @Override
    protected final void failing(int exitCode) {
        if (endsOthers(exitCode) && !communicator.isRoot()) {
            communicator.yieldToRoot();
        }
    }

    /** The other processes wait in a sum that will never come. */
    @Override
    protected final void failed(int exitCode) {
        if (endsOthers(exitCode)) {
            if (!communicator.isRoot()) {
                LOG.error("has failed and ends all others");
            }
            communicator.abort(exitCode);
        }
    }
}
