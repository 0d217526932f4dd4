package org.surgenet.video;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avformat.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerPointer;
import org.surgenet.common.Cancellation;

/**
 * An open container, read packet by packet; of its streams only the main video. Local files alone:
 * neither playlists nor scripts nor URLs inside a file are followed.
 */
final class VideoFile implements AutoCloseable {
    /** Containers of one file. Playlists (hls, dash, concat, imf) and image lists are not here. */
    private static final String FORMATS =
            "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegts,mpegvideo,flv,live_flv,asf,asf_o,"
                + "ogg,h264,hevc,vvc,m4v,mjpeg,ivf,obu,mxf,dv,nut,rm,wtv,gxf,lxf,yuv4mpegpipe,"
                + "vc1,vc1test,av1,gif,mpjpeg,nuv,ty,pva,avs2,avs3,cavsvideo,dirac,h261,h263";

    /**
     * Codecs whose groups of pictures stand alone, but for frames before their key frame, which a
     * decoder leaves out.
     */
    private static final Set<Integer> GROUPED =
            Set.of(
                    AV_CODEC_ID_H264,
                    AV_CODEC_ID_HEVC,
                    AV_CODEC_ID_VP8,
                    AV_CODEC_ID_VP9,
                    AV_CODEC_ID_AV1,
                    AV_CODEC_ID_MPEG1VIDEO,
                    AV_CODEC_ID_MPEG2VIDEO,
                    AV_CODEC_ID_MPEG4);

    private final Path file;
    private final ReadWatch watch;
    private final StallGuard guard;
    private final AVFormatContext format;
    private final AVStream stream;
    private final Rational timeBase;
    private final long startTicks;
    private long packets;
    private long lastEndTicks = Long.MIN_VALUE;
    private String damage;
    private String damagePosition = "";

    private VideoFile(
            Path file, ReadWatch watch, StallGuard guard, AVFormatContext format, AVStream stream) {
        this.file = file;
        this.watch = watch;
        this.guard = guard;
        this.format = format;
        this.stream = stream;
        this.timeBase = Ffmpeg.rational(stream.time_base());
        this.startTicks = startTicks();
    }

    /** Which of several video streams is read. */
    enum Choice {
        /** The one that the ffmpeg program takes: a default one, of these the largest. */
        BEST,
        /** The first, as OpenCV takes it. */
        FIRST
    }

    /** As {@link #open(Path, Choice, ReadWatch)} for the best stream. */
    static VideoFile open(Path file, Duration stallLimit, Cancellation cancellation)
            throws IOException {
        return open(file, Choice.BEST, new ReadWatch(stallLimit, cancellation));
    }

    /**
     * @param watch told of every call that reads the file, now and later
     * @throws IOException with the cause, in words for the user, if it cannot be opened as a video
     */
    static VideoFile open(Path file, Choice choice, ReadWatch watch) throws IOException {
        Ffmpeg.load();
        watch.begin();
        try {
            requireFile(file);
            return opened(file, choice, watch);
        } finally {
            watch.end();
        }
    }

