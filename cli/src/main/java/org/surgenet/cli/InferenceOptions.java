package org.surgenet.cli;

import picocli.CommandLine.Option;

/** How a trained model is applied to pictures, and which of them are shown. */
final class InferenceOptions {
    @Option(
            names = "--overlays",
            paramLabel = "N",
            defaultValue = "24",
            description =
                    "Pictures to draw for segmentation, evenly spread: image, target if there is"
                            + " one, and prediction (default: ${DEFAULT-VALUE}).")
    int overlays;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "16",
            description = "Pictures per forward pass (default: ${DEFAULT-VALUE}).")
    int batchSize;
}
