package org.surgenet.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Which labelled data, and how they are split. */
final class LabelledDataOptions {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "Folder of the labelled data.")
    Path data;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description =
                    "Layout of the data: cholecseg8k or folders (images/ and masks/) for"
                            + " segmentation, cholec80 or autolaparo for phases, endoscapes for"
                            + " CVS.")
    String format;

    @Option(
            names = "--split",
            paramLabel = "FILE",
            description =
                    "CSV with the columns patient,split (train, val, test or none). Default: the"
                            + " data set's own split where the data have its patients, else one"
                            + " drawn by patient from the seed.")
    Path split;
}
