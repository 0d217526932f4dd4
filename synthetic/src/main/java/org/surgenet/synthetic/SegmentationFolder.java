package org.surgenet.synthetic;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.surgenet.common.Missing;

/**
 * Frames and masks in CholecSeg8k's layout: clips named after their first frame, in each the frame,
 * the watershed mask in grey values, the annotation tool's mask (here the same) and the colour
 * mask.
 */
final class SegmentationFolder {
    private static final int CLIP = 80;
    private static final int STEP = 20;

    private static final List<String> SUFFIXES =
            List.of("_watershed_mask.png", "_mask.png", "_color_mask.png", ".png");

    private final Path root;

    SegmentationFolder(Path root) {
        this.root = root;
    }

    /** Every 20th frame inside the body, in the phases that CholecSeg8k covers. */
    static boolean wants(SyntheticVideo video, int frame) {
        return frame % STEP == 0
                && video.insideBody(frame)
                && switch (video.phase(frame)) {
                    case PREPARATION, CALOT_TRIANGLE_DISSECTION, GALLBLADDER_DISSECTION -> true;
                    default -> false;
                };
    }

    /** Whether all that {@link #write} writes of a frame is there. */
    boolean has(SyntheticVideo video, int frame) {
        return Missing.of(clip(video, frame), SUFFIXES.stream().map(s -> stem(frame) + s).toList())
                .isEmpty();
    }

    private Path clip(SyntheticVideo video, int frame) {
        return root.resolve(video.name())
                .resolve(String.format(Locale.ROOT, "%s_%05d", video.name(), frame / CLIP * CLIP));
    }

    private static String stem(int frame) {
        return "frame_" + frame + "_endo";
    }

    void write(SyntheticVideo video, int frame, Picture picture) throws IOException {
        Path clip = clip(video, frame);
        String stem = stem(frame);
        int pixels = picture.width() * picture.height();
        byte[] grey = new byte[3 * pixels];
        byte[] colour = new byte[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            TissueClass kind = TissueClass.of(picture.classes()[i]);
            for (int c = 0; c < 3; c++) {
                grey[3 * i + c] = (byte) kind.grey();
                colour[3 * i + c] = (byte) (kind.colour() >> (16 - 8 * c));
            }
        }
        ImageFiles.png(clip.resolve(stem + "_watershed_mask.png"), picture, grey);
        ImageFiles.png(clip.resolve(stem + "_mask.png"), picture, grey);
        ImageFiles.png(clip.resolve(stem + "_color_mask.png"), picture, colour);
        ImageFiles.png(clip.resolve(stem + ".png"), picture, picture.rgb());
    }
}
