package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The options that every subcommand has. */
final class CommonOptions {
    /** Last in every help page. */
    private static final int ORDER = 900;

    enum LogFormat {
        text,
        json
    }

    @Option(
            names = "--config",
            order = ORDER,
            paramLabel = "FILE.yaml",
            description =
                    "Read options from this file; keys are option names without the dashes. The"
                            + " command line wins over the file.")
    Path config;

    @Option(
            names = "--print-config",
            order = ORDER,
            description = "Print every option with its value as commented YAML and stop.")
    boolean printConfig;

    @Option(
            names = "--dry-run",
            order = ORDER,
            description =
                    "Validate everything, print the effective configuration and an estimate, write"
                            + " nothing.")
    boolean dryRun;

    @Option(
            names = {"-v", "--verbose"},
            order = ORDER,
            description = "Log more.")
    boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            order = ORDER,
            description = "Log warnings and errors only.")
    boolean quiet;

    @Option(
            names = "--log-format",
            order = ORDER,
            paramLabel = "text|json",
            defaultValue = "text",
            description =
                    "Format of log lines on stderr: ${COMPLETION-CANDIDATES} (default:"
                            + " ${DEFAULT-VALUE}).")
    LogFormat logFormat;

    /** Whether an option is one of these. */
    static boolean isCommon(ArgSpec arg) {
        return arg instanceof OptionSpec option && option.order() == ORDER;
    }
}
