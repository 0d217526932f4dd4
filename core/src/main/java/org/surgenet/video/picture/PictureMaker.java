package org.surgenet.video.picture;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.surgenet.common.Rational;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.SwsRows;

/**
 * Turns decoded frames into upright pictures of the wanted size and kind of pixels. Reduction
 * averages over areas. One thread at a time.
 */
public final class PictureMaker implements AutoCloseable {
    private static final int FIXED_POINT_ONE = 1 << 16;

    private final PictureRequest request;
    private final Crop crop;
    private SwsContext scaler;
    private Conversion current;
    private AVFrame scaled;
    private AVFrame turned;

    /** All that a scaler's set-up depends on. */
    private record Conversion(
            int width,
            int height,
            int format,
            int matrix,
            boolean full,
            int outWidth,
            int outHeight,
            int outFormat,
            int outMatrix,
            boolean outFull) {
        /** As the record's own, which the JVM spends a twentieth of a second on making. */
        @Override
        public boolean equals(Object other) {
            return other instanceof Conversion c
                    && width == c.width
                    && height == c.height
                    && format == c.format
                    && matrix == c.matrix
                    && full == c.full
                    && outWidth == c.outWidth
                    && outHeight == c.outHeight
                    && outFormat == c.outFormat
                    && outMatrix == c.outMatrix
                    && outFull == c.outFull;
        }
    }

    /**
     * @param crop what to keep of each frame; null for all
     */
    public PictureMaker(PictureRequest request, Crop crop) {
        this.request = request;
        this.crop = crop;
    }

    /**
     * @param source decoded frame, left as it is
     * @param aspect width of a stored pixel over its height
     * @return the picture, this object's own until the next call
     */
    public AVFrame make(AVFrame source, Rational aspect, Orientation orientation)
            throws IOException {
        boolean field =
                request.deinterlace() && (source.flags() & AVFrame.AV_FRAME_FLAG_INTERLACED) != 0;
        if (crop == null && !field) {
            return convert(source, upright(source, aspect, orientation), orientation);
        }
        AVFrame part =
                crop == null ? Ffmpeg.notNull(av_frame_clone(source), "picture") : crop.of(source);
        try {
            PictureSize.Dimensions size = upright(part, aspect, orientation);
            if (field) {
                keepFirstField(part);
            }
            return convert(part, size, orientation);
        } finally {
            av_frame_free(part);
        }
    }

