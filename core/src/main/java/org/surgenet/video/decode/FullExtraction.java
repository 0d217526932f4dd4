package org.surgenet.video.decode;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Words;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.ffmpeg.Ffmpeg;
import org.surgenet.video.picture.ContentChange;
import org.surgenet.video.picture.Crop;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.picture.PictureRequest;
import org.surgenet.video.sampling.Candidate;
import org.surgenet.video.sampling.Sampler;

/**
 * Extraction by decoding every frame in order: for videos whose packets do not tell what is wanted,
 * and for damaged ones, of which it gives the frames that decode.
 */
public final class FullExtraction {
    private final VideoFile file;
    private final PictureRequest request;
    private final Crop crop;
    private final Sampler sampler;
    private final FrameSink store;
    private final Cancellation cancellation;
    private final ContentChange changes = new ContentChange();
    private AVFrame held;
    private long came;
    private long timeless;
    private long heldTicks;
    private long lastTicks = Long.MIN_VALUE;
    private long endTicks = Long.MIN_VALUE;

    /** A decoded frame, kept until the sampler has decided. */
    private final class FrameCandidate extends Candidate {
        private final AVFrame frame;
        private final DecodeWorker worker;

        FrameCandidate(AVFrame frame, long ticks, DecodeWorker worker) {
            super(ticks, (frame.flags() & AVFrame.AV_FRAME_FLAG_KEY) != 0);
            this.frame = frame;
            this.worker = worker;
        }

        @Override
        public void taken(long number) throws IOException {
            try {
                if (!store.has(number, ticks())) {
                    worker.store(frame, number, ticks(), store);
                }
            } finally {
                av_frame_free(frame);
            }
        }

        @Override
        public void left() {
            av_frame_free(frame);
        }

        @Override
        public double change() throws IOException {
            return changes.score(frame);
        }
    }

    public FullExtraction(
            VideoFile file,
            PictureRequest request,
            Crop crop,
            Sampler sampler,
            FrameSink store,
            Cancellation cancellation) {
        this.file = file;
        this.request = request;
        this.crop = crop;
        this.sampler = sampler;
        this.store = store;
        this.cancellation = cancellation;
    }

    public void run(GroupExtraction.ByteCount count) throws IOException {
        AVPacket packet = av_packet_alloc();
        try (DecodeWorker worker = new DecodeWorker(file, request, crop)) {
            boolean keySeen = false;
            long before = 0;
            boolean failed = false;
            // OpenCV ends a video at the first packet that it cannot decode.
            while (!sampler.finished() && !(failed && sampler.countsAll()) && file.read(packet)) {
                cancellation.check();
                count.read(packet.size());
                if (!keySeen && (packet.flags() & AV_PKT_FLAG_KEY) != 0) {
                    keySeen = true;
                    noteBeginning(before - came, packet);
                }
                before++;
                int code = worker.decoder.send(packet, false, frame -> sink(frame, worker));
                failed = code < 0;
                // What a decoder says of a beginning inside a group is told by noteBeginning.
                if (code < 0 && (keySeen || sampler.countsAll())) {
                    long end = end();
                    file.noteDamage(
                            "decoding: " + Ffmpeg.message(code),
                            String.format(
                                    Locale.ROOT,
                                    "decoding after %.3f s%s: %s",
                                    end == Long.MIN_VALUE ? 0 : file.seconds(end),
                                    packet.pos() < 0 ? "" : " (byte " + packet.pos() + ")",
                                    Ffmpeg.message(code)),
                            end,
                            packet.pos());
                }
                av_packet_unref(packet);
            }
            if (!(failed && sampler.countsAll())) {
                worker.decoder.send(null, false, frame -> sink(frame, worker));
            }
            offerHeld(worker, Long.MAX_VALUE);
            sampler.end(endTicks);
            file.noteErrors(worker.decoder.errors());
        } finally {
            av_frame_free(held);
            av_packet_free(packet);
            changes.close();
        }
    }

    /** What comes before the first key frame, if a decoder cannot make pictures of it. */
    private void noteBeginning(long lost, AVPacket key) {
        if (lost > 0) {
            file.noteBeginning(
                    String.format(
                            Locale.ROOT,
                            "begins inside a group of pictures: %s before its first key frame at"
                                    + " %.3f s cannot be decoded",
                            Words.counted(lost, "picture"),
                            key.pts() == AV_NOPTS_VALUE ? 0 : file.seconds(key.pts())));
        }
    }

    private void sink(AVFrame frame, DecodeWorker worker) throws IOException {
        came++;
        long ticks = frame.best_effort_timestamp();
        if (file.listsTimes()) {
            ticks = file.listedTick(came - 1);
        } else if (frame.pts() == AV_NOPTS_VALUE) {
            file.line().noteEstimated();
        }
        if (ticks == AV_NOPTS_VALUE) {
            ticks = file.leading().time(timeless++);
        }
        if (ticks == AV_NOPTS_VALUE) {
            long end = end();
            ticks = end == Long.MIN_VALUE ? file.start() : end;
        }
        if (Decoder.damaged(frame)) {
            file.noteDamage(
                    "damaged picture",
                    String.format(
                            Locale.ROOT, "the picture at %.3f s is damaged", file.seconds(ticks)),
                    ticks,
                    -1);
        }
        offerHeld(worker, ticks);
        held = Ffmpeg.notNull(av_frame_clone(frame), "frame");
        heldTicks = ticks;
    }

    /** The end of what was decoded so far; {@link Long#MIN_VALUE} before the first frame. */
    private long end() {
        return held == null ? endTicks : Math.max(endTicks, heldTicks + length(held));
    }

    /**
     * Offers the frame before the one with time {@code next}. Frames come out in the order in which
     * they are shown, so times must rise. One that is later than its successor's, which goes on
     * from its predecessor's, is wrong, as is one that is earlier than its predecessor's.
     */
    private void offerHeld(DecodeWorker worker, long next) throws IOException {
        if (held == null) {
            return;
        }
        long ticks = heldTicks;
        if (next < ticks && next >= lastTicks) {
            ticks = lastTicks == Long.MIN_VALUE ? next : Math.min(next, lastTicks + length(held));
        }
        ticks = Math.max(ticks, lastTicks);
        if (ticks != heldTicks) {
            file.line().noteCorrected();
        }
        lastTicks = ticks;
        endTicks = Math.max(endTicks, ticks + length(held));
        FrameCandidate candidate = new FrameCandidate(held, ticks, worker);
        held = null;
        sampler.offer(candidate);
    }

    private long length(AVFrame frame) {
        return file.durationTicks(frame.duration());
    }
}
