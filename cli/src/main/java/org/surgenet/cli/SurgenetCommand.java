package org.surgenet.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What every subcommand shares. A subclass declares its options, says where its results go, and
 * does its work in {@link #execute}; the shared part brings configuration files, logging, progress,
 * signals and the run's record.
 */
abstract class SurgenetCommand implements Callable<Integer> {
    @Spec CommandSpec spec;

    @Mixin CommonOptions common;

    /** Set before {@link #call}. */
    Invocation invocation;

    /**
     * The directory that gets {@code config.yaml} and {@code run.json}; empty for commands that
     * only print.
     */
    protected abstract Optional<Path> runDirectory();

    /**
     * Does the work. Errors of the user's are thrown as {@link org.surgenet.common.UserException}.
     *
     * @return an {@link ExitCode}
     */
    protected abstract int execute(Context context) throws Exception;

    /**
     * Says under {@code --dry-run} what would be done, on {@code context}'s output, after
     * validating everything; writes no file.
     */
    protected abstract int dryRun(Context context) throws Exception;

    /**
     * What {@code config.yaml} and {@code run.json} are called in the run's directory: another name
     * where several processes share it.
     */
    protected String recordName(String name) {
        return name;
    }

    /**
     * The options and arguments, by their names without dashes, whose values may name patients and
     * stay out of the run's record.
     */
    protected Set<String> confidential() {
        return Set.of();
    }

    /**
     * The options that a preset sets, by their names without the dashes; the command line and the
     * configuration file win over them. Asked only of a command with an option {@code --preset}.
     *
     * @throws org.surgenet.common.UserException if there is no preset of this name
     */
    protected Map<String, String> preset(String name) {
        throw new IllegalStateException(getClass() + " has --preset but no presets");
    }

    @Override
    public final Integer call() {
        return Runner.run(this);
    }

    /**
     * What a command works with.
     *
     * @param progress where it tells how far it is
     * @param cancellation set by SIGINT and SIGTERM
     * @param record of this run; written by the shared part
     * @param out standard output, for what was asked for
     */
    record Context(
            Progress progress, Cancellation cancellation, RunRecord record, PrintWriter out) {}
}
