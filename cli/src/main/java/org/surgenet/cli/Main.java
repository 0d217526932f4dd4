package org.surgenet.cli;

import java.util.Locale;
import org.surgenet.common.InterruptedRunException;
import org.surgenet.common.UserException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code surgenet}. */
@Command(
        name = "surgenet",
        description = "Build, fine-tune and honestly compare surgical vision foundation models.",
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        subcommands = {MakeSampleCommand.class})
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        // Decimal commas would ruin every CSV file.
        Locale.setDefault(Locale.ROOT);
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(
                        (e, commandLine, parsed) -> {
                            if (e instanceof InterruptedRunException) {
                                commandLine.getErr().println("surgenet: " + e.getMessage());
                                return ExitCode.INTERRUPTED;
                            }
                            if (e instanceof UserException) {
                                commandLine.getErr().println("surgenet: " + e.getMessage());
                                return ExitCode.USER_ERROR;
                            }
                            e.printStackTrace(commandLine.getErr());
                            return ExitCode.BUG;
                        });
    }
}
