package org.surgenet.cli;

import org.surgenet.image.AreaRange;
import org.surgenet.pretrain.PretrainRequest;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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
            converter = Scale.class,
            defaultValue = "0.4,1",
            paramLabel = "MIN,MAX",
            description =
                    "Smallest and largest fraction of the frame's area in a global view (default:"
                            + " ${DEFAULT-VALUE}).")
    AreaRange globalScale;

    @Option(
            names = "--local-scale",
            converter = Scale.class,
            defaultValue = "0.05,0.4",
            paramLabel = "MIN,MAX",
            description =
                    "Smallest and largest fraction of the frame's area in a local view (default:"
                            + " ${DEFAULT-VALUE}).")
    AreaRange localScale;

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
        return PretrainRequest.Crops.builder()
                .globalSize(globalSize)
                .localSize(localSize)
                .localCrops(localCrops)
                .globalScale(globalScale)
                .localScale(localScale)
                .reducedDecoding(jpegDecoding == JpegDecoding.reduced)
                .build();
    }

    /** Reads {@code MIN,MAX}. */
    private static final class Scale implements ITypeConverter<AreaRange> {
        @Override
        public AreaRange convert(String text) {
            try {
                return AreaRange.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
