package org.surgenet.cli;

import org.surgenet.common.UserException;
import org.surgenet.pretrain.PretrainRequest;
import picocli.CommandLine.Option;

/** The views that DINO takes of each frame. */
final class CropOptions {
    @Option(
            names = "--global-size",
            defaultValue = "224",
            paramLabel = "PX",
            description = "Side of the two global views, in pixels (default: ${DEFAULT-VALUE}).")
    int globalSize;

    @Option(
            names = "--local-size",
            defaultValue = "96",
            paramLabel = "PX",
            description = "Side of the local views, in pixels (default: ${DEFAULT-VALUE}).")
    int localSize;

    @Option(
            names = "--local-crops",
            defaultValue = "8",
            paramLabel = "N",
            description = "Number of local views per frame; 0 = none (default: ${DEFAULT-VALUE}).")
    int localCrops;

    @Option(
            names = "--global-scale",
            defaultValue = "0.4,1",
            paramLabel = "MIN,MAX",
            description =
                    "Smallest and largest fraction of the frame's area in a global view (default:"
                            + " ${DEFAULT-VALUE}).")
    String globalScale;

    @Option(
            names = "--local-scale",
            defaultValue = "0.05,0.4",
            paramLabel = "MIN,MAX",
            description =
                    "Smallest and largest fraction of the frame's area in a local view (default:"
                            + " ${DEFAULT-VALUE}).")
    String localScale;

    /** How much of a JPEG is decoded. */
    enum JpegDecoding {
        reduced,
        full
    }

    @Option(
            names = "--jpeg-decoding",
            defaultValue = "reduced",
            paramLabel = "reduced|full",
            description =
                    "reduced: decode a JPEG at a half, a quarter or an eighth of its size where"
                            + " every view still has at least its pixels there; full: always whole,"
                            + " views then equal torchvision's to the bit (default:"
                            + " ${DEFAULT-VALUE}).")
    JpegDecoding jpegDecoding;

    PretrainRequest.Crops crops() {
        double[] global = pair("--global-scale", globalScale);
        double[] local = pair("--local-scale", localScale);
        return new PretrainRequest.Crops(
                globalSize,
                localSize,
                localCrops,
                global[0],
                global[1],
                local[0],
                local[1],
                jpegDecoding == JpegDecoding.reduced);
    }

    private static double[] pair(String option, String text) {
        String[] parts = text.split(",", -1);
        try {
            if (parts.length == 2) {
                return new double[] {Double.parseDouble(parts[0]), Double.parseDouble(parts[1])};
            }
        } catch (NumberFormatException e) {
            throw new UserException(option + " " + text + ": must be MIN,MAX", e);
        }
        throw new UserException(option + " " + text + ": must be MIN,MAX");
    }
}
