package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.PointerPointer;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Rational;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Sampling;

/**
 * What a plain loop over FFmpeg's demuxer and decoder gives, with the choice of frames written down
 * a second time. The extraction's reading, time line, sampling and grouping have no part in it.
 */
public final class FuzzReference implements AutoCloseable {
    /** All frames, as they come out. */
    public final List<AVFrame> frames = new ArrayList<>();

    private final Sampling sampling;
    private final long start;
    private final int recognition;
    private Rational timeBase;
    private boolean plain = true;
    private boolean failed;

    /**
     * @param start tick that counts as time zero
     */
    public FuzzReference(Path file, Sampling sampling, long start) throws IOException {
        this(file, sampling, start, 0);
    }

    private FuzzReference(Path file, Sampling sampling, long start, int recognition)
            throws IOException {
        this.recognition = recognition;
        this.sampling = sampling;
        this.start = start;
        AVFormatContext format = new AVFormatContext(null);
        AVDictionary none = null;
        boolean bare = file.toString().endsWith(".mjpeg");
        AVInputFormat known = bare ? av_find_input_format("mjpeg") : null;
        Ffmpeg.check(avformat_open_input(format, file.toString(), known, none), "reference");
        try {
            Ffmpeg.check(avformat_find_stream_info(format, (PointerPointer<?>) null), "reference");
            int index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, (AVCodec) null, 0);
            decode(format, format.streams(Ffmpeg.check(index, "reference")));
        } finally {
            avformat_close_input(format);
        }
    }

    private void decode(AVFormatContext format, AVStream stream) throws IOException {
        timeBase = Ffmpeg.rational(stream.time_base());
        AVCodec codec = avcodec_find_decoder(stream.codecpar().codec_id());
        AVCodecContext context = avcodec_alloc_context3(codec);
        AVPacket packet = av_packet_alloc();
        try {
            avcodec_parameters_to_context(context, stream.codecpar());
            context.pkt_timebase(stream.time_base());
            context.err_recognition(recognition);
            AVDictionary none = null;
            Ffmpeg.check(avcodec_open2(context, codec, none), "reference");
            while (av_read_frame(format, packet) >= 0) {
                if (packet.stream_index() == stream.index()) {
                    failed |= avcodec_send_packet(context, packet) < 0;
                    take(context);
                }
                av_packet_unref(packet);
            }
            avcodec_send_packet(context, null);
            take(context);
        } finally {
            av_packet_free(packet);
            avcodec_free_context(context);
        }
    }

    /** Whether FFmpeg finds errors in it, be it that it only logs them. */
    public static boolean isFaulty(Path file) throws IOException {
        try (FuzzReference strict = new FuzzReference(file, Sampling.every(1), 0, AV_EF_EXPLODE)) {
            return strict.isDamaged();
        }
    }

    /**
     * Whether FFmpeg leaves parts of pictures as memory had them, so that another decoding, which
     * uses the same memory again and again, shows something else.
     */
    public static boolean isUndetermined(Path file) throws IOException {
        List<Long> held = new ArrayList<>();
        try (FuzzReference all = new FuzzReference(file, Sampling.every(1), 0)) {
            for (AVFrame frame : all.frames) {
                held.add(SelfCheck.sum(frame));
            }
        }
        List<Long> reused = new ArrayList<>();
        try (VideoFile again = VideoFile.open(file, Duration.ofSeconds(60), Cancellation.NEVER);
                Decoder decoder = new Decoder(again)) {
            AVPacket packet = av_packet_alloc();
            while (again.read(packet)) {
                decoder.send(packet, false, frame -> reused.add(SelfCheck.sum(frame)));
                av_packet_unref(packet);
            }
            decoder.send(null, false, frame -> reused.add(SelfCheck.sum(frame)));
            av_packet_free(packet);
        }
        return !held.equals(reused);
    }

    private void take(AVCodecContext context) {
        AVFrame frame = av_frame_alloc();
        while (avcodec_receive_frame(context, frame) >= 0) {
            long ticks = frame.best_effort_timestamp();
            plain &= ticks != AV_NOPTS_VALUE && (frames.isEmpty() || follows(ticks));
            failed |= Decoder.damaged(frame);
            frames.add(frame);
            frame = av_frame_alloc();
        }
        av_frame_free(frame);
    }

    /** Leaps of weeks are FLV's times below zero, which its clock cannot tell. */
    private boolean follows(long ticks) {
        long length = ticks - ticks(last());
        return length > 0 && time(length).toDouble() < 1e6;
    }

    private int last() {
        return frames.size() - 1;
    }

    /** Whether a packet does not decode, or a picture only with signs of damage. */
    public boolean isDamaged() {
        return failed;
    }

    /** Whether all packets decode and times rise, so that there is no doubt about the choice. */
    public boolean isPlain() {
        return plain && !failed && !frames.isEmpty();
    }

    long ticks(int i) {
        return frames.get(i).best_effort_timestamp();
    }

    private Rational time(int i) {
        return time(ticks(i) - start);
    }

    private Rational time(long ticks) {
        return timeBase.times(new Rational(ticks, 1));
    }

    /**
     * Time of the last frame between --start and --end, in ticks. How long it is shown is for the
     * container to say; whether it is taken may depend on that, so it is not compared.
     */
    public long lastTicks() {
        long ticks = Long.MIN_VALUE;
        for (int i = 0; i < frames.size(); i++) {
            ticks = inside(i) ? ticks(i) : ticks;
        }
        return ticks;
    }

    /** Stores the chosen frames as the product would. */
    public void store(VideoFile file, PictureRequest picture, FrameSink sink) throws IOException {
        try (DecodeWorker worker = new DecodeWorker(file, picture, null)) {
            long number = 0;
            for (int i : chosen()) {
                worker.store(frames.get(i), number++, ticks(i), sink);
            }
        }
    }

    /** Positions of the frames that the sampling takes, by its definition, but for the last. */
    List<Integer> chosen() {
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < frames.size(); i++) {
            if (inside(i) && ticks(i) != lastTicks() && isTaken(i)) {
                taken.add(i);
            }
        }
        return taken;
    }

    private boolean inside(int i) {
        return (sampling.start() == null || time(i).compareTo(sampling.start()) >= 0)
                && (sampling.end() == null || time(i).compareTo(sampling.end()) < 0);
    }

    private boolean isFirst(int i) {
        return i == 0 || !inside(i - 1);
    }

    private boolean isTaken(int i) {
        boolean nearest = sampling.rule() == Sampling.Rule.NEAREST;
        return switch (sampling.kind()) {
            case EVERY -> i % sampling.every() == 0;
            case KEYFRAMES -> (frames.get(i).flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0;
            case TIMES ->
                    sampling.times().stream()
                            .filter(at -> isAsked(at) && !isFarBefore(at, i))
                            .anyMatch(at -> nearest ? isNearest(at, i) : isFirstAfter(at, i));
            case RATE -> nearest ? rounded(i + 1) > rounded(i) : beginsSlot(i);
            case SURGENET, SCENES -> throw new IllegalArgumentException("not drawn");
        };
    }

    private boolean isAsked(Rational at) {
        return (sampling.start() == null || at.compareTo(sampling.start()) >= 0)
                && (sampling.end() == null || at.compareTo(sampling.end()) < 0);
    }

    /** Before the first frame by more than that lasts. */
    private boolean isFarBefore(Rational at, int i) {
        Rational over = time(i + 1);
        if (sampling.end() != null && sampling.end().compareTo(over) < 0) {
            over = sampling.end();
        }
        return isFirst(i) && time(i).minus(at).compareTo(over.minus(time(i))) > 0;
    }

    private boolean isFirstAfter(Rational at, int i) {
        return time(i).compareTo(at) >= 0 && (isFirst(i) || time(i - 1).compareTo(at) < 0);
    }

    private boolean isNearest(Rational at, int i) {
        Rational away = distance(at, i);
        return (isFirst(i) || away.compareTo(distance(at, i - 1)) <= 0)
                && away.compareTo(distance(at, i + 1)) < 0;
    }

    private Rational distance(Rational at, int i) {
        Rational difference = time(i).minus(at);
        return difference.compareTo(Rational.ZERO) < 0 ? at.minus(time(i)) : difference;
    }

    /** The slot whose frame this is, halves away from zero as FFmpeg rounds them. */
    private long rounded(int i) {
        return timeBase.times(sampling.fps()).timesRound(ticks(i) - start);
    }

    private boolean beginsSlot(int i) {
        long slot = time(i).times(sampling.fps()).floor();
        return slot >= 0 && (isFirst(i) || time(i - 1).times(sampling.fps()).floor() < slot);
    }

    @Override
    public void close() {
        frames.forEach(frame -> av_frame_free(frame));
    }
}
