package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avutil.av_image_copy_to_buffer;
import static org.bytedeco.ffmpeg.global.avutil.av_image_get_buffer_size;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.javacpp.BytePointer;
import org.surgenet.common.CounterRandom;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.ffmpeg.FfmpegException;

/**
 * Which of a video's groups of pictures are decoded a second time, in full, and compared before
 * their frames are kept: the first that leaves something out, the beginning of the first that has a
 * group before it, and from then on one in so many, at a random place among them. What is chosen
 * depends on the video and the share alone, so that it is the same with any number of decoders. One
 * object for each video.
 */
public final class SelfCheck {
    /** How much of a group is compared. */
    enum Extent {
        NOTHING,
        /** One wanted frame, to see that the group begins where decoding may begin. */
        BEGINNING,
        /** All wanted frames. */
        EVERYTHING
    }

    private static final long SEED = 0x73656c66;

    private final double share;
    private final AtomicInteger checked = new AtomicInteger();
    private boolean contentsSeen;
    private boolean beginningSeen;
    private long video;
    private long index = -1;
    private long block = -1;
    private long place;
    private boolean due;

    /**
     * @param share of the groups that hold wanted frames, from 0, which checks nothing at all, to 1
     */
    public SelfCheck(double share) {
        this.share = share;
    }

    /**
     * Decides on a group; to be called for each that begins where decoding may begin, in the
     * video's order.
     */
    Extent choose(PacketGroup group) {
        if (share <= 0 || group.wanted == 0) {
            return Extent.NOTHING;
        }
        index++;
        if (index == 0) {
            AVPacket first = group.items.get(0).packet();
            CRC32C sum = new CRC32C();
            sum.update(new BytePointer(first.data()).capacity(first.size()).asByteBuffer());
            video = sum.getValue();
        }
        draw();
        boolean follows = group.previous() != null;
        boolean first = !contentsSeen && group.wanted < group.items.size();
        Extent extent = Extent.NOTHING;
        if (due || first) {
            extent = Extent.EVERYTHING;
            due = false;
        } else if (follows && !beginningSeen) {
            extent = Extent.BEGINNING;
        }
        if (extent != Extent.NOTHING) {
            checked.incrementAndGet();
            beginningSeen |= follows;
            contentsSeen |= first;
        }
        return extent;
    }

    /** The groups are cut into blocks of 1 / share, with one drawn in each. */
    private void draw() {
        long now = (long) Math.floor(index * share);
        if (now != block) {
            block = now;
            long size = Math.max(1, (long) Math.ceil((block + 1) / share) - index);
            int bound = (int) Math.min(Integer.MAX_VALUE, size);
            place = index + CounterRandom.of(SEED, video, block).nextInt(bound);
        }
        // The first block has the first group that leaves something out.
        due |= index == place && (block > 0 || share == 1);
    }

    /** How many groups were chosen so far. */
    public int checked() {
        return checked.get();
    }

    /**
     * A sum of 64 bits over a decoded frame's kind, size and all its pixels, before any scaling.
     */
    static long sum(AVFrame frame) throws FfmpegException {
        int format = frame.format();
        int width = frame.width();
        int height = frame.height();
        int size = Ffmpeg.check(av_image_get_buffer_size(format, width, height, 1), "a frame");
        CRC32C one = new CRC32C();
        CRC32 other = new CRC32();
        try (BytePointer pixels = new BytePointer((long) size)) {
            av_image_copy_to_buffer(
                    pixels, size, frame.data(), frame.linesize(), format, width, height, 1);
            ByteBuffer bytes = pixels.asByteBuffer();
            one.update(bytes);
            other.update(bytes.rewind());
        }
        ByteBuffer kind = ByteBuffer.allocate(12).putInt(format).putInt(width).putInt(height);
        one.update(kind.flip());
        other.update(kind.rewind());
        return one.getValue() << 32 | other.getValue();
    }
}
