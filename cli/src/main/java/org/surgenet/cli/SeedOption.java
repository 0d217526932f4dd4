package org.surgenet.cli;

import picocli.CommandLine.Option;

/** The one seed that governs all randomness of a command. */
final class SeedOption {
    @Option(
            names = "--seed",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Seed of all randomness (default: ${DEFAULT-VALUE}). On a CPU the same command"
                        + " on the same machine gives the same result bit for bit; another number"
                        + " of engine threads or another processor rounds differently.")
    long seed;
}
