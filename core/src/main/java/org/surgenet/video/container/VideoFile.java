package org.surgenet.video.container;

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
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.javacpp.IntPointer;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Rational;
import org.surgenet.common.Words;
import org.surgenet.video.dicom.DicomVideo;
import org.surgenet.video.ffmpeg.ErrorLog;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.FfmpegException;
import org.surgenet.video.file.ReadWatch;
import org.surgenet.video.file.StallGuard;
import org.surgenet.video.file.StalledException;

/**
 * An open container, read packet by packet; of its streams only the main video. Local files alone:
 * neither playlists nor scripts nor URLs inside a file are followed.
 */
public final class VideoFile implements AutoCloseable {
    /** Containers whose decoding times are read, where others' are worked out. */
    private static final Set<String> STORES_DECODING_TIMES =
            Set.of("mov,mp4,m4a,3gp,3g2,mj2", "mpegts", "mpeg", "flv", "live_flv");

    /** Clocks of 32 bits of which ffmpeg writes 31: times below zero are near 2^31 ms. */
    private static final Set<String> FLV = Set.of("flv", "live_flv");

    /** Containers whose length is the time of their end, also where they do not begin at zero. */
    private static final Set<String> LENGTH_FROM_ZERO = Set.of("matroska,webm", "nut", "asf");

    /** Joined parts whose own head is looked at; a damaged file may seem to have any number. */
    private static final int MOST_LOOKS = 100;

    /** A flag of ours: the packet is of a part that is not read. FFmpeg uses the lowest few. */
    private static final int FOREIGN = 1 << 30;

    private final Path file;
    private final ReadWatch watch;
    private final StallGuard guard;
    private final VideoSource source;
    private final AVFormatContext format;
    private final AVStream stream;
    private final Rational timeBase;
    private final long startTicks;
    private final AVCodecParameters codec;
    private final TimeLine line;
    private long packets;
    private long lastByte;
    private long byteBefore;
    private long looks;
    private boolean foreign;
    private boolean partBegins;
    private boolean begins;
    private long foreignPackets;
    private long otherIvf = -1;
    private long lastEndTicks = Long.MIN_VALUE;
    private final DamageLog damage = new DamageLog();
    private long errors;
    private String firstError;
    private final LeadingTimes leading = new LeadingTimes();
    private final OtherStreams others = new OtherStreams();
    private String beginning;
    private Integer ended;
    private boolean endNoted;
    private boolean looking;
    private AVBufferRef device;
    private volatile boolean softwareSeen;

    private VideoFile(
            Path file,
            ReadWatch watch,
            StallGuard guard,
            VideoSource source,
            AVFormatContext format,
            AVStream stream,
            AVCodecParameters codec) {
        this.file = file;
        this.watch = watch;
        this.guard = guard;
        this.source = source;
        this.format = format;
        this.stream = stream;
        this.timeBase = Ffmpeg.rational(stream.time_base());
        this.startTicks = startTicks();
        this.codec = codec;
        this.line = new TimeLine(timing());
    }

    /** Sets the device that its decoders use; null for software. */
    public void decodeOn(AVBufferRef hardware) {
        device = hardware;
    }

    /** The device that its decoders use; null for software. */
    public AVBufferRef device() {
        return device;
    }

    /** A frame came out of a decoder with a device, but not from the device. */
    public void noteSoftware() {
        softwareSeen = true;
    }

    /** Whether FFmpeg has decoded in software in spite of a device. */
    public boolean softwareSeen() {
        return softwareSeen;
    }

    /** Which of several video streams is read. */
    public enum Choice {
        /** The one that the ffmpeg program takes: a default one, of these the largest. */
        BEST,
        /** The first, as OpenCV takes it. */
        FIRST
    }

    /** As {@link #open(Path, Choice, ReadWatch)} for the best stream. */
    public static VideoFile open(Path file, Duration stallLimit, Cancellation cancellation)
            throws IOException {
        return open(file, Choice.BEST, new ReadWatch(stallLimit, cancellation));
    }

