package org.surgenet.cli;

import java.util.Optional;
import org.surgenet.video.picture.ImageFormat;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.picture.PictureSize;
import org.surgenet.video.store.Packing;
import picocli.CommandLine.Option;

/** How extracted frames look and are kept. */
final class PictureOptions {
    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "short:256",
            description =
                    "WIDTHxHEIGHT, short:N or long:N for the shorter or longer side, or source"
                        + " (default: ${DEFAULT-VALUE}). Frames are not upscaled unless --upscale"
                        + " is given.")
    String size;

    @Option(names = "--upscale", description = "Allow upscaling.")
    boolean upscale;

    @Option(
            names = "--crop-borders",
            description =
                    "Cut off letterbox bars and the black surround of the endoscope's disc: one"
                            + " rectangle for each video, found on 15 of its key frames, before"
                            + " scaling.")
    boolean cropBorders;

    @Option(
            names = "--deinterlace",
            description =
                    "Deinterlace: keep only the first field of interlaced frames. Without this,"
                            + " both fields stay woven, as in ffmpeg.")
    boolean deinterlace;

    @Option(
            names = "--format",
            paramLabel = "jpg|png|webp",
            defaultValue = "jpg",
            description = "Format of the image files (default: jpg).")
    ImageFormat format;

    @Option(
            names = "--quality",
            paramLabel = "1..100",
            defaultValue = "95",
            description = "Quality of JPEG (libjpeg's scale) and WebP (default: ${DEFAULT-VALUE}).")
    int quality;

    @Option(
            names = "--jpeg-colours",
            paramLabel = "video|true",
            defaultValue = "video",
            description =
                    "Colours of JPEG files: video keeps the video's own coding, as ffmpeg does;"
                            + " true converts BT.709 to the BT.601 that readers of JPEG assume"
                            + " (default: ${DEFAULT-VALUE}).")
    PictureRequest.JpegColours colours;

    @Option(
            names = "--pack",
            paramLabel = "tar|zip",
            description =
                    "Put each video's frames into archives beside its frames.csv instead of single"
                            + " files, each frame with a JSON file about it, as WebDataset reads"
                            + " them. The other commands here do not read archives.")
    Packing.Kind pack;

    @Option(
            names = "--pack-frames",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Largest number of frames per archive (default: ${DEFAULT-VALUE}).")
    int packFrames;

    /** The first option whose value cannot be meant. */
    Optional<String> wrongValue() {
        return OptionValues.firstWrong(
                OptionValues.read("--size", size, () -> PictureSize.parse(size)),
                OptionValues.check(
                        "--quality", quality, quality >= 1 && quality <= 100, "from 1 to 100"),
                OptionValues.check("--pack-frames", packFrames, packFrames >= 1, "1 or more"));
    }

    PictureRequest picture() {
        return PictureRequest.builder()
                .cropBorders(cropBorders)
                .deinterlace(deinterlace)
                .size(PictureSize.parse(size))
                .upscale(upscale)
                .format(format)
                .quality(quality)
                .colours(colours)
                .build();
    }

    /** How frames are packed, or null if they are not. */
    Packing packing() {
        return pack == null ? null : new Packing(pack, packFrames);
    }
}
