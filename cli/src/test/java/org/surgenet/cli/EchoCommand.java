package org.surgenet.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.Preset;
import org.surgenet.common.Progress;
import org.surgenet.common.UserException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command for tests of what all commands share: it prints its options. */
@Command(name = "echo", description = "Prints its options.")
final class EchoCommand extends SurgenetCommand {
    enum End {
        well,
        skipped,
        user,
        early,
        bug,
        overflow,
        memory,
        interrupted
    }

    @Mixin OutputOptions output;
    @Mixin SeedOption seed;

    @Parameters(arity = "0..*", paramLabel = "WORD", description = "Words to print.")
    List<String> words = List.of();

    @Option(names = "--fps", defaultValue = "1", description = "A rate (${DEFAULT-VALUE}).")
    double fps;

    @Option(names = "--metric", split = ",", description = "Metrics.")
    List<String> metrics = List.of();

    @Option(names = "--flag", description = "A flag.")
    boolean flag;

    @Option(names = "--preset", description = "A preset: ${COMPLETION-CANDIDATES}")
    String preset;

    @Option(names = "--end", defaultValue = "well", description = "${COMPLETION-CANDIDATES}")
    End end;

    @Override
    protected List<Preset> presets() {
        return Preset.of(EchoCommand.class, "fast");
    }

    @Override
    protected List<String> results() {
        return List.of("echo.txt");
    }

    @Override
    protected Optional<Path> runDirectory() {
        return Optional.of(output.output);
    }

    @Override
    protected int execute(Context context) throws Exception {
        if (end == End.early) {
            throw new UserException("a.csv:3: unreadable");
        }
        try (Progress.Task task = context.progress().start("echo", "words", words.size())) {
            if (!Files.exists(output.output.resolve("run.json"))) {
                throw new IllegalStateException("no record while running");
            }
            task.step(1, "");
        }
        context.out()
                .printf(
                        "%s fps=%s metrics=%s flag=%s seed=%s%n",
                        words, fps, metrics, flag, seed.seed);
        return switch (end) {
            case well -> ExitCode.DONE;
            case skipped -> ExitCode.DONE_WITH_SKIPPED;
            case bug -> throw new IllegalArgumentException("no such layer");
            case overflow -> throw new StackOverflowError();
            case memory -> throw new OutOfMemoryError("Java heap space");
            case interrupted -> throw new InterruptedRunException();
            case user, early -> throw new UserException("b.csv:4: unreadable");
        };
    }

    @Override
    protected int dryRun(Context context) {
        context.out().println("would print " + words.size() + " words");
        return ExitCode.DONE;
    }
}
