package org.surgenet.cli;

import picocli.CommandLine.Option;

/** The one seed that governs all randomness of a command. */
final class SeedOption {
    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Seed of all randomness; the same seed gives the same result on a CPU, with any"
                            + " number of workers (default: ${DEFAULT-VALUE}).")
    long seed;
}
