package org.surgenet.video.picture;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.SwsRows;

/**
 * Makes small pictures of decoded frames, to compare frames with each other. All have the size that
 * the first one gets, whatever the video changes later, and full range. Reduction averages over
 * areas, so that noise counts for little. One thread at a time.
 */
public final class ReducedPicture implements AutoCloseable {
    private static final int FIXED_POINT_ONE = 1 << 16;

    private final int longest;
    private final int format;
    private final int channels;
    private int width;
    private int height;
    private AVFrame small;
    private SwsContext scaler;
    private int sourceWidth;
    private int sourceHeight;
    private int sourceFormat;
    private int matrix;
    private boolean full;

    /**
     * @param longest length of the longer side, pixels; a frame that is smaller keeps its size
     * @param colour whether pixels are RGB, with three bytes each, or luma alone
     */
    public ReducedPicture(int longest, boolean colour) {
        this.longest = longest;
        this.format = colour ? AV_PIX_FMT_RGB24 : AV_PIX_FMT_GRAY8;
        this.channels = colour ? 3 : 1;
    }

    /**
     * The small picture, row by row without padding.
     *
     * @param frame decoded, left as it is
     */
    public byte[] of(AVFrame frame) throws IOException {
        if (small == null) {
            double factor = Math.max(1, Math.max(frame.width(), frame.height()) / (double) longest);
            width = Math.max(1, (int) Math.round(frame.width() / factor));
            height = Math.max(1, (int) Math.round(frame.height() / factor));
            small = PictureMaker.allocate(width, height, format);
        }
        prepare(frame);
        Ffmpeg.check(SwsRows.scale(scaler, frame, small), "scaling");
        return PictureMaker.copy(small, 0, width * channels, height);
    }

    int width() {
        return width;
    }

    private void prepare(AVFrame frame) throws IOException {
        boolean range = PictureMaker.isFull(frame);
        int coefficients = PictureMaker.matrix(frame);
        if (scaler != null
                && sourceWidth == frame.width()
                && sourceHeight == frame.height()
                && sourceFormat == frame.format()
                && matrix == coefficients
                && full == range) {
            return;
        }
        release();
        sourceWidth = frame.width();
        sourceHeight = frame.height();
        sourceFormat = frame.format();
        matrix = coefficients;
        full = range;
        scaler =
                Ffmpeg.notNull(
                        sws_getContext(
                                sourceWidth,
                                sourceHeight,
                                sourceFormat,
                                width,
                                height,
                                format,
                                SWS_AREA | SWS_ACCURATE_RND,
                                null,
                                null,
                                (DoublePointer) null),
                        "scaling");
        sws_setColorspaceDetails(
                scaler,
                sws_getCoefficients(matrix),
                full ? 1 : 0,
                sws_getCoefficients(matrix),
                1,
                0,
                FIXED_POINT_ONE,
                FIXED_POINT_ONE);
    }

    private void release() {
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
    }

    @Override
    public void close() {
        release();
        if (small != null) {
            av_frame_free(small);
            small = null;
        }
    }
}
