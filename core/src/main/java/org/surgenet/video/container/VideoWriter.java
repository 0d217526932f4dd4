package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.surgenet.common.AtomicFiles;
import org.surgenet.common.Rational;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.SwsRows;

/**
 * Writes frames of 8-bit RGB as a video of constant rate, H.264 in MP4 unless told otherwise. The
 * same frames and settings give the same bytes: one thread, no time stamps, no version strings. The
 * file appears under its name once {@link #finish} has been called; closing without it leaves
 * nothing behind.
 */
public final class VideoWriter implements AutoCloseable {
    private final Path file;
    private final Path part;
    private final int width;
    private final int height;
    private final AVFormatContext format;
    private final AVCodecContext encoder;
    private final AVStream stream;
    private final AVFrame frame;
    private final AVPacket packet;
    private final SwsContext scaler;
    private final BytePointer rgb;
    private long frames;
    private boolean closed;

    /**
     * How to encode.
     *
     * @param container FFmpeg's name of the container, such as {@code mp4}
     * @param codec FFmpeg's name of the encoder, such as {@code libopenh264}
     * @param fps frames a second
     * @param gop frames from one key frame to the next
     * @param bitRate bits a second
     * @param bFrames bidirectional frames between others; 0 where the encoder has none
     * @param options the encoder's own options
     */
    public record Settings(
            String container,
            String codec,
            Rational fps,
            int gop,
            long bitRate,
            int bFrames,
            Map<String, String> options) {}

    private VideoWriter(Path file, int width, int height, Settings settings) throws IOException {
        if (width < 2 || height < 2 || width % 2 != 0 || height % 2 != 0) {
            throw new IllegalArgumentException(
                    "a video of " + width + "x" + height + ": both sides must be even");
        }
        Ffmpeg.load();
        this.file = file.toAbsolutePath();
        this.part = this.file.resolveSibling(this.file.getFileName() + AtomicFiles.PART_SUFFIX);
        this.width = width;
        this.height = height;
        Files.createDirectories(this.file.getParent());
        AVCodec codec = avcodec_find_encoder_by_name(settings.codec());
        Ffmpeg.notNull(codec, "no encoder " + settings.codec());
        format = new AVFormatContext(null);
        Ffmpeg.check(
                avformat_alloc_output_context2(format, null, settings.container(), null),
                "container " + settings.container());
        format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        encoder = Ffmpeg.notNull(avcodec_alloc_context3(codec), "encoder");
        frame = Ffmpeg.notNull(av_frame_alloc(), "frame");
        packet = Ffmpeg.notNull(av_packet_alloc(), "packet");
        stream = Ffmpeg.notNull(avformat_new_stream(format, codec), "stream");
        open(codec, settings);
        scaler = scaler();
        rgb = new BytePointer(3L * width * height);
    }

    /**
     * Begins an H.264 video in an MP4 file.
     *
     * @param file replaced if it is there, once the new one is complete
     * @param width even
     * @param height even
     * @param fps frames a second
     * @param gop frames from one key frame to the next
     * @param bitRate bits a second, aimed at
     * @throws IOException if the file cannot be made
     */
    public static VideoWriter h264(
            Path file, int width, int height, Rational fps, int gop, long bitRate)
            throws IOException {
        return of(
                file,
                width,
                height,
                new Settings("mp4", "libopenh264", fps, gop, bitRate, 0, Map.of()));
    }

    public static VideoWriter of(Path file, int width, int height, Settings settings)
            throws IOException {
        return new VideoWriter(file, width, height, settings);
    }

