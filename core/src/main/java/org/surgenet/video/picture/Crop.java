package org.surgenet.video.picture;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.util.Locale;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * What is left of a video's stored pictures without their black borders: letterbox bars and what
 * surrounds an endoscope's disc. All values are even, so that chroma is cut with luma.
 *
 * @param sourceWidth of the pictures that it was found on; others are not cropped
 * @param sourceHeight of them
 * @param x first column
 * @param y first row
 * @param width columns
 * @param height rows
 */
public record Crop(int sourceWidth, int sourceHeight, int x, int y, int width, int height) {
    /**
     * The part of {@code frame} that is left, sharing its memory.
     *
     * @return to be freed by the caller
     */
    AVFrame of(AVFrame frame) throws IOException {
        AVFrame part = Ffmpeg.notNull(av_frame_clone(frame), "picture");
        if (frame.width() == sourceWidth && frame.height() == sourceHeight) {
            part.crop_left(x).crop_right(sourceWidth - x - width);
            part.crop_top(y).crop_bottom(sourceHeight - y - height);
            Ffmpeg.check(av_frame_apply_cropping(part, AV_FRAME_CROP_UNALIGNED), "cropping");
        }
        return part;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%dx%d+%d+%d", width, height, x, y);
    }
}
