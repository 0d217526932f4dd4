package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import org.bytedeco.ffmpeg.avcodec.AVPacket;

/**
 * One continuous time line for a video whose time stamps start again on the way: joined recordings
 * (VOB files, chunks of a recorder), a reset of the recorder's clock, a transport stream after a
 * loss of signal. Packets go through it in the order of the file and come out with times on the
 * line; a container whose time stamps never jump comes out as it went in.
 *
 * <p>A new part begins at a packet whose time cannot belong to the part before:
 *
 * <ul>
 *   <li>its decoding time is more than 0.1 s before that of the packet before it, in containers
 *       that store decoding times (ffmpeg's rule for formats with discontinuities); or
 *   <li>its presentation time is more than 0.1 s before those of more packets than the codec can
 *       reorder. That is no matter of seconds, so a long pause with bidirectional frames around it
 *       is no jump; or
 *   <li>its times are more than 10 s after the end of all packets before it, in formats whose clock
 *       may jump (transport and program streams, Ogg; ffmpeg's rule and threshold). Elsewhere (MP4,
 *       Matroska, AVI, ...) a gap is a pause of the recording and stays.
 * </ul>
 *
 * Times of streams with a clock of few bits (33 in MPEG, where 2^33 ticks are 26.5 h) are compared
 * modulo the clock's range: an overflow is no jump, and a jump back by an hour is not taken for one
 * forward by 25.5 h.
 *
 * <p>The first frame shown of a new part takes its place where the last of the part before ends;
 * for that up to {@value #LOOK_AHEAD} packets are held back. Times are in the stream's ticks.
 */
public final class TimeLine implements AutoCloseable {
    /** Packets of a new part among which its first frame in the order of presentation is. */
    private static final int LOOK_AHEAD = 33;

    /**
     * Packets before a join that look cut off: the reader of transport streams finds a counter out
     * of step at the next part, and tells it of the packet that its parser gives out by then.
     */
    private static final int SUSPECT = 2;

    /** Packets that are held back until one that is shown tells what they are. */
    private static final int MOST_HIDDEN = 1024;

    /** Jumps described one by one; a damaged transport stream may have any number. */
    private static final int DESCRIBED = 100;

    private static final long NONE = AV_NOPTS_VALUE;

    private final Stream stream;
    private final long back;
    private final long forward;
    private final Deque<Placed> ready = new ArrayDeque<>();
    private final List<AVPacket> gathered = new ArrayList<>();
    private final List<AVPacket> hidden = new ArrayList<>();
    private final List<Join> joins = new ArrayList<>();
    private Part part = new Part();
    private long offset;
    private long partStart;
    private long joinCount;
    private long corrected;
    private long estimated;
    private boolean begins;
    private boolean ended;

    /** Whether the packet before the next one is not to be shown. */
    private boolean afterHidden;

    /**
     * What must be known of a stream.
     *
     * @param secondTicks ticks of one second
     * @param frameTicks length of a frame, for packets that do not say it
     * @param wrapBits width of the container's clock; 60 and more for one that does not overflow
     * @param decodingTimes whether the container stores decoding times
     * @param clockMayJump whether its clock may jump forward
     * @param depth how many packets of the codec may precede one that is shown before them
     */
    record Stream(
            double secondTicks,
            long frameTicks,
            int wrapBits,
            boolean decodingTimes,
            boolean clockMayJump,
            int depth) {}

    /**
     * Where a part begins.
     *
     * @param at tick on the line
     * @param jump ticks by which the container's time differs from the line's continuation
     */
    public record Join(long at, long jump) {}

    /**
     * A packet with its place.
     *
     * @param lastOfPart whether it is one of the last {@value #SUSPECT} before another part
     * @param firstOfPart whether it is the first of another part
     */
    record Placed(AVPacket packet, boolean lastOfPart, boolean firstOfPart) {}

    /** What is known of the part that is being read, in the container's ticks without overflow. */
    private final class Part {
        private final PriorityQueue<Long> latest = new PriorityQueue<>();
        private long packets;
        private long firstDts = NONE;
        private long firstShown = NONE;
        private long lastDts = NONE;
        private long nextDts = NONE;
        private long end = NONE;
        private boolean lastTimesEqual;
        private boolean timesMissing;
        private boolean wentBack;

