package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.video.codec.FilmGrain;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.ffmpeg.ErrorLog;
import org.surgenet.video.ffmpeg.Ffmpeg;

/** A decoder of one thread. */
public final class Decoder implements AutoCloseable {
    private final AVCodecContext context;
    private final AVFrame frame = av_frame_alloc();
    private final AVFrame copy = av_frame_alloc();
    private final VideoFile file;
    private final FilmGrain grain;
    private final ErrorLog errors = new ErrorLog();
    private boolean headersAlone;

    /** Takes frames as they come out; they are the decoder's own until the call returns. */
    public interface Sink {
        void frame(AVFrame frame) throws IOException;
    }

    public Decoder(VideoFile file) throws IOException {
        this.file = file;
        grain = new FilmGrain(file.codec().codec_id(), Ffmpeg.head(file.codec()));
        AVCodec codec = avcodec_find_decoder(file.codec().codec_id());
        if (codec == null) {
            throw new IOException("its codec " + file.codecName() + " has no decoder here");
        }
        context = Ffmpeg.notNull(avcodec_alloc_context3(codec), "decoder");
        Ffmpeg.check(avcodec_parameters_to_context(context, file.codec()), "decoder");
        context.pkt_timebase(file.stream().time_base());
        context.thread_count(1);
        if (file.codec().codec_id() == AV_CODEC_ID_MJPEG) {
            // Otherwise it passes over errors without a word, and what it could not decode of the
            // picture is what happens to be in memory.
            context.err_recognition(context.err_recognition() | AV_EF_EXPLODE);
        }
        if (file.device() != null) {
            context.hw_device_ctx(Ffmpeg.notNull(av_buffer_ref(file.device()), "device"));
        }
        Ffmpeg.check(
                avcodec_open2(context, codec, (org.bytedeco.ffmpeg.avutil.AVDictionary) null),
                "its codec " + file.codecName() + " cannot be decoded");
    }

    /**
     * Decodes a packet, or with null lets out the frames that are still inside.
     *
     * @param skipUnreferenced leave the packet undecoded if no other frame needs it
     * @return FFmpeg's code: negative if the packet could not be decoded
     */
    public int send(AVPacket packet, boolean skipUnreferenced, Sink sink) throws IOException {
        context.skip_frame(skipUnreferenced ? AVDISCARD_NONREF : AVDISCARD_DEFAULT);
        return send(packet, sink);
    }

    /**
     * Gives the decoder a picture's headers alone. The picture takes its place among the references
     * and comes out as any other, but what it shows means nothing.
     *
     * @param packet whose times the picture takes
     * @param headers the bytes in place of the packet's
     * @return FFmpeg's code: negative if the packet could not be decoded
     */
    public int sendHeaders(AVPacket packet, byte[] headers, Sink sink) throws IOException {
        AVPacket own = Ffmpeg.notNull(av_packet_alloc(), "packet");
        int concealment = context.error_concealment();
        try {
            Ffmpeg.check(av_new_packet(own, headers.length), "packet");
            Ffmpeg.check(av_packet_copy_props(own, packet), "packet");
            own.data().put(headers);
            context.skip_frame(AVDISCARD_DEFAULT);
            // Nobody sees it: to make something up for it would be work for nothing.
            context.error_concealment(0);
            headersAlone = true;
            return send(own, sink);
        } finally {
            headersAlone = false;
            context.error_concealment(concealment);
            av_packet_free(own);
        }
    }

    private int send(AVPacket packet, Sink sink) throws IOException {
        int code = give(packet);
        if (code < 0 && code != AVERROR_EOF) {
            return code;
        }
        while (true) {
            code = take();
            if (code == AVERROR_EAGAIN() || code == AVERROR_EOF) {
                return 0;
            }
            if (code < 0) {
                return code;
            }
            if (file.device() == null) {
                sink.frame(frame);
            } else {
                fromDevice(sink);
            }
            av_frame_unref(frame);
        }
    }

    private int give(AVPacket packet) {
        listen();
        grain.enter(packet);
        try {
            return avcodec_send_packet(context, packet);
        } finally {
            grain.leave();
            errors.leave();
        }
    }

    private int take() {
        listen();
        grain.enter(null);
        try {
            return avcodec_receive_frame(context, frame);
        } finally {
            grain.leave();
            errors.leave();
        }
    }

    private void listen() {
        if (!headersAlone) {
            errors.enter();
        }
    }

    private void fromDevice(Sink sink) throws IOException {
        if (frame.hw_frames_ctx() == null) {
            file.noteSoftware();
            sink.frame(frame);
            return;
        }
        Ffmpeg.check(av_hwframe_transfer_data(copy, frame, 0), "frame from the device");
        Ffmpeg.check(av_frame_copy_props(copy, frame), "frame from the device");
        sink.frame(copy);
        av_frame_unref(copy);
    }

    /** Forgets all that was sent, so that another group can begin. */
    void flush() {
        avcodec_flush_buffers(context);
    }

    /** What it has logged, but for pictures that it was given the headers of. */
    ErrorLog errors() {
        return errors;
    }

    /** True if a frame shows signs of damage. */
    static boolean damaged(AVFrame frame) {
        return frame.decode_error_flags() != 0
                || (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
    }

    @Override
    public void close() {
        avcodec_free_context(context);
        av_frame_free(frame);
        av_frame_free(copy);
    }
}
