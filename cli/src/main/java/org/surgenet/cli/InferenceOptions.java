package org.surgenet.cli;

import org.surgenet.image.Resampling;
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
            names = "--resize",
            paramLabel = "bicubic|bilinear|area",
            description =
                    "Resampling of images: bicubic or bilinear as Pillow's, antialiased; area is"
                            + " OpenCV's mean (default: what the model was trained with, which"
                            + " model.json says; area where it says nothing).")
    Resampling resize;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "16",
            description = "Images per forward pass (default: ${DEFAULT-VALUE}).")
    int batchSize;
}