        /**
         * True if a packet with these times cannot belong to this part.
         *
         * @param afterHidden whether packets that are not to be shown came before it: where an edit
         *     ends and the next one begins, decoding times do not go on, presentation times do
         */
        boolean jumpsTo(long pts, long dts, boolean afterHidden) {
            if (packets == 0) {
                return false;
            }
            boolean comparable = dts != NONE && lastDts != NONE && !(afterHidden && pts != NONE);
            if (stream.decodingTimes() && comparable && dts + back < lastDts) {
                // Writers that know no decoding times put presentation times in their place.
                // In those of B-pictures, they go back soon after the beginning as well.
                boolean reorders = wentBack || packets <= stream.depth();
                boolean doubtful = reorders && stream.depth() > 0 && dts == pts && lastTimesEqual;
                if (!doubtful) {
                    return true;
                }
            }
            if (pts != NONE && latest.size() > stream.depth() && pts + back < latest.peek()) {
                return true;
            }
            if (!stream.clockMayJump()) {
                return false;
            }
            // Frames before and after a pause that depend on each other are of one recording.
            boolean ahead = pts != NONE && pts > end + forward;
            return comparable ? dts > nextDts + forward && (pts == NONE || ahead) : ahead;
        }

        void add(long pts, long dts, long duration) {
            if (dts != NONE) {
                wentBack |= lastDts != NONE && dts < lastDts;
                firstDts = firstDts == NONE ? dts : firstDts;
                lastDts = dts;
                nextDts = dts + duration;
            }
            if (pts == NONE) {
                timesMissing = true;
                end = dts == NONE ? end : later(end, dts + duration);
            } else {
                if (packets < LOOK_AHEAD) {
                    firstShown = firstShown == NONE ? pts : Math.min(firstShown, pts);
                }
                end = later(end, pts + duration);
                latest.add(pts);
                if (latest.size() > stream.depth() + 1) {
                    latest.poll();
                }
            }
            lastTimesEqual = pts == dts;
            packets++;
        }

        /** When its first frame is shown; {@link #NONE} if nothing has a time. */
        long start() {
            return firstShown == NONE ? firstDts : firstShown;
        }

        /** When its last frame has been shown. */
        long end() {
            if (timesMissing && nextDts != NONE && firstDts != NONE && firstShown != NONE) {
                // As much later than decoding as at the beginning.
                return later(end, nextDts + firstShown - firstDts);
            }
            return end;
        }

        /** The latest time, which others are compared with across an overflow of the clock. */
        long reference() {
            return lastDts == NONE ? end : lastDts;
        }
    }

    TimeLine(Stream stream) {
        this.stream = stream;
        this.back = Math.round(0.1 * stream.secondTicks());
        this.forward = Math.round(10 * stream.secondTicks());
    }

    /** {@link #NONE} is smaller than every time. */
    private static long later(long a, long b) {
        return Math.max(a, b);
    }

    /** What tells how many packets of a codec may precede one that is shown before them. */
    static int depth(int codec, boolean reorders, boolean fieldsApart) {
        if (!reorders) {
            return 0;
        }
        return switch (codec) {
            // One reference is held back while the frames before it come.
            case AV_CODEC_ID_MPEG1VIDEO,
                    AV_CODEC_ID_MPEG2VIDEO,
                    AV_CODEC_ID_MPEG4,
                    AV_CODEC_ID_VC1,
                    AV_CODEC_ID_WMV3 ->
                    2;
            default -> fieldsApart ? 32 : 16;
        };
    }

    /** Whether a packet, the next one to be given a place, cannot belong to the present part. */
    boolean jumps(AVPacket packet) {
        unwrap(packet);
        return jumpsNow(packet);
    }

    private boolean jumpsNow(AVPacket packet) {
        return part.jumpsTo(packet.pts(), packet.dts(), afterHidden);
    }

    private static boolean isHidden(AVPacket packet) {
        return (packet.flags() & AV_PKT_FLAG_DISCARD) != 0;
    }

    /**
     * Gives a packet its times on the line.
     *
     * @return false if the packet has been taken over, since it or others must wait for later ones;
     *     it then comes from {@link #poll}
     */
    boolean place(AVPacket packet) {
        unwrap(packet);
        boolean jumps = jumpsNow(packet);
        if (jumps && isHidden(packet) && hidden.size() < MOST_HIDDEN) {
            afterHidden = true;
            hidden.add(own(packet));
            return false;
        }
        if (!hidden.isEmpty()) {
            settleHidden(jumps);
        }
        if (gathered.isEmpty() && !jumpsNow(packet)) {
            note(packet);
            if (ready.isEmpty() && !isSuspect(packet)) {
                shift(packet);
                return true;
            }
            release(own(packet));
            return false;
        }
        if (jumpsNow(packet)) {
            settle();
            begin();
        }
        note(packet);
        gathered.add(own(packet));
        if (gathered.size() >= LOOK_AHEAD) {
            settle();
        }
        return false;
    }

