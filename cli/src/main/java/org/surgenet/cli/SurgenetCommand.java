package org.surgenet.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Preset;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingException;
import org.surgenet.common.Work;
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
     * Finds options that are valid one by one but contradict each other; asked before anything
     * else.
     *
     * @return what is wrong with their use, in one line; empty if nothing is
     */
    protected Optional<String> misuse() {
        return Optional.empty();
    }

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
     * The names, in the run's directory, of the files and folders that this command writes there
     * besides its records and what it recognises as its own by content; none of them may be
     * somebody else's.
     */
    protected abstract List<String> results();

    /** Whether this is another than the first of the processes that share the work. */
    protected boolean isOneOfSeveral() {
        return false;
    }

    /** Whether the same command, after an interruption, goes on where it was. */
    protected boolean goesOn() {
        return false;
    }

    /**
     * Whether the processes that {@code mpirun} or {@code srun} starts together share the work;
     * else one of them does it all and the others wait.
     */
    protected boolean sharesWork() {
        return false;
    }

    /**
     * Called before a failure is reported: one of several processes may leave the word to another
     * that meets the same failure, and then does not return.
     */
    protected void failing(int exitCode) {}

    /** Called last where the run has failed, for what other processes must hear of. */
    protected void failed(int exitCode) {}

    /**
     * The options and arguments, by their names without dashes, whose values may name patients and
     * stay out of the run's record.
     */
    protected Set<String> confidential() {
        return Set.of();
    }

    /**
     * What {@code --preset} may name; the command line and the configuration file win over a
     * preset. Asked only of a command with this option.
     */
    protected List<Preset> presets() {
        throw new IllegalStateException(getClass() + " has --preset but no presets");
    }

    /**
     * The preset of a name.
     *
     * @throws SettingException if the command has none of this name
     */
    protected final Preset preset(String name) {
        return presets().stream()
                .filter(preset -> preset.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new SettingException(
                                        "preset",
                                        "'" + name + "'",
                                        "must be one of "
                                                + presets().stream()
                                                        .map(Preset::name)
                                                        .collect(Collectors.joining(", "))));
    }

    /** Whether {@link #adapted} may say anything. */
    protected boolean adaptsDefaults() {
        return false;
    }

    /**
     * What replaces defaults and values of a preset that do not fit the other options as parsed, by
     * option name without the dashes. Values that the user gave are never replaced.
     *
     * @param free whether an option has its default or a preset's value
     */
    protected Map<String, Adapted> adapted(Predicate<String> free) {
        return Map.of();
    }

    /**
     * A value that replaces a default.
     *
     * @param value of the option, as it would be typed
     * @param reason for people, such as "--epochs is 1"
     */
    record Adapted(String value, String reason) {}

    /** How work has ended, in a word or two. */
    static String ended(Work.Outcome outcome) {
        return outcome.alreadyComplete() ? "already complete" : "done";
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
