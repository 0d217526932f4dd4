package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where results go, for every command that writes a directory of them. */
final class OutputOptions {
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Directory for the results; made if it is not there.")
    Path output;

    @Option(
            names = "--overwrite",
            description =
                    "Start again instead of continuing a run that this directory holds; what it"
                            + " replaces is lost.")
    boolean overwrite;
}