    /**
     * Leaves of a frame with two fields, whose lines alternate, the one that was taken first. Both
     * have the same number of lines, also of chroma.
     */
    private static void keepFirstField(AVFrame frame) {
        boolean top = (frame.flags() & AVFrame.AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
        for (int plane = 0; plane < 4 && frame.data(plane) != null; plane++) {
            int stride = frame.linesize(plane);
            if (!top) {
                frame.data(plane, new BytePointer(frame.data(plane).getPointer(stride)));
            }
            frame.linesize(plane, 2 * stride);
        }
        frame.height(frame.height() / 4 * 2);
    }

    private PictureSize.Dimensions upright(
            AVFrame source, Rational aspect, Orientation orientation) {
        boolean turn = orientation.transpose();
        return request.size()
                .of(
                        turn ? source.height() : source.width(),
                        turn ? source.width() : source.height(),
                        turn ? Rational.ONE.dividedBy(aspect) : aspect,
                        request.upscale());
    }

    private AVFrame convert(AVFrame source, PictureSize.Dimensions upright, Orientation orientation)
            throws IOException {
        boolean turn = orientation.transpose();
        int matrix = matrix(source);
        boolean full = isFull(source);
        int outFormat = outFormat(source.format(), turn);
        boolean rgb = outFormat == AV_PIX_FMT_RGB24;
        boolean convert =
                request.format() == ImageFormat.WEBP
                        || request.colours() == PictureRequest.JpegColours.TRUE;
        Conversion wanted =
                new Conversion(
                        source.width(),
                        source.height(),
                        source.format(),
                        matrix,
                        full,
                        turn ? upright.height() : upright.width(),
                        turn ? upright.width() : upright.height(),
                        outFormat,
                        convert && !rgb ? SWS_CS_ITU601 : matrix,
                        request.format() != ImageFormat.WEBP);
        if (!wanted.equals(current)) {
            prepare(wanted);
        }
        Ffmpeg.check(av_frame_make_writable(scaled), "picture");
        Ffmpeg.check(SwsRows.scale(scaler, source, scaled), "scaling");
        return orientation.upright() ? scaled : turn(orientation);
    }

    private int outFormat(int sourceFormat, boolean turn) {
        if (request.format() == ImageFormat.PNG) {
            return AV_PIX_FMT_RGB24;
        }
        if (request.format() == ImageFormat.WEBP) {
            return AV_PIX_FMT_YUV420P;
        }
        // Chroma as fine as the video's, as the ffmpeg program chooses.
        AVPixFmtDescriptor kind = av_pix_fmt_desc_get(sourceFormat);
        boolean rgb = (kind.flags() & AV_PIX_FMT_FLAG_RGB) != 0;
        if (kind.nb_components() < 3) {
            return AV_PIX_FMT_YUVJ420P;
        }
        if (rgb || kind.log2_chroma_w() == 0) {
            return AV_PIX_FMT_YUVJ444P;
        }
        if (kind.log2_chroma_h() == 0) {
            return turn ? AV_PIX_FMT_YUVJ444P : AV_PIX_FMT_YUVJ422P;
        }
        return AV_PIX_FMT_YUVJ420P;
    }

    /** Whether a frame has the full range of values. */
    static boolean isFull(AVFrame frame) {
        return frame.color_range() == AVCOL_RANGE_JPEG || isFullByName(frame.format());
    }

    private static boolean isFullByName(int format) {
        return format == AV_PIX_FMT_YUVJ420P
                || format == AV_PIX_FMT_YUVJ422P
                || format == AV_PIX_FMT_YUVJ444P
                || format == AV_PIX_FMT_YUVJ440P
                || format == AV_PIX_FMT_YUVJ411P;
    }

    /** The frame's own matrix; BT.601 where it does not say, as in ffmpeg. */
    static int matrix(AVFrame frame) {
        int space = frame.colorspace();
        return space == AVCOL_SPC_UNSPECIFIED || space == AVCOL_SPC_RGB ? SWS_CS_ITU601 : space;
    }

    private void prepare(Conversion wanted) throws IOException {
        release();
        boolean enlarges =
                wanted.outWidth() > wanted.width() || wanted.outHeight() > wanted.height();
        int method = enlarges ? SWS_BICUBIC : SWS_AREA;
        scaler =
                Ffmpeg.notNull(
                        sws_getContext(
                                wanted.width(),
                                wanted.height(),
                                wanted.format(),
                                wanted.outWidth(),
                                wanted.outHeight(),
                                wanted.outFormat(),
                                method | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
                                null,
                                null,
                                (DoublePointer) null),
                        "scaling from "
                                + wanted.width()
                                + "x"
                                + wanted.height()
                                + " to "
                                + wanted.outWidth()
                                + "x"
                                + wanted.outHeight());
        sws_setColorspaceDetails(
                scaler,
                sws_getCoefficients(wanted.matrix()),
                wanted.full() ? 1 : 0,
                sws_getCoefficients(wanted.outMatrix()),
                wanted.outFull() ? 1 : 0,
                0,
                FIXED_POINT_ONE,
                FIXED_POINT_ONE);
        scaled = allocate(wanted.outWidth(), wanted.outHeight(), wanted.outFormat());
        scaled.color_range(wanted.outFull() ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
        current = wanted;
    }

    static AVFrame allocate(int width, int height, int format) throws IOException {
        AVFrame frame = Ffmpeg.notNull(av_frame_alloc(), "picture");
        frame.width(width).height(height).format(format);
        Ffmpeg.check(av_frame_get_buffer(frame, 0), "picture of " + width + "x" + height);
        return frame;
    }

    private AVFrame turn(Orientation orientation) throws IOException {
        int width = orientation.transpose() ? scaled.height() : scaled.width();
        int height = orientation.transpose() ? scaled.width() : scaled.height();
        if (turned == null || turned.width() != width || turned.height() != height) {
            if (turned != null) {
                av_frame_free(turned);
            }
            turned = allocate(width, height, scaled.format());
            turned.color_range(scaled.color_range());
        }
        Ffmpeg.check(av_frame_make_writable(turned), "picture");
        AVPixFmtDescriptor kind = av_pix_fmt_desc_get(scaled.format());
        boolean packed = scaled.format() == AV_PIX_FMT_RGB24;
        for (int plane = 0; plane < (packed ? 1 : 3); plane++) {
            int shiftX = plane == 0 ? 0 : kind.log2_chroma_w();
            int shiftY = plane == 0 ? 0 : kind.log2_chroma_h();
            int step = packed ? 3 : 1;
            int w = -(-scaled.width() >> shiftX);
            int h = -(-scaled.height() >> shiftY);
            byte[] pixels = copy(scaled, plane, w * step, h);
            byte[] result = orientation.turn(pixels, w, h, step);
            paste(result, turned, plane, (orientation.transpose() ? h : w) * step);
        }
        return turned;
    }

    /** A plane's rows without their padding. */
    public static byte[] copy(AVFrame frame, int plane, int rowBytes, int rows) {
        byte[] bytes = new byte[rowBytes * rows];
        BytePointer data = frame.data(plane).capacity((long) frame.linesize(plane) * rows);
        for (int y = 0; y < rows; y++) {
            data.position((long) y * frame.linesize(plane)).get(bytes, y * rowBytes, rowBytes);
        }
        return bytes;
    }

    private static void paste(byte[] bytes, AVFrame frame, int plane, int rowBytes) {
        int rows = bytes.length / rowBytes;
        BytePointer data = frame.data(plane).capacity((long) frame.linesize(plane) * rows);
        for (int y = 0; y < rows; y++) {
            data.position((long) y * frame.linesize(plane)).put(bytes, y * rowBytes, rowBytes);
        }
    }

    private void release() {
        current = null;
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
        if (scaled != null) {
            av_frame_free(scaled);
            scaled = null;
        }
        if (turned != null) {
            av_frame_free(turned);
            turned = null;
        }
    }

    @Override
    public void close() {
        release();
    }
}
