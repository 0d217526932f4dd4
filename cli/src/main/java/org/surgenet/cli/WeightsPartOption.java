package org.surgenet.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** Which part of a weight file is meant. */
final class WeightsPartOption {
    @Option(
            names = "--weights-part",
            paramLabel = "PART",
            description =
                    "Part of the weight file to take, such as model, model_ema, teacher or student;"
                            + " '.' is the top level. By default the part that fits the network"
                            + " best; among equals, averaged weights (a teacher or 'ema') come"
                            + " first, then the file's order.")
    String part;

    Optional<String> part() {
        return Optional.ofNullable(part);
    }
}
