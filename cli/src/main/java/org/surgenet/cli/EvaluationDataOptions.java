package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** As {@link LabelledDataOptions}, where predictions may bring their targets with them. */
final class EvaluationDataOptions {
    @Option(names = "--data", paramLabel = "DIR", description = LabelledDataOptions.DATA)
    Path data;

    @Option(names = "--format", paramLabel = "FORMAT", description = LabelledDataOptions.FORMAT)
    String format;

    @Option(names = "--split", paramLabel = "FILE", description = LabelledDataOptions.SPLIT)
    Path split;

    // Null unless given: then a split that is not drawn is worth a warning.
    @Option(names = "--split-seed", paramLabel = "N", description = LabelledDataOptions.SPLIT_SEED)
    Long splitSeed;
}
