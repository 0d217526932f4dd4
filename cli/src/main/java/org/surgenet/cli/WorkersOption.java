package org.surgenet.cli;

import org.surgenet.common.Processors;
import org.surgenet.common.UserException;
import picocli.CommandLine.Option;

/** How many threads decode and prepare data. */
final class WorkersOption {
    @Option(
            names = "--workers",
            defaultValue = "0",
            paramLabel = "N",
            description =
                    "Number of threads that decode and prepare data; 0 = one per core (default:"
                            + " ${DEFAULT-VALUE}). Results do not depend on it.")
    int workers;

    /**
     * The number to use, at least 1.
     *
     * @throws UserException if the option is negative
     */
    int count() {
        if (workers < 0) {
            throw new UserException("--workers " + workers + ": must be 0 (all cores) or more");
        }
        return workers == 0 ? Processors.available() : workers;
    }
}
