package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that every subcommand has. */
final class CommonOptions {
    enum LogFormat {
        text,
        json
    }

    @Option(
            names = "--config",
            paramLabel = "FILE.yaml",
            description =
                    "Read options from this file; keys are option names without the dashes. The"
                            + " command line wins over the file.")
    Path config;

    @Option(
            names = "--print-config",
            description = "Print every option with its value as commented YAML and stop.")
    boolean printConfig;

    @Option(
            names = "--dry-run",
            description =
                    "Validate everything, print the effective configuration and an estimate, write"
                            + " nothing.")
    boolean dryRun;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log more.")
    boolean verbose;

    @Option(
            names = {"-q", "--quiet"},
            description = "Log warnings and errors only.")
    boolean quiet;

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            defaultValue = "text",
            description = "Format of log lines on stderr: ${COMPLETION-CANDIDATES}.")
    LogFormat logFormat;
}
