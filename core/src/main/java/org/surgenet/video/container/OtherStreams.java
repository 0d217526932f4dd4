package org.surgenet.video.container;

import static org.bytedeco.ffmpeg.global.avcodec.avcodec_get_name;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.surgenet.common.Words;

/**
 * The packets of other video streams, to see whether one of them has a part of the recording to
 * itself: where recordings are joined, the video may go on under another number. Streams that run
 * side by side have packets between each other's. It is the places in the file that count, since
 * the last packet of a stream may come at the end alone.
 */
final class OtherStreams {
    private final Map<Integer, Run> runs = new TreeMap<>();
    private long ownFirst = -1;
    private long ownLast = -1;

    /** The packets of one stream. */
    private static final class Run {
        final long first;
        long last;
        long count;
        boolean sideBySide;

        Run(long first) {
            this.first = first;
        }
    }

    /** What is told of a stream that has a part to itself. */
    interface Report {
        /**
         * @param what in words
         * @param at byte of its first packet
         * @param begins whether it comes before the stream that is read
         */
        void found(String what, long at, boolean begins);
    }

    /** Notes a packet of the stream that is read, by its place in the file. */
    void own(long at) {
        if (at < 0) {
            return;
        }
        ownFirst = ownFirst < 0 ? at : ownFirst;
        ownLast = Math.max(ownLast, at);
        for (Run run : runs.values()) {
            run.sideBySide |= at > run.first && at < run.last;
        }
    }

    /** Notes a packet of another stream. */
    void other(AVFormatContext format, AVPacket packet) {
        if (packet.pos() < 0 || !isVideo(format.streams(packet.stream_index()))) {
            return;
        }
        Run run = runs.computeIfAbsent(packet.stream_index(), i -> new Run(packet.pos()));
        run.count++;
        run.last = Math.max(run.last, packet.pos());
        run.sideBySide |= ownLast > run.first && ownLast < run.last;
    }

    static boolean isVideo(AVStream stream) {
        return stream.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO
                && (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) == 0;
    }

    /** Tells of the streams that have none of the packets of the one that is read among theirs. */
    void report(AVFormatContext format, Report report) {
        runs.forEach(
                (index, run) -> {
                    if (!run.sideBySide) {
                        boolean begins = run.first < ownFirst;
                        report.found(words(format.streams(index), run, begins), run.first, begins);
                    }
                });
    }

    private static String words(AVStream stream, Run run, boolean begins) {
        return (begins ? "the recording begins" : "the recording goes on")
                + " in another video stream ("
                + avcodec_get_name(stream.codecpar().codec_id()).getString()
                + ", number 0x"
                + Integer.toHexString(stream.id())
                + ", from byte "
                + run.first
                + "), of which "
                + Words.counted(run.count, "picture")
                + (run.count == 1 ? " is" : " are")
                + " not read; take it out into a file of its own to extract it";
    }
}
