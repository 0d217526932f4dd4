package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where results go, for every command that writes a directory of them. */
final class OutputOptions {
    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "Output directory; created if missing.")
    Path output;

    @Option(
            names = "--overwrite",
            description =
                    "Start again instead of resuming the run in the output directory; replaced"
                            + " files are lost.")
    boolean overwrite;
}