    private void open(AVCodec codec, Settings settings) throws IOException {
        encoder.width(width).height(height).pix_fmt(AV_PIX_FMT_YUV420P);
        encoder.time_base(Ffmpeg.rational(Rational.ONE.dividedBy(settings.fps())));
        encoder.framerate(Ffmpeg.rational(settings.fps()));
        encoder.gop_size(settings.gop()).bit_rate(settings.bitRate());
        encoder.max_b_frames(settings.bFrames());
        encoder.thread_count(1);
        encoder.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_BT709);
        encoder.color_primaries(AVCOL_PRI_BT709).color_trc(AVCOL_TRC_BT709);
        encoder.flags(encoder.flags() | AV_CODEC_FLAG_BITEXACT);
        if ((format.oformat().flags() & AVFMT_GLOBALHEADER) != 0) {
            encoder.flags(encoder.flags() | AV_CODEC_FLAG_GLOBAL_HEADER);
        }
        AVDictionary options = new AVDictionary(null);
        settings.options().forEach((key, value) -> av_dict_set(options, key, value, 0));
        int opened = avcodec_open2(encoder, codec, options);
        av_dict_free(options);
        Ffmpeg.check(opened, "encoder " + settings.codec());
        Ffmpeg.check(avcodec_parameters_from_context(stream.codecpar(), encoder), "stream");
        stream.time_base(encoder.time_base());
        stream.avg_frame_rate(encoder.framerate());

        try (BytePointer url = Ffmpeg.url(part)) {
            AVIOContext io = new AVIOContext(null);
            Ffmpeg.check(avio_open2(io, url, AVIO_FLAG_WRITE, null, null), part + " not opened");
            format.pb(io);
        }
        Ffmpeg.check(
                avformat_write_header(format, (AVDictionary) null), part + ": header not written");

        frame.format(AV_PIX_FMT_YUV420P).width(width).height(height);
        frame.color_range(AVCOL_RANGE_MPEG).colorspace(AVCOL_SPC_BT709);
        Ffmpeg.check(av_frame_get_buffer(frame, 0), "frame");
    }

    private SwsContext scaler() throws IOException {
        SwsContext context =
                Ffmpeg.notNull(
                        sws_getContext(
                                width,
                                height,
                                AV_PIX_FMT_RGB24,
                                width,
                                height,
                                AV_PIX_FMT_YUV420P,
                                SWS_AREA | SWS_ACCURATE_RND | SWS_BITEXACT,
                                null,
                                null,
                                (DoublePointer) null),
                        "scaler");
        int fixedPointOne = 1 << 16;
        sws_setColorspaceDetails(
                context,
                sws_getCoefficients(SWS_CS_DEFAULT),
                1,
                sws_getCoefficients(SWS_CS_ITU709),
                0,
                0,
                fixedPointOne,
                fixedPointOne);
        return context;
    }

    /**
     * Appends a frame.
     *
     * @param pixels red, green, blue of each pixel, row by row: 3 · width · height bytes
     * @throws IOException if the encoder or the disk fails
     */
    public void write(byte[] pixels) throws IOException {
        if (pixels.length != 3 * width * height) {
            throw new IllegalArgumentException(
                    pixels.length + " bytes given for a frame of " + width + "x" + height);
        }
        rgb.position(0).put(pixels);
        Ffmpeg.check(av_frame_make_writable(frame), "frame");
        rgb.position(0);
        int rows = SwsRows.scale(scaler, rgb, 3 * width, height, frame);
        Ffmpeg.check(rows, "conversion of colours");
        frame.pts(frames++);
        encode(frame);
    }

    private void encode(AVFrame next) throws IOException {
        Ffmpeg.check(avcodec_send_frame(encoder, next), "encoding");
        while (true) {
            int code = avcodec_receive_packet(encoder, packet);
            if (code == AVERROR_EAGAIN() || code == AVERROR_EOF()) {
                return;
            }
            Ffmpeg.check(code, "encoding");
            packet.stream_index(stream.index());
            packet.duration(1);
            av_packet_rescale_ts(packet, encoder.time_base(), stream.time_base());
            Ffmpeg.check(av_interleaved_write_frame(format, packet), part + " not written");
        }
    }

    /** Completes the file and gives it its name. Nothing can be appended after that. */
    public void finish() throws IOException {
        encode(null);
        Ffmpeg.check(av_write_trailer(format), part + ": end not written");
        release();
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void release() {
        if (closed) {
            return;
        }
        closed = true;
        if (format.pb() != null) {
            avio_closep(format.pb());
        }
        avformat_free_context(format);
        avcodec_free_context(encoder);
        av_frame_free(frame);
        av_packet_free(packet);
        sws_freeContext(scaler);
        rgb.close();
    }

    @Override
    public void close() throws IOException {
        release();
        Files.deleteIfExists(part);
    }
}