    /**
     * @param watch told of every call that reads the file, now and later
     * @throws IOException with the cause, in words for the user, if it cannot be opened as a video
     */
    public static VideoFile open(Path file, Choice choice, ReadWatch watch) throws IOException {
        Ffmpeg.load();
        watch.begin();
        try {
            ContainerOpening.requireFile(file);
            return opened(file, choice, watch);
        } finally {
            watch.end();
        }
    }

    private static VideoFile opened(Path file, Choice choice, ReadWatch watch) throws IOException {
        StallGuard guard = new StallGuard(watch);
        AVFormatContext format = avformat_alloc_context();
        guard.watch(format);
        VideoSource source = null;
        boolean opened = false;
        try {
            source = VideoSource.open(file, guard);
            ContainerOpening.open(file, source, format);
            watch.cancellation().check();
            AVStream stream = ContainerOpening.choose(format, choice);
            source.settleRate(format, stream);
            opened = true;
            AVCodecParameters codec = copy(stream.codecpar());
            return new VideoFile(file, watch, guard, source, format, stream, codec);
        } catch (FfmpegException e) {
            watch.cancellation().check();
            if (guard.stalled()) {
                throw new StalledException(watch.limit());
            }
            throw e;
        } finally {
            if (!opened) {
                avformat_close_input(format);
                if (source != null) {
                    source.close();
                }
                guard.close();
            }
        }
    }

    /** What decoders are made of, which FFmpeg may change when it has read on. */
    private static AVCodecParameters copy(AVCodecParameters of) throws IOException {
        AVCodecParameters copy = Ffmpeg.notNull(avcodec_parameters_alloc(), "decoder");
        Ffmpeg.check(avcodec_parameters_copy(copy, of), "decoder");
        return copy;
    }

    /** Where the ffmpeg program puts time zero, in the stream's ticks. */
    private long startTicks() {
        long start = format.start_time();
        if (start == AV_NOPTS_VALUE) {
            return 0;
        }
        AVRational micro = av_make_q(1, AV_TIME_BASE);
        // Where time stamps may jump, only the streams in use count.
        boolean jumps = ContainerOpening.clockJumps(format);
        if (jumps && stream.start_time() != AV_NOPTS_VALUE) {
            start = Math.max(start, av_rescale_q(stream.start_time(), stream.time_base(), micro));
        }
        return av_rescale_q(start, micro, stream.time_base());
    }

    private TimeLine.Stream timing() {
        boolean stored = STORES_DECODING_TIMES.contains(containerName());
        return new TimeLine.Stream(
                1 / timeBase.toDouble(),
                durationTicks(0),
                FLV.contains(containerName()) ? 31 : stream.pts_wrap_bits(),
                stored,
                ContainerOpening.clockJumps(format),
                TimeLine.depth(codec().codec_id(), reorders(), stored));
    }

    /**
     * Reads the next packet of the video into {@code packet}, with times on one continuous line:
     * see {@link TimeLine}.
     *
     * @return false at the end, also where damage ends the file early: see {@link #damage}
     * @throws IOException if the file gives nothing for too long
     * @throws org.surgenet.common.InterruptedRunException if a stop has been asked for
     */
    public boolean read(AVPacket packet) throws IOException {
        while (true) {
            TimeLine.Placed next = line.poll();
            if (next != null) {
                av_packet_move_ref(packet, next.packet());
                av_packet_free(next.packet());
                partBegins |= next.firstOfPart();
                if (isOwn(packet)) {
                    begins = partBegins;
                    partBegins = false;
                    note(packet, next.lastOfPart());
                    return true;
                }
                continue;
            }
            if (ended != null) {
                end(ended);
                return false;
            }
            if (packets == 0 && dicom() == null) {
                lookAtPart(0);
            }
            int code = nextStored(packet);
            if (code < 0) {
                ended = code;
                line.end();
            } else if (looking || place(packet)) {
                begins = false;
                note(packet, false);
                return true;
            }
        }
    }

