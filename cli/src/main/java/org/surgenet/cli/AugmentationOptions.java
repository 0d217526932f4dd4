package org.surgenet.cli;

import org.surgenet.task.Augmentation;
import picocli.CommandLine.Option;

/** How training images are varied. */
final class AugmentationOptions {
    @Option(
            names = "--augment",
            paramLabel = "none|light|strong",
            defaultValue = "light",
            description =
                    "Augmentation of training images, of masks alike; light: crops of 70-100 %% of"
                            + " the area, left-right flips, brightness and contrast by up to 20 %%;"
                            + " strong: also turns by up to 30 degrees, sizes by up to 25 %%,"
                            + " saturation by up to 20 %%, hue by up to 0.05 of the colour circle"
                            + " (default: ${DEFAULT-VALUE}).")
    String augment;

    @Option(
            names = "--augment-rotation",
            paramLabel = "DEG",
            description =
                    "Turn training images by up to this many degrees, 0 to 180; corners that come"
                            + " in are black and not labelled (default: as --augment says).")
    Double rotation;

    @Option(
            names = "--augment-scale",
            paramLabel = "X",
            description =
                    "Scale training images by a factor between 1/(1+X) and 1+X, X from 0 to 1"
                            + " (default: as --augment says).")
    Double scale;

    @Option(
            names = "--augment-saturation",
            paramLabel = "X",
            description =
                    "Change the saturation by up to this fraction, 0 to 1 (default: as --augment"
                            + " says).")
    Double saturation;

    @Option(
            names = "--augment-hue",
            paramLabel = "X",
            description =
                    "Turn the hue by up to this fraction of the colour circle, 0 to 0.5 (default:"
                            + " as --augment says).")
    Double hue;

    Augmentation augmentation() {
        return Augmentation.of(augment).with(rotation, scale, saturation, hue);
    }
}
