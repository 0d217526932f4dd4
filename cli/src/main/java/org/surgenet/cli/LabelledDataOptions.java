package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which labelled data, and how they are split. */
final class LabelledDataOptions {
    static final String DATA = "Folder of the labelled data.";
    static final String FORMAT = "Layout of the data, by a name from the list below.";
    static final String SPLIT =
            "CSV with the columns patient,split (train, val, test or none). Default: the data set's"
                    + " own split where the data have its patients, else one drawn by patient from"
                    + " --split-seed.";
    static final String SPLIT_SEED =
            "Seed of a drawn split. The seed of the training does not change the split, so that"
                    + " runs with different seeds are scored on the same patients (default: 0; for"
                    + " evaluate, the seed of the model's split).";

    @Option(names = "--data", required = true, paramLabel = "DIR", description = DATA)
    Path data;

    @Option(names = "--format", required = true, paramLabel = "FORMAT", description = FORMAT)
    String format;

    @Option(names = "--split", paramLabel = "FILE", description = SPLIT)
    Path split;

    // Null unless given: then a split that is not drawn is worth a warning.
    @Option(names = "--split-seed", paramLabel = "N", description = SPLIT_SEED)
    Long splitSeed;
}
