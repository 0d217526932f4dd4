package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.surgenet.common.Cancellation;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.picture.PictureMaker;

/**
 * Finds the black borders of a video: letterbox bars and what surrounds an endoscope's disc. Reads
 * key frames spread over the video.
 */
public final class BorderFinder {
    /** Pictures looked at, spread over the video. */
    private static final int PICTURES = 15;

    /** Luma of 255 above black from which a pixel is not black; sensors are noisy. */
    private static final int BRIGHT = 24;

    /** Share of a row's or column's pixels that must not be black in all pictures together. */
    private static final double SHARE = 0.01;

    /** What is smaller, by area, is a dark video and not a border. */
    private static final double SMALLEST = 0.2;

    private BorderFinder() {}

    /**
     * Looks for borders.
     *
     * @param file read from several places; not to be read from afterwards
     * @return null if there are none
     */
    public static Crop find(VideoFile file, Cancellation cancellation) throws IOException {
        long[] rows = null;
        long[] columns = null;
        int width = 0;
        int height = 0;
        try (Decoder decoder = new Decoder(file)) {
            for (int i = 0; i < PICTURES; i++) {
                cancellation.check();
                AVFrame frame = pictureAt(file, decoder, (i + 0.5) / PICTURES);
                if (frame == null) {
                    continue;
                }
                try {
                    if (rows == null) {
                        width = frame.width();
                        height = frame.height();
                        rows = new long[height];
                        columns = new long[width];
                    }
                    if (frame.width() == width && frame.height() == height) {
                        count(frame, rows, columns);
                    }
                } finally {
                    av_frame_free(frame);
                }
            }
        }
        return rows == null ? null : around(rows, columns);
    }

    /** The key frame before a place of the video, or null if none comes out. */
    private static AVFrame pictureAt(VideoFile file, Decoder decoder, double place)
            throws IOException {
        if (!file.seek(place)) {
            return null;
        }
        decoder.flush();
        AVFrame[] result = new AVFrame[1];
        Decoder.Sink sink =
                frame -> {
                    if (result[0] == null) {
                        result[0] = av_frame_clone(frame);
                    }
                };
        AVPacket packet = av_packet_alloc();
        try {
            // A place without a key frame near is left out rather than searched for.
            for (int n = 0; n < 64 && result[0] == null && file.read(packet); n++) {
                decoder.send(packet, false, sink);
                av_packet_unref(packet);
            }
            if (result[0] == null) {
                decoder.send(null, false, sink);
            }
        } finally {
            av_packet_free(packet);
        }
        return result[0];
    }

    private static void count(AVFrame frame, long[] rows, long[] columns) {
        AVPixFmtDescriptor kind = av_pix_fmt_desc_get(frame.format());
        int depth = kind.comp(0).depth();
        int bytes = depth > 8 ? 2 : 1;
        boolean planar = kind.comp(0).step() == bytes;
        if (!planar || (kind.flags() & AV_PIX_FMT_FLAG_BE) != 0) {
            return;
        }
        boolean full =
                frame.color_range() == AVCOL_RANGE_JPEG
                        || (kind.flags() & AV_PIX_FMT_FLAG_RGB) != 0;
        int limit = (full ? 0 : 16) + BRIGHT;
        byte[] luma = PictureMaker.copy(frame, 0, columns.length * bytes, rows.length);
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < columns.length; x++) {
                int i = (y * columns.length + x) * bytes;
                int value = luma[i] & 0xff;
                if (bytes == 2) {
                    value = (value | (luma[i + 1] & 0xff) << 8) >> (depth - 8);
                }
                if (value > limit) {
                    rows[y]++;
                    columns[x]++;
                }
            }
        }
    }

    private static Crop around(long[] rows, long[] columns) {
        // Multiples of four lines, so that each half of an interlaced picture keeps its chroma.
        int[] y = range(rows, SHARE * columns.length, 4);
        int[] x = range(columns, SHARE * rows.length, 2);
        Crop crop = new Crop(columns.length, rows.length, x[0], y[0], x[1] - x[0], y[1] - y[0]);
        double share = (double) crop.width() * crop.height() / rows.length / columns.length;
        return share < SMALLEST || share == 1 ? null : crop;
    }

    /** From the first to behind the last count above the limit, both multiples of {@code step}. */
    private static int[] range(long[] counts, double limit, int step) {
        int from = 0;
        while (from < counts.length && counts[from] <= limit) {
            from++;
        }
        int to = counts.length;
        while (to > from && counts[to - 1] <= limit) {
            to--;
        }
        return new int[] {
            from - from % step, Math.min(counts.length, (to + step - 1) / step * step)
        };
    }
}