    /**
     * Decides on packets that go back and that the container says not to show. With an edit list
     * they are what must be decoded before the next one that is shown, whose time goes on. Where a
     * fragmented MP4 starts again, its reader hides what it takes for a repetition.
     */
    private void settleHidden(boolean startsAgain) {
        if (startsAgain) {
            settle();
            begin();
        }
        for (AVPacket packet : hidden) {
            if (startsAgain) {
                packet.flags(packet.flags() & ~AV_PKT_FLAG_DISCARD);
                note(packet);
                gathered.add(packet);
            } else if (gathered.isEmpty()) {
                release(packet);
            } else {
                gathered.add(packet);
            }
        }
        hidden.clear();
        if (gathered.size() >= LOOK_AHEAD) {
            settle();
        }
    }

    private static AVPacket own(AVPacket packet) {
        AVPacket own = av_packet_alloc();
        av_packet_move_ref(own, packet);
        return own;
    }

    private void unwrap(AVPacket packet) {
        if (stream.wrapBits() >= 60) {
            return;
        }
        long reference = part.reference();
        if (packet.dts() != NONE) {
            packet.dts(nearest(packet.dts(), reference));
            reference = packet.dts();
        }
        if (packet.pts() != NONE) {
            packet.pts(nearest(packet.pts(), reference));
        }
    }

    /**
     * The time that differs from {@code value} by whole ranges of the clock, nearest to another.
     */
    private long nearest(long value, long reference) {
        if (reference == NONE) {
            return value;
        }
        long range = 1L << stream.wrapBits();
        return reference + Math.floorMod(value - reference + range / 2, range) - range / 2;
    }

    /** Takes a packet's times for the part's; those of one that is not shown say nothing of it. */
    private void note(AVPacket packet) {
        afterHidden = isHidden(packet);
        if (afterHidden && part.packets > 0) {
            return;
        }
        long duration = packet.duration() > 0 ? packet.duration() : stream.frameTicks();
        part.add(packet.pts(), packet.dts(), duration);
    }

    private void begin() {
        // What was called damage of the last packets may be the join alone.
        List<Placed> last = new ArrayList<>();
        for (int i = 0; i < SUSPECT && !ready.isEmpty(); i++) {
            Placed placed = ready.removeLast();
            last.add(0, new Placed(placed.packet(), true, placed.firstOfPart()));
        }
        ready.addAll(last);
        partStart = part.end() == NONE ? NONE : part.end() + offset;
        begins = true;
        part = new Part();
    }

    /** The beginning of the new part is known: its packets get their places. */
    private void settle() {
        if (gathered.isEmpty()) {
            return;
        }
        if (part.start() != NONE && partStart != NONE) {
            long before = offset;
            offset = partStart - part.start();
            if (joins.size() < DESCRIBED) {
                joins.add(new Join(partStart, before - offset));
            }
            joinCount++;
        }
        gathered.forEach(this::release);
        gathered.clear();
    }

    private void release(AVPacket packet) {
        shift(packet);
        ready.add(new Placed(packet, false, begins));
        begins = false;
    }

    private void shift(AVPacket packet) {
        if (packet.pts() != NONE) {
            packet.pts(packet.pts() + offset);
        }
        if (packet.dts() != NONE) {
            packet.dts(packet.dts() + offset);
        }
    }

    /** No packet comes any more. */
    void end() {
        if (!hidden.isEmpty()) {
            settleHidden(true);
        }
        settle();
        ended = true;
    }

    /** Whether the container calls it cut off or damaged. */
    private static boolean isSuspect(AVPacket packet) {
        return (packet.flags() & AV_PKT_FLAG_CORRUPT) != 0;
    }

    /** The next packet that has its place, to be freed by the caller; null if there is none yet. */
    Placed poll() {
        Placed next = ready.peek();
        boolean wait =
                next != null
                        && !ended
                        && !next.lastOfPart()
                        && isSuspect(next.packet())
                        && ready.size() <= SUSPECT;
        return wait ? null : ready.poll();
    }

    /** Where parts begin, but for the first; not more than {@value #DESCRIBED} of them. */
    public List<Join> joins() {
        return List.copyOf(joins);
    }

    /**
     * A frame's time that went back, or far ahead of the next, has been replaced by a fitting one.
     */
    public void noteCorrected() {
        corrected++;
    }

    /** A frame has no time in the container, and one by those around it or by the frame rate. */
    public void noteEstimated() {
        estimated++;
    }

    /** How many frames have a time that the container does not say. */
    public long estimated() {
        return estimated;
    }

    /** How many frames have another time than the container says, beside the joins. */
    public long corrected() {
        return corrected;
    }

    /** How many parts follow the first. */
    public long joinCount() {
        return joinCount;
    }

    @Override
    public void close() {
        ready.forEach(placed -> av_packet_free(placed.packet()));
        ready.clear();
        gathered.forEach(packet -> av_packet_free(packet));
        gathered.clear();
        hidden.forEach(packet -> av_packet_free(packet));
        hidden.clear();
    }
}