    private int nextStored(AVPacket packet) throws IOException {
        if (packets == 0 && !looking && storesTimes()) {
            leading.begin(this::readStored, durationTicks(0));
        }
        return looking ? readStored(packet) : leading.read(this::readStored, packet);
    }

    /** As {@link TimeLine#place}; false also for a packet that is not the video's. */
    private boolean place(AVPacket packet) throws IOException {
        if (line.jumps(packet) && dicom() == null && packet.pos() >= 0) {
            lookAtPart(packet.pos());
        }
        if (foreign) {
            packet.flags(packet.flags() | FOREIGN);
        }
        return line.place(packet) && isOwn(packet);
    }

    /**
     * Finds out whether the part that begins at a byte can be read as the video is.
     *
     * @param at 0 for the first part
     */
    private void lookAtPart(long at) throws IOException {
        if (looks++ >= MOST_LOOKS) {
            return;
        }
        JoinedPart part = new JoinedPart(file, format, stream, codec, guard);
        watch.begin();
        String kind;
        try {
            kind = at == 0 ? part.atBeginning() : part.between(byteBefore, at);
        } finally {
            watch.end();
        }
        foreign = !kind.isEmpty();
        if (foreign) {
            noteDamage(
                    "another recording",
                    String.format(
                            Locale.ROOT,
                            "the recording joined at %s (byte %d) is %s, and is not read%s;"
                                    + " extract it from a file of its own",
                            lastPosition(),
                            at,
                            kind,
                            containerName().equals("mpegts")
                                    ? ", nor may be the picture before it"
                                    : ""),
                    lastEndTicks,
                    at);
        }
    }

    /** False for a packet of a part that is not read; it is counted and freed. */
    private boolean isOwn(AVPacket packet) {
        if ((packet.flags() & FOREIGN) == 0) {
            return true;
        }
        foreignPackets++;
        av_packet_unref(packet);
        return false;
    }

    /** Whether the packet read last is the first of another part. */
    public boolean partBegins() {
        return begins;
    }

    /** Reads the next packet as the container has it. */
    private int readStored(AVPacket packet) throws IOException {
        while (true) {
            watch.begin();
            int code = av_read_frame(format, packet);
            watch.end();
            if (code < 0) {
                return code;
            }
            guard.signOfLife();
            if (packet.stream_index() == stream.index() && isComment(packet)) {
                av_packet_unref(packet);
                continue;
            }
            if (packet.stream_index() == stream.index()) {
                IvfJoin.Found found = IvfJoin.look(file, format, packet);
                if (found != IvfJoin.Found.PICTURE) {
                    otherIvf = found == IvfJoin.Found.OTHER ? packet.pos() : -1;
                    av_packet_unref(packet);
                    if (otherIvf >= 0) {
                        return AVERROR_EOF;
                    }
                    continue;
                }
                byteBefore = lastByte;
                if (packet.pos() >= 0) {
                    lastByte = packet.pos() + packet.size();
                }
                others.own(packet.pos());
                packets++;
                return 0;
            }
            others.other(format, packet);
            av_packet_unref(packet);
        }
    }

    /** Theora has comments before the pictures of each part, which its decoder calls an error. */
    private boolean isComment(AVPacket packet) {
        return codec.codec_id() == AV_CODEC_ID_THEORA
                && packet.size() > 0
                && packet.data().get() == (byte) 0x81;
    }

