package org.surgenet.video.ffmpeg;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;

/** Calls of {@code sws_scale} on whole pictures. */
public final class SwsRows {
    private SwsRows() {}

    /** A packed picture in memory into a frame; returns FFmpeg's code. */
    public static int scale(
            SwsContext context, BytePointer data, int stride, int rows, AVFrame target) {
        try (PointerPointer<BytePointer> planes = new PointerPointer<>(4L);
                IntPointer strides = new IntPointer(4L)) {
            planes.put(0, data).put(1, null).put(2, null).put(3, null);
            strides.put(stride, 0, 0, 0);
            return swscale.sws_scale(
                    context, planes, strides, 0, rows, target.data(), target.linesize());
        }
    }

    /** One frame into another; returns FFmpeg's code. */
    public static int scale(SwsContext context, AVFrame source, AVFrame target) {
        return swscale.sws_scale(
                context,
                source.data(),
                source.linesize(),
                0,
                source.height(),
                target.data(),
                target.linesize());
    }
}
