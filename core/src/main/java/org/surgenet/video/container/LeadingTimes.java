package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.AV_NOPTS_VALUE;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.surgenet.video.ffmpeg.Ffmpeg;

/**
 * Times for the pictures at the beginning of a video that have none in a container that has times:
 * Matroska cannot tell those before zero, which a copy of a part of a video begins with. They are
 * shown one after another up to the first picture with a time, so theirs lie before it, and may be
 * below zero. A player shows them in the same order; one that wants times leaves them out.
 *
 * <p>The packets up to there are held back; beyond {@value #MOST} the beginning goes without.
 */
public final class LeadingTimes implements AutoCloseable {
    private static final int MOST = 1024;

    /** Packets behind the first that has a time among which those shown before it may be. */
    private static final int REORDER = 17;

    private final Deque<AVPacket> held = new ArrayDeque<>();
    private long without;
    private long first = AV_NOPTS_VALUE;
    private long frameTicks;
    private Integer end;

    /** Where packets come from. */
    interface Source {
        /**
         * @return FFmpeg's code: negative at the end
         */
        int read(AVPacket packet) throws IOException;
    }

    /**
     * Reads the beginning.
     *
     * @param defaultTicks length of a picture whose packet does not say it
     */
    void begin(Source source, long defaultTicks) throws IOException {
        int behind = 0;
        while (end == null && behind < REORDER && held.size() < MOST) {
            AVPacket packet = Ffmpeg.notNull(av_packet_alloc(), "packet");
            int code = source.read(packet);
            if (code < 0) {
                av_packet_free(packet);
                end = code;
                break;
            }
            held.add(packet);
            boolean timeless = packet.pts() == AV_NOPTS_VALUE && packet.dts() == AV_NOPTS_VALUE;
            if (held.size() == 1) {
                frameTicks = packet.duration() > 0 ? packet.duration() : defaultTicks;
                if (!timeless) {
                    return;
                }
            }
            without += packet.pts() == AV_NOPTS_VALUE ? 1 : 0;
            if (packet.pts() != AV_NOPTS_VALUE) {
                first = first == AV_NOPTS_VALUE ? packet.pts() : Math.min(first, packet.pts());
            }
            behind += first == AV_NOPTS_VALUE ? 0 : 1;
        }
    }

    /** The next packet, from those held back first. */
    int read(Source source, AVPacket packet) throws IOException {
        AVPacket next = held.poll();
        if (next != null) {
            av_packet_move_ref(packet, next);
            av_packet_free(next);
            return 0;
        }
        return end == null ? source.read(packet) : end;
    }

    /**
     * The time of a picture without one.
     *
     * @param number of those without, from 0, in the order in which they are shown
     * @return {@link org.bytedeco.ffmpeg.global.avutil#AV_NOPTS_VALUE} if it is none of the first
     */
    public long time(long number) {
        return number >= without || first == AV_NOPTS_VALUE
                ? AV_NOPTS_VALUE
                : first - (without - number) * frameTicks;
    }

    @Override
    public void close() {
        held.forEach(packet -> av_packet_free(packet));
        held.clear();
    }
}