    private static void requireFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("no such file");
        }
        if (!Files.isRegularFile(file)) {
            // Opening a pipe would wait for a writer for ever.
            throw new IOException("not a regular file");
        }
        if (!Files.isReadable(file)) {
            throw new IOException("no permission to read it");
        }
        if (Files.size(file) == 0) {
            throw new IOException("is empty");
        }
    }

    private static VideoFile opened(Path file, Choice choice, ReadWatch watch) throws IOException {
        StallGuard guard = new StallGuard(watch);
        AVFormatContext format = avformat_alloc_context();
        guard.watch(format);
        boolean opened = false;
        try {
            open(file, format);
            watch.cancellation().check();
            AVStream stream = choose(format, choice);
            opened = true;
            return new VideoFile(file, watch, guard, format, stream);
        } catch (FfmpegException e) {
            watch.cancellation().check();
            if (guard.stalled()) {
                throw new StalledException(watch.limit());
            }
            throw e;
        } finally {
            if (!opened) {
                avformat_close_input(format);
                guard.close();
            }
        }
    }

    private static void open(Path file, AVFormatContext format) throws IOException {
        AVDictionary options = new AVDictionary(null);
        av_dict_set(options, "protocol_whitelist", "file", 0);
        av_dict_set(options, "format_whitelist", FORMATS, 0);
        // QuickTime files may name others that hold their pictures.
        av_dict_set(options, "enable_drefs", "0", 0);
        av_dict_set(options, "use_absolute_path", "0", 0);
        try (BytePointer url = Ffmpeg.url(file)) {
            int code = avformat_open_input(format, url, null, options);
            if (code == AVERROR_EINVAL()) {
                throw new IOException("not a video, or a playlist or script, which are not read");
            }
            if (code == AVERROR_INVALIDDATA) {
                throw new IOException(
                        "not a video that can be read: neither its kind nor its index was found"
                                + " (is it cut off?)");
            }
            Ffmpeg.check(code, "cannot be opened");
        } finally {
            av_dict_free(options);
        }
        Ffmpeg.check(
                avformat_find_stream_info(format, (PointerPointer<?>) null),
                "its streams cannot be read");
    }

    private static AVStream choose(AVFormatContext format, Choice choice) throws IOException {
        AVStream best = null;
        long bestScore = -1;
        for (int i = 0; i < format.nb_streams(); i++) {
            AVStream stream = format.streams(i);
            AVCodecParameters codec = stream.codecpar();
            if (codec.codec_type() != AVMEDIA_TYPE_VIDEO) {
                continue;
            }
            long score = (long) codec.width() * codec.height();
            if ((stream.event_flags() & AVStream.AVSTREAM_EVENT_FLAG_NEW_PACKETS) != 0) {
                score += 100_000_000;
            }
            if ((stream.disposition() & AV_DISPOSITION_DEFAULT) != 0) {
                score += 5_000_000;
            }
            if ((stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0) {
                continue;
            }
            if (score > bestScore && (best == null || choice == Choice.BEST)) {
                best = stream;
                bestScore = score;
            }
        }
        if (best == null) {
            throw new IOException("has no video stream");
        }
        for (int i = 0; i < format.nb_streams(); i++) {
            if (i != best.index()) {
                format.streams(i).discard(AVDISCARD_ALL);
            }
        }
        return best;
    }

    /** Where the ffmpeg program puts time zero, in the stream's ticks. */
    private long startTicks() {
        long start = format.start_time();
        if (start == AV_NOPTS_VALUE) {
            return 0;
        }
        AVRational micro = av_make_q(1, AV_TIME_BASE);
        // Where time stamps may jump, only the streams in use count.
        boolean jumps = (format.iformat().flags() & AVFMT_TS_DISCONT) != 0;
        if (jumps && stream.start_time() != AV_NOPTS_VALUE) {
            start = Math.max(start, av_rescale_q(stream.start_time(), stream.time_base(), micro));
        }
        return av_rescale_q(start, micro, stream.time_base());
    }

    /**
     * Reads the next packet of the video into {@code packet}.
     *
     * @return false at the end, also where damage ends the file early: see {@link #damage}
     * @throws IOException if the file gives nothing for too long
     * @throws org.surgenet.common.InterruptedRunException if a stop has been asked for
     */
    boolean read(AVPacket packet) throws IOException {
        while (true) {
            watch.begin();
            int code = av_read_frame(format, packet);
            watch.end();
            if (code < 0) {
                end(code);
                return false;
            }
            guard.signOfLife();
            if (packet.stream_index() != stream.index()) {
                av_packet_unref(packet);
                continue;
            }
            packets++;
            if ((packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
                noteDamage(
                        "the packet at " + position(packet) + " is cut off or damaged",
                        packet.pts() == AV_NOPTS_VALUE ? lastEndTicks : packet.pts(),
                        packet.pos());
            }
            if (packet.pts() != AV_NOPTS_VALUE) {
                lastEndTicks = Math.max(lastEndTicks, packet.pts() + packet.duration());
            }
            return true;
        }
    }

    /**
     * Goes to the key frame before a place, for a look at the video; what is read after that tells
     * nothing of damage. Without a known length it stays where it is.
     *
     * @param place from 0, the beginning, to 1, the end
     * @return false if the container cannot do it
     */
    boolean seek(double place) {
        if (Double.isNaN(duration())) {
            return true;
        }
        long ticks = startTicks + Math.round(place * duration() / timeBase.toDouble());
        watch.begin();
        int code = av_seek_frame(format, stream.index(), ticks, AVSEEK_FLAG_BACKWARD);
        watch.end();
        return code >= 0;
    }

    private void end(int code) throws IOException {
        if (guard.stalled()) {
            throw new StalledException(watch.limit());
        }
        watch.cancellation().check();
        if (code != AVERROR_EOF) {
            noteDamage(
                    "reading ended at " + lastPosition() + ": " + Ffmpeg.message(code),
                    lastEndTicks,
                    format.pb() == null ? -1 : avio_tell(format.pb()));
            return;
        }
        int indexed = avformat_index_get_entries_count(stream);
        boolean wholeIndex = format.iformat().name().getString().startsWith("mov");
        if (wholeIndex && indexed > packets) {
            noteDamage(
                    String.format(
                            Locale.ROOT,
                            "ends at %s: its index lists %d frames, %d are there",
                            lastPosition(),
                            indexed,
                            packets),
                    lastEndTicks,
                    -1);
        } else if (!wholeIndex && claimsMore()) {
            noteDamage(
                    String.format(
                            Locale.ROOT,
                            "ends at %s: its header says %.1f s",
                            lastPosition(),
                            (double) format.duration() / AV_TIME_BASE),
                    lastEndTicks,
                    -1);
        }
    }

    /** Only where nothing but this video can account for the length in the container's header. */
    private boolean claimsMore() {
        if (format.nb_streams() != 1
                || format.duration() == AV_NOPTS_VALUE
                || format.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE
                || lastEndTicks == Long.MIN_VALUE) {
            return false;
        }
        double claimed = (double) format.duration() / AV_TIME_BASE;
        return claimed - seconds(lastEndTicks) > 1 + 0.01 * claimed;
    }

    private String position(AVPacket packet) {
        String time =
                packet.pts() == AV_NOPTS_VALUE
                        ? lastPosition()
                        : String.format(Locale.ROOT, "%.3f s", seconds(packet.pts()));
        return packet.pos() < 0 ? time : time + " (byte " + packet.pos() + ")";
    }

    private String lastPosition() {
        return lastEndTicks == Long.MIN_VALUE
                ? "0 s"
                : String.format(Locale.ROOT, "%.3f s", seconds(lastEndTicks));
    }

    /**
     * Remembers the first sign of damage.
     *
     * @param ticks presentation time of it; {@link Long#MIN_VALUE} for the beginning
     * @param at byte of the file; negative if unknown
     */
    void noteDamage(String what, long ticks, long at) {
        if (damage == null) {
            damage = what;
            double time = ticks == Long.MIN_VALUE ? 0 : seconds(ticks);
            damagePosition =
                    String.format(Locale.ROOT, "%.3f s", time) + (at < 0 ? "" : ", byte " + at);
        }
    }

    /** What is wrong with the file, or null if nothing has been found so far. */
    String damage() {
        return damage;
    }

    /** Time and, where known, byte of the damage; empty if there is none. */
    String damagePosition() {
        return damagePosition;
    }

    Path file() {
        return file;
    }

    AVCodecParameters codec() {
        return stream.codecpar();
    }

    AVStream stream() {
        return stream;
    }

    Rational timeBase() {
        return timeBase;
    }

    /** The stream's tick at time zero. */
    long start() {
        return startTicks;
    }

    /** How far the video has been read, seconds since the container's start. */
    double secondsRead() {
        return lastEndTicks == Long.MIN_VALUE ? 0 : seconds(lastEndTicks);
    }

    /** Presentation time since the container's start, seconds. */
    double seconds(long ticks) {
        return (double) (ticks - startTicks) * timeBase.num() / timeBase.den();
    }

    /** Length as the container says it, seconds; NaN if it does not. */
    double duration() {
        return format.duration() == AV_NOPTS_VALUE
                ? Double.NaN
                : (double) format.duration() / AV_TIME_BASE;
    }

    String codecName() {
        return avcodec_get_name(codec().codec_id()).getString();
    }

    String containerName() {
        return format.iformat().name().getString();
    }

    /** True if a frame can be decoded from its group of pictures alone. */
    boolean hasGroups() {
        return intraOnly() || GROUPED.contains(codec().codec_id());
    }

    private boolean intraOnly() {
        AVCodecDescriptor descriptor = avcodec_descriptor_get(codec().codec_id());
        return descriptor != null && (descriptor.props() & AV_CODEC_PROP_INTRA_ONLY) != 0;
    }

    /** A packet's or frame's duration in ticks, from the frame rate where it has none. */
    long durationTicks(long given) {
        if (given > 0) {
            return given;
        }
        Rational rate = frameRate();
        return rate.num() == 0 ? 0 : Rational.ONE.dividedBy(rate.times(timeBase)).round();
    }

    /**
     * Average frame rate; where there is none, one picture for each of the stream's ticks: what
     * OpenCV 3 and 4 call {@code CAP_PROP_FPS}.
     */
    Rational averageRate() {
        AVRational rate = stream.avg_frame_rate();
        return rate.num() <= 0 || rate.den() <= 0
                ? Rational.ONE.dividedBy(timeBase)
                : Ffmpeg.rational(rate);
    }

    /** Frame rate as the container says it; zero if it does not. */
    Rational frameRate() {
        AVRational rate = av_guess_frame_rate(format, stream, null);
        return rate.num() <= 0 || rate.den() <= 0 ? Rational.ZERO : Ffmpeg.rational(rate);
    }

    /** How the picture must be turned to be seen upright. */
    Orientation orientation() {
        AVPacketSideData data =
                av_packet_side_data_get(
                        codec().coded_side_data(),
                        codec().nb_coded_side_data(),
                        AV_PKT_DATA_DISPLAYMATRIX);
        if (data == null || data.isNull() || data.size() < 36) {
            return Orientation.UPRIGHT;
        }
        int[] matrix = new int[9];
        new IntPointer(data.data()).get(matrix);
        return Orientation.of(matrix);
    }

    /** Width of a stored pixel over its height; one where the file does not say. */
    Rational pixelAspect(org.bytedeco.ffmpeg.avutil.AVFrame frame) {
        AVRational aspect = av_guess_sample_aspect_ratio(format, stream, frame);
        return aspect.num() <= 0 || aspect.den() <= 0 ? Rational.ONE : Ffmpeg.rational(aspect);
    }

    @Override
    public void close() {
        watch.begin();
        avformat_close_input(format);
        watch.end();
        guard.close();
    }
}
