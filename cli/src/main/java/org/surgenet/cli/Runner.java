package org.surgenet.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Hashes;
import org.surgenet.common.Json;
import org.surgenet.common.Progress;
import org.surgenet.common.RunLock;
import org.surgenet.common.RunRecord;
import org.surgenet.common.SettingException;
import org.surgenet.common.UserException;
import org.surgenet.train.distributed.Communicator;

/**
 * Runs a command between reading its configuration and writing its record.
 *
 * <p>{@code config.yaml} and {@code run.json} are written when the work begins, which is when the
 * command starts its first task of progress that does more than read input, and again at the end. A
 * command that finds its input wrong before that leaves the directory as it was. From before the
 * first look into the directory to after the last word in it the run holds the directory's {@link
 * RunLock}.
 */
final class Runner {
    static final String CONFIG_FILE = "config.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(Runner.class);

    /** The record's field with what the processes of one launcher have in common. */
    private static final String LAUNCH = "launch";

    /** The record's field with the exit code of a failure. */
    private static final String EXIT_CODE = "exit_code";

    private static final Duration SIBLING_LOOK = Duration.ofMillis(200);

    private final SurgenetCommand command;
    private final RunRecord record;
    private final long started = System.nanoTime();
    private boolean recorded;
    private volatile RunLock lock;

    private Runner(SurgenetCommand command) {
        this.command = command;
        this.record =
                new RunRecord(
                        Version.VERSION,
                        command.invocation.recorded(command.spec, command.confidential()));
        record.put("program", command.spec.root().name());
        record.put(OwnDirectory.COMMAND, OwnDirectory.name(command));
    }

    /** Runs the command and returns its exit code; failures are reported on standard error. */
    static int run(SurgenetCommand command) {
        PrintWriter err = command.spec.commandLine().getErr();
        Console console = Console.of(err);
        Logging.configure(console, command.common);
        EngineSetup.prepare();
        try {
            return new Runner(command).run(console);
        } catch (Exception | Error e) {
            console.status("");
            int code = Failures.exitCode(e);
            if (code == ExitCode.INTERRUPTED && command.isOneOfSeveral()) {
                // The first process tells of it.
                return code;
            }
            command.failing(code);
            Failures.report(e, err, command.common.verbose, command.goesOn());
            command.failed(code);
            return code;
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
        Signals signals =
                Signals.install(
                        command.spec.commandLine().getErr(), command.goesOn(), this::releaseLock);
        SurgenetCommand.Context context =
                new SurgenetCommand.Context(progress, signals, record, out);
        try {
            if (directory.isPresent()) {
                OptionalInt elsewhere = lock(directory.get(), signals);
                if (elsewhere.isPresent()) {
                    return elsewhere.getAsInt();
                }
                OwnDirectory.require(command, directory.get());
            }
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
        } catch (Exception | Error e) {
            if (recorded) {
                record.put(
                        "error",
                        e instanceof SettingException
                                ? Failures.message(e)
                                : String.valueOf(e.getMessage()));
                record.put(EXIT_CODE, Failures.exitCode(e));
                try {
                    end(directory.orElseThrow(), Failures.status(e));
                } catch (UserException unwritten) {
                    // A full disk, mostly; the first cause is the one to tell.
                    e.addSuppressed(unwritten);
                }
            }
            throw e;
        } finally {
            signals.uninstall();
            releaseLock();
        }
    }

    /**
     * Takes the directory's lock. Of the processes that a launcher started together for a command
     * that works in one, the others wait here until the first has ended.
     *
     * @return the exit code where another such process has done the work
     */
    private OptionalInt lock(Path directory, Cancellation cancellation)
            throws InterruptedException {
        String launch = command.sharesWork() ? "" : Communicator.launch();
        if (!launch.isEmpty()) {
            String words = String.join("\0", command.invocation.given());
            launch += " " + Hashes.sha256(words.getBytes(StandardCharsets.UTF_8));
            record.put(LAUNCH, launch);
        }
        String name = command.recordName(RunLock.FILE_NAME);
        for (boolean told = false; lock == null; ) {
            try {
                lock = RunLock.acquire(directory, name, command.spec.qualifiedName(), launch);
            } catch (RunLock.SiblingException e) {
                if (!told) {
                    LOG.info(
                            "{}: {} works in one process; this one waits for {}",
                            directory,
                            command.spec.qualifiedName(),
                            e.getMessage());
                    told = true;
                }
                cancellation.check();
                Thread.sleep(SIBLING_LOOK.toMillis());
            }
        }
        return launch.isEmpty() ? OptionalInt.empty() : endOfSibling(directory, launch);
    }

    private OptionalInt endOfSibling(Path directory, String launch) {
        Path file = directory.resolve(command.recordName(RunRecord.FILE_NAME));
        Optional<JsonNode> earlier = OwnDirectory.recordOf(command, file);
        if (earlier.isEmpty() || !earlier.get().path(LAUNCH).asText().equals(launch)) {
            return OptionalInt.empty();
        }
        String status = earlier.get().path("status").asText();
        return switch (status) {
            case "done" -> OptionalInt.of(ExitCode.DONE);
            case "done with skipped inputs" -> OptionalInt.of(ExitCode.DONE_WITH_SKIPPED);
            case "interrupted" -> OptionalInt.of(ExitCode.INTERRUPTED);
            case "failed" ->
                    OptionalInt.of(earlier.get().path(EXIT_CODE).asInt(ExitCode.USER_ERROR));
            // It was killed: somebody has to do the rest.
            default -> OptionalInt.empty();
        };
    }

    private void releaseLock() {
        RunLock held = lock;
        if (held != null) {
            held.close();
        }
    }

    private void begin(Path directory) {
        try {
            noteEarlierRun(directory);
            EngineSetup.describe(record);
            // The record first: it is what tells a later run that the rest is its own.
            record.writeTo(directory, command.recordName(RunRecord.FILE_NAME));
            AtomicFiles.writeString(
                    directory.resolve(command.recordName(CONFIG_FILE)),
                    Configuration.brief(command.spec, command.confidential()));
            recorded = true;
        } catch (IOException e) {
            throw refused(directory, e);
        }
    }

    private void end(Path directory, String status) {
        EngineSetup.describe(record);
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
}