    /**
     * Notes how far the video has been read, and damage.
     *
     * @param lastOfPart whether another recording follows, at which packets look cut off that are
     *     not
     */
    private void note(AVPacket packet, boolean lastOfPart) {
        if (!lastOfPart && (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0) {
            noteDamage(
                    "cut off",
                    "the packet at " + position(packet) + " is cut off or damaged",
                    packet.pts() == AV_NOPTS_VALUE ? lastEndTicks : packet.pts(),
                    packet.pos());
        }
        // A container that tells decoding times alone still tells how far it was read.
        long ticks = packet.pts() == AV_NOPTS_VALUE ? packet.dts() : packet.pts();
        if (ticks != AV_NOPTS_VALUE) {
            lastEndTicks = Math.max(lastEndTicks, ticks + packet.duration());
        }
    }

    /**
     * Goes to the key frame before a place, for a look at the video; what is read after that tells
     * nothing of damage and has the container's own times. Without a known length it stays where it
     * is.
     *
     * @param place from 0, the beginning, to 1, the end
     * @return false if the container cannot do it
     */
    public boolean seek(double place) {
        looking = true;
        ended = null;
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
        if (endNoted) {
            return;
        }
        endNoted = true;
        if (guard.stalled()) {
            throw new StalledException(watch.limit());
        }
        watch.cancellation().check();
        if (dicom() != null && !dicom().damage().isEmpty()) {
            noteDamage(
                    "dicom",
                    "reading ended at " + lastPosition() + ": " + dicom().damage(),
                    lastEndTicks,
                    dicom().parts().size());
        }
        if (code != AVERROR_EOF) {
            noteDamage(
                    "reading",
                    "reading ended at " + lastPosition() + ": " + Ffmpeg.message(code),
                    lastEndTicks,
                    format.pb() == null ? -1 : avio_tell(format.pb()));
            return;
        }
        noteAppended();
        noteParts();
        noteMissing();
        if (dicom() != null && packets < dicom().frames()) {
            noteEnd(
                    "dicom frames",
                    "its DICOM header says %d frames, %d are there",
                    dicom().frames(),
                    packets);
        }
    }

    /** Notes what the index or the header promises beyond the end. */
    private void noteMissing() throws IOException {
        int indexed = avformat_index_get_entries_count(stream);
        boolean wholeIndex = format.iformat().name().getString().startsWith("mov");
        if (wholeIndex && indexed > packets) {
            noteEnd("index", "its index lists %d frames, %d are there", indexed, packets);
        } else if (!wholeIndex && claimsMore()) {
            noteEnd("length", "its header says %.1f s", duration());
        } else if (dicom() == null) {
            noteSize();
        }
    }

    /** Notes that the video ends too early, and what tells it. */
    private void noteEnd(String kind, String what, Object... values) {
        noteDamage(
                kind,
                "ends at " + lastPosition() + ": " + String.format(Locale.ROOT, what, values),
                lastEndTicks,
                -1);
    }

    /** Whether the file is shorter than it says. */
    private void noteSize() throws IOException {
        watch.begin();
        long stated;
        long size;
        try {
            stated = StatedSize.of(file, containerName());
            size = Files.size(file);
        } finally {
            watch.end();
        }
        if (stated > size) {
            noteDamage(
                    "size",
                    String.format(
                            Locale.ROOT,
                            "ends at %s: its header says %d bytes, %d are there",
                            lastPosition(),
                            stated,
                            size),
                    lastEndTicks,
                    size);
        }
    }

    /** What of the recording lies where it is not read. */
    private void noteParts() {
        if (foreignPackets > 0) {
            noteDamage(
                    "packets not read",
                    Words.counted(foreignPackets, "packet")
                            + " of joined recordings "
                            + (foreignPackets == 1 ? "is" : "are")
                            + " not read",
                    lastEndTicks,
                    -1);
        }
        others.report(
                format,
                (what, at, begins) ->
                        noteDamage(
                                "another stream",
                                what,
                                begins ? Long.MIN_VALUE : lastEndTicks,
                                at));
    }

    private void noteAppended() throws IOException {
        watch.begin();
        AppendedFile.Found found;
        try {
            found = source.appended(containerName(), lastByte);
        } finally {
            watch.end();
        }
        if (found == null && otherIvf >= 0) {
            found = new AppendedFile.Found(otherIvf, "ivf");
        }
        if (found != null) {
            noteDamage(
                    "appended",
                    "ends at "
                            + lastPosition()
                            + ": another "
                            + found.kind()
                            + " file follows at byte "
                            + source.inFile(found.at())
                            + " and is not read; extract it from a file of its own",
                    lastEndTicks,
                    found.at());
        }
    }

    /** Only where nothing but this video can account for the length in the container's header. */
    private boolean claimsMore() {
        if (format.nb_streams() != 1
                || line.joinCount() > 0
                || format.duration() == AV_NOPTS_VALUE
                || format.duration_estimation_method() == AVFMT_DURATION_FROM_BITRATE
                || lastEndTicks == Long.MIN_VALUE) {
            return false;
        }
        double claimed = duration();
        return claimed - seconds(lastEndTicks) > 1 + 0.01 * claimed;
    }

    private String position(AVPacket packet) {
        String time =
                packet.pts() == AV_NOPTS_VALUE
                        ? lastPosition()
                        : String.format(Locale.ROOT, "%.3f s", seconds(packet.pts()));
        return packet.pos() < 0 ? time : time + " (byte " + source.inFile(packet.pos()) + ")";
    }

    private String lastPosition() {
        if (lastEndTicks == Long.MIN_VALUE) {
            // A bare stream has no times, but its pictures can be counted.
            return packets == 0 ? "0 s" : "picture " + packets;
        }
        return String.format(Locale.ROOT, "%.3f s", seconds(lastEndTicks));
    }

    /**
     * Remembers a sign of damage.
     *
     * @param kind what it has in common with others
     * @param what it is, in words, with its place
     * @param ticks presentation time of it; {@link Long#MIN_VALUE} for the beginning
     * @param at byte of the file; negative if unknown
     */
    public void noteDamage(String kind, String what, long ticks, long at) {
        double time = ticks == Long.MIN_VALUE ? 0 : seconds(ticks);
        damage.note(
                kind,
                what,
                String.format(Locale.ROOT, "%.3f s", time)
                        + (at < 0 ? "" : ", byte " + source.inFile(at)));
    }

    /** Remembers what a decoder has logged. */
    public void noteErrors(ErrorLog log) {
        errors += log.count();
        firstError = firstError == null ? log.first() : firstError;
    }

    /** How many errors the decoders have logged that they may have made up for. */
    public long errors() {
        return errors;
    }

    /** The first of them in FFmpeg's words; null if there is none. */
    public String firstError() {
        return firstError;
    }

    /** Remembers what the beginning lacks, which is told beside the first sign of damage. */
    public void noteBeginning(String what) {
        beginning = what;
    }

    /** What is wrong with the file, or null if nothing has been found so far. */
    public String damage() {
        if (damage.isEmpty()) {
            return beginning;
        }
        return beginning == null ? damage.words() : beginning + "; " + damage.words();
    }

    /** Time and, where known, byte of the damage; empty if there is none. */
    public String damagePosition() {
        return beginning != null && damage.isEmpty() ? "0.000 s" : damage.position();
    }

    /** The signs of damage so far, by kinds. */
    public DamageLog signs() {
        return damage;
    }

    /** Video streams without cover pictures, also those that begin later; one of them is read. */
    public int videoStreams() {
        int count = 0;
        for (int i = 0; i < format.nb_streams(); i++) {
            if (OtherStreams.isVideo(format.streams(i))) {
                count++;
            }
        }
        return count;
    }

    /** Times of pictures at the beginning that have none. */
    public LeadingTimes leading() {
        return leading;
    }

    /** Where the time stamps start again and what was done about it. */
    public TimeLine line() {
        return line;
    }

    Path file() {
        return file;
    }

    /** The DICOM file that holds the video; null if it is not in one. */
    public DicomVideo dicom() {
        return source.dicom();
    }

    /** Packets of the video so far: frames, or fields where these are apart. */
    public long packets() {
        return packets;
    }

    /** Whether the container has times; a stream as such has none. */
    public boolean storesTimes() {
        return (format.iformat().flags() & AVFMT_NOTIMESTAMPS) == 0;
    }

    /** Whether a list beside the stream says when each frame is shown. */
    public boolean listsTimes() {
        return !storesTimes() && dicom() != null && dicom().frameMicros(0) >= 0;
    }

    /** By that list, the tick of a frame, by its number in the order in which they are shown. */
    public long listedTick(long number) {
        double seconds = dicom().frameMicros(number) * 1e-6;
        return startTicks + Math.round(seconds / timeBase.toDouble());
    }

    /** Whether it has been read to its end. */
    public boolean readToEnd() {
        return ended != null;
    }

    public AVCodecParameters codec() {
        return codec;
    }

    public AVStream stream() {
        return stream;
    }

    public Rational timeBase() {
        return timeBase;
    }

    /** The stream's tick at time zero. */
    public long start() {
        return startTicks;
    }

    /** How far the video has been read, seconds since the container's start. */
    public double secondsRead() {
        return lastEndTicks == Long.MIN_VALUE ? 0 : seconds(lastEndTicks);
    }

    /** Presentation time since the container's start, seconds. */
    public double seconds(long ticks) {
        return (double) (ticks - startTicks) * timeBase.num() / timeBase.den();
    }

    /** Length as the container says it, seconds; NaN if it does not. */
    public double duration() {
        if (format.duration() == AV_NOPTS_VALUE) {
            return Double.NaN;
        }
        double said = (double) format.duration() / AV_TIME_BASE;
        double from = timeBase.times(new Rational(startTicks, 1)).toDouble();
        boolean isEnd = LENGTH_FROM_ZERO.contains(containerName()) && from > 0 && said > from;
        return isEnd ? said - from : said;
    }

    public String codecName() {
        return avcodec_get_name(codec().codec_id()).getString();
    }

    public String containerName() {
        return format.iformat().name().getString();
    }

    /** Whether the codec may show frames in another order than that of their packets. */
    public boolean reorders() {
        AVCodecDescriptor descriptor = avcodec_descriptor_get(codec().codec_id());
        return descriptor == null || (descriptor.props() & AV_CODEC_PROP_REORDER) != 0;
    }

    /** Whether its decoder makes pictures of other ones, be it only of what it cannot decode. */
    public boolean predicts() {
        int id = codec().codec_id();
        AVCodecDescriptor descriptor = avcodec_descriptor_get(id);
        return id == AV_CODEC_ID_FFV1
                || descriptor == null
                || (descriptor.props() & AV_CODEC_PROP_INTRA_ONLY) == 0;
    }

    /** A packet's or frame's duration in ticks, from the frame rate where it has none. */
    public long durationTicks(long given) {
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
    public Rational averageRate() {
        AVRational rate = stream.avg_frame_rate();
        return rate.num() <= 0 || rate.den() <= 0
                ? Rational.ONE.dividedBy(timeBase)
                : Ffmpeg.rational(rate);
    }

    /** Frame rate as the container says it; zero if it does not. */
    public Rational frameRate() {
        AVRational rate = av_guess_frame_rate(format, stream, null);
        return rate.num() <= 0 || rate.den() <= 0 ? Rational.ZERO : Ffmpeg.rational(rate);
    }

    /** The display matrix (ISO 14496-12) of nine numbers; null if the container has none. */
    public int[] displayMatrix() {
        AVPacketSideData data =
                av_packet_side_data_get(
                        codec().coded_side_data(),
                        codec().nb_coded_side_data(),
                        AV_PKT_DATA_DISPLAYMATRIX);
        if (data == null || data.isNull() || data.size() < 36) {
            return null;
        }
        int[] matrix = new int[9];
        new IntPointer(data.data()).get(matrix);
        return matrix;
    }

    /** Width of a stored pixel over its height; one where the file does not say. */
    public Rational pixelAspect(org.bytedeco.ffmpeg.avutil.AVFrame frame) {
        AVRational aspect = av_guess_sample_aspect_ratio(format, stream, frame);
        return aspect.num() <= 0 || aspect.den() <= 0 ? Rational.ONE : Ffmpeg.rational(aspect);
    }

    @Override
    public void close() {
        watch.begin();
        avformat_close_input(format);
        source.close();
        watch.end();
        avcodec_parameters_free(codec);
        leading.close();
        line.close();
        guard.close();
    }
}
