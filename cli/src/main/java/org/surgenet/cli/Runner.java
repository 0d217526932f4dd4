package org.surgenet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunRecord;
import org.surgenet.common.UserException;

/**
 * Runs a command between reading its configuration and writing its record.
 *
 * <p>{@code config.yaml} and {@code run.json} are written when the work begins, which is when the
 * command starts its first task of progress that does more than read input, and again at the end. A
 * command that finds its input wrong before that leaves the directory as it was.
 */
final class Runner {
    static final String CONFIG_FILE = "config.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    private final SurgenetCommand command;
    private final RunRecord record;
    private final long started = System.nanoTime();
    private boolean recorded;

    private Runner(SurgenetCommand command) {
        this.command = command;
        this.record =
                new RunRecord(
                        Version.VERSION,
                        command.invocation.recorded(command.spec, command.confidential()));
        record.put("program", command.spec.root().name());
    }

    /** Runs the command and returns its exit code; failures are reported on standard error. */
    static int run(SurgenetCommand command) {
        PrintWriter err = command.spec.commandLine().getErr();
        Console console = Console.of(err);
        Logging.configure(console, command.common);
        prepareEngine();
        try {
            return new Runner(command).run(console);
        } catch (Exception | OutOfMemoryError | LinkageError | AssertionError e) {
            console.status("");
            return Failures.report(e, err, command.common.verbose);
        }
    }

    private int run(Console console) throws Exception {
        PrintWriter out = command.spec.commandLine().getOut();
        if (command.common.dryRun) {
            out.print(Configuration.brief(command.spec, command.confidential()));
            int code =
                    command.dryRun(
                            new SurgenetCommand.Context(
                                    Progress.NONE, Cancellation.NEVER, record, out));
            out.flush();
            return code;
        }
        Optional<Path> directory = command.runDirectory();
        Progress progress =
                new ConsoleProgress(
                        console,
                        LOG::info,
                        System::nanoTime,
                        () -> directory.ifPresent(this::begin));
        SurgenetCommand.Context context =
                new SurgenetCommand.Context(
                        progress,
                        Signals.install(command.spec.commandLine().getErr()),
                        record,
                        out);
        try {
            int code = command.execute(context);
            out.flush();
            if (directory.isPresent()) {
                if (!recorded) {
                    begin(directory.get());
                }
                end(
                        directory.get(),
                        code == ExitCode.DONE_WITH_SKIPPED
                                ? "done with skipped inputs"
                                : code == ExitCode.DONE ? "done" : "failed");
            }
            return code;
        } catch (Exception | OutOfMemoryError | LinkageError | AssertionError e) {
            if (recorded) {
                record.put("error", String.valueOf(e.getMessage()));
                try {
                    end(directory.orElseThrow(), Failures.status(e));
                } catch (UserException unwritten) {
                    // A full disk, mostly; the first cause is the one to tell.
                    e.addSuppressed(unwritten);
                }
            }
            throw e;
        }
    }

    private void begin(Path directory) {
        try {
            noteEarlierRun(directory);
            AtomicFiles.writeString(
                    directory.resolve(command.recordName(CONFIG_FILE)),
                    Configuration.brief(command.spec, command.confidential()));
            record.writeTo(directory, command.recordName(RunRecord.FILE_NAME));
            recorded = true;
        } catch (IOException e) {
            throw refused(directory, e);
        }
    }

    private void end(Path directory, String status) {
        record.put("elapsed_s", Math.round((System.nanoTime() - started) * 1e-8) / 10.0);
        try {
            record.finish(status).writeTo(directory, command.recordName(RunRecord.FILE_NAME));
        } catch (IOException e) {
            throw refused(directory, e);
        }
    }

    private static UserException refused(Path directory, IOException e) {
        return new UserException(directory + ": cannot be written: " + e.getMessage(), e);
    }

    /** A resumed run keeps, in short, the record of the one before it. */
    private void noteEarlierRun(Path directory) {
        Path file = directory.resolve(command.recordName(RunRecord.FILE_NAME));
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            JsonNode earlier = Json.read(file);
            for (String field : new String[] {"version", "started", "ended", "status"}) {
                if (earlier.has(field)) {
                    record.section("previous_run").set(field, earlier.get(field));
                }
            }
            if (earlier.has("command_line")) {
                record.section("previous_run").set("command_line", earlier.get("command_line"));
            }
        } catch (UserException e) {
            LOG.warn("the record of the earlier run is replaced: {}", e.getMessage());
        }
    }

    /**
     * Settings that the engine reads when it is loaded: no network unasked, no usage reports, as
     * many threads as cores. What the user set stays.
     */
    private static void prepareEngine() {
        setDefault("ai.djl.offline", "true");
        setDefault("OPT_OUT_TRACKING", "true");
        if (System.getenv("OMP_NUM_THREADS") == null) {
            setDefault(
                    "ai.djl.pytorch.num_threads",
                    Integer.toString(Runtime.getRuntime().availableProcessors()));
        }
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
