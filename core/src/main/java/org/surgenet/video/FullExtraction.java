package org.surgenet.video;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.io.IOException;
import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.surgenet.common.Cancellation;

/**
 * Extraction by decoding every frame in order: for videos whose packets do not tell what is wanted,
 * and for damaged ones, of which it gives the frames that decode.
 */
final class FullExtraction {
    private final VideoFile file;
    private final PictureRequest request;
    private final Crop crop;
    private final Sampler sampler;
    private final FrameSink store;
    private final Cancellation cancellation;
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
        void taken(long number) throws IOException {
            try {
                if (!store.has(number, ticks)) {
                    worker.store(frame, number, ticks, store);
                }
            } finally {
                av_frame_free(frame);
            }
        }

        @Override
        void left() {
            av_frame_free(frame);
        }
    }

    FullExtraction(
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

    void run(GroupExtraction.ByteCount count) throws IOException {
        AVPacket packet = av_packet_alloc();
        try (DecodeWorker worker = new DecodeWorker(file, request, crop)) {
            boolean keySeen = false;
            boolean failed = false;
            // OpenCV ends a video at the first packet that it cannot decode.
            while (!sampler.finished() && !(failed && sampler.countsAll()) && file.read(packet)) {
                cancellation.check();
                count.read(packet.size());
                keySeen |= (packet.flags() & AV_PKT_FLAG_KEY) != 0;
                int code = worker.decoder.send(packet, false, frame -> sink(frame, worker));
                failed = code < 0;
                // A recording may begin amid a group; what comes before its first key frame is no
                // damage.
                if (code < 0 && (keySeen || sampler.countsAll())) {
                    file.noteDamage(
                            String.format(
                                    Locale.ROOT,
                                    "decoding after %.3f s%s: %s",
                                    endTicks == Long.MIN_VALUE ? 0 : file.seconds(endTicks),
                                    packet.pos() < 0 ? "" : " (byte " + packet.pos() + ")",
                                    Ffmpeg.message(code)),
                            endTicks,
                            packet.pos());
                }
                av_packet_unref(packet);
            }
            if (!(failed && sampler.countsAll())) {
                worker.decoder.send(null, false, frame -> sink(frame, worker));
            }
            sampler.end(endTicks);
        } finally {
            av_packet_free(packet);
        }
    }

    private void sink(AVFrame frame, DecodeWorker worker) throws IOException {
        long ticks = frame.best_effort_timestamp();
        if (ticks == AV_NOPTS_VALUE) {
            ticks = endTicks == Long.MIN_VALUE ? file.start() : endTicks;
        }
        if (Decoder.damaged(frame)) {
            file.noteDamage(
                    String.format(
                            Locale.ROOT, "the picture at %.3f s is damaged", file.seconds(ticks)),
                    ticks,
                    -1);
        }
        endTicks = Math.max(endTicks, ticks + file.durationTicks(frame.duration()));
        if (ticks < lastTicks && !sampler.countsAll()) {
            return;
        }
        lastTicks = ticks;
        sampler.offer(new FrameCandidate(av_frame_clone(frame), ticks, worker));
    }
}
