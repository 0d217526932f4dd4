package org.surgenet.video;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.surgenet.common.Cancellation;
import org.surgenet.common.Rational;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.decode.DecodeSlots;
import org.surgenet.video.decode.FullDecode;
import org.surgenet.video.decode.FullExtraction;
import org.surgenet.video.decode.GroupExtraction;
import org.surgenet.video.decode.SelfCheck;
import org.surgenet.video.naming.VideoInput;
import org.surgenet.video.picture.FrameSink;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;

/**
 * What an extraction will come to, from a look at some of its videos: the lengths that containers
 * say, and short pieces that are extracted without keeping the frames.
 *
 * @param videos all
 * @param seconds of video in all
 * @param frames that come out; NaN, as the next two, where only decoding would tell
 * @param bytes of the image files
 * @param hours of the whole work by the clock
 * @param how the numbers were found, a sentence for the user
 */
public record ExtractionEstimate(
        int videos, double seconds, double frames, double bytes, double hours, String how) {
    /** Containers whose length is read; the others are taken to have as much for their bytes. */
    private static final int LENGTHS = 200;

    /** Videos of which pieces are extracted, and pieces of each. */
    private static final int SAMPLED = 4;

    private static final int PIECES = 2;

    /** Length of a piece, seconds of video. */
    private static final long PIECE = 10;

    /** What comes out of pieces. */
    private static final class Tally implements FrameSink {
        private double seconds;
        private double nanos;
        private long frames;
        private long bytes;
        private int pieces;
        private int videos;

        @Override
        public boolean has(long number, long ticks) {
            return false;
        }

        @Override
        public synchronized void put(
                long number, long ticks, double time, byte[] image, int width, int height) {
            frames++;
            bytes += image.length;
        }

        void add(Tally piece) {
            seconds += piece.seconds;
            nanos += piece.nanos;
            frames += piece.frames;
            bytes += piece.bytes;
            pieces++;
        }
    }

    /**
     * Looks and extrapolates. Time for reading is in it as far as the pieces were read from where
     * the videos lie; time for writing is not.
     *
     * @param request whose output is not touched
     */
    public static ExtractionEstimate of(ExtractionRequest request) throws IOException {
        List<VideoInput> bySize = new ArrayList<>(request.videos());
        bySize.sort(Comparator.comparingLong(VideoInput::bytes).thenComparing(VideoInput::folder));
        double read = 0;
        double readBytes = 0;
        int lengths = 0;
        for (VideoInput video : spread(bySize, LENGTHS)) {
            double length = length(video, request);
            if (!Double.isNaN(length)) {
                read += length;
                readBytes += video.bytes();
                lengths++;
            }
        }
        double all = bySize.stream().mapToLong(VideoInput::bytes).sum();
        double seconds = readBytes == 0 ? Double.NaN : read * all / readBytes;
        if (request.sampling().kind() == Sampling.Kind.SCENES) {
            return withoutDecoding(bySize.size(), lengths, seconds);
        }
        Tally pieces = new Tally();
        for (VideoInput video : spread(bySize, SAMPLED)) {
            sample(video, request, pieces);
        }
        double perSecond = seconds / pieces.seconds;
        double frames = pieces.frames * perSecond;
        return new ExtractionEstimate(
                bySize.size(),
                seconds,
                frames,
                frames * pieces.bytes / pieces.frames,
                pieces.nanos * perSecond / request.jobs() / TimeUnit.HOURS.toNanos(1),
                String.format(
                        Locale.ROOT,
                        "estimated from the lengths that the containers of %d of %d files say,"
                            + " which are not checked, and from %d pieces of up to %d s of %d of"
                            + " them, extracted here in %.1f s on one thread; writing is not in"
                            + " it%s",
                        lengths,
                        bySize.size(),
                        pieces.pieces,
                        PIECE,
                        pieces.videos,
                        pieces.nanos / TimeUnit.SECONDS.toNanos(1),
                        request.skipStatic() ? ", nor is that static frames are left out" : ""));
    }

    /**
     * How many scenes there are only decoding every frame tells, which takes as long as the work.
     */
    private static ExtractionEstimate withoutDecoding(int videos, int lengths, double seconds) {
        return new ExtractionEstimate(
                videos,
                seconds,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                String.format(
                        Locale.ROOT,
                        "by the lengths that the containers of %d of %d files say, which are not"
                                + " checked; how many frames scene-change takes is not estimated,"
                                + " since every frame would have to be decoded for it",
                        lengths,
                        videos));
    }

    /** At most {@code count} of the videos, spread evenly over their order, the last among them. */
    private static List<VideoInput> spread(List<VideoInput> videos, int count) {
        int n = Math.min(count, videos.size());
        List<VideoInput> chosen = new ArrayList<>();
        for (int i = 1; i <= n; i++) {
            chosen.add(videos.get((int) ((long) i * videos.size() / n) - 1));
        }
        return chosen;
    }

    private static VideoFile open(VideoInput video, ExtractionRequest request) throws IOException {
        return VideoFile.open(video.file(), request.stallLimit(), Cancellation.NEVER);
    }

    /** Seconds of the video between start and end; NaN if it cannot be read or does not say. */
    private static double length(VideoInput video, ExtractionRequest request) {
        try (VideoFile file = open(video, request)) {
            return wanted(file, request.sampling());
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    private static double wanted(VideoFile file, Sampling sampling) {
        double from = sampling.start() == null ? 0 : sampling.start().toDouble();
        double to = sampling.end() == null ? Double.MAX_VALUE : sampling.end().toDouble();
        return Math.max(0, Math.min(to, file.duration()) - from);
    }

    private static void sample(VideoInput video, ExtractionRequest request, Tally all) {
        int before = all.pieces;
        for (int i = 0; i < PIECES; i++) {
            try {
                all.add(piece(video, request, (i + 0.5) / PIECES));
            } catch (IOException e) {
                // A damaged one: the others tell.
                continue;
            }
        }
        all.videos += all.pieces > before ? 1 : 0;
    }

    private static Tally piece(VideoInput video, ExtractionRequest request, double place)
            throws IOException {
        long from = firstTick(video, request, place);
        long begin = System.nanoTime();
        if (!request.sampling().needsEveryFrame()) {
            Optional<Tally> tally = byGroups(video, request, place, from, begin);
            if (tally.isPresent()) {
                return tally.get();
            }
            // So will the extraction find out, and take both times.
        }
        try (VideoFile file = open(video, request)) {
            Tally tally = new Tally();
            file.seek(place);
            Sampler sampler = sampler(request, file, from);
            new FullExtraction(file, request.picture(), null, sampler, tally, Cancellation.NEVER)
                    .run(bytes -> {});
            return finished(tally, file, from, begin);
        }
    }

    /** Empty if the video has to be decoded in full. */
    private static Optional<Tally> byGroups(
            VideoInput video, ExtractionRequest request, double place, long from, long begin)
            throws IOException {
        try (VideoFile file = open(video, request);
                DecodeSlots slots = new DecodeSlots(1)) {
            Optional<GroupStarts> starts = GroupStarts.of(file.codec());
            if (starts.isEmpty()) {
                return Optional.empty();
            }
            file.seek(place);
            Sampler sampler = sampler(request, file, from);
            Tally tally = new Tally();
            Optional<FullDecode> refusal =
                    new GroupExtraction(
                                    file,
                                    request.picture(),
                                    null,
                                    sampler,
                                    tally,
                                    slots,
                                    starts.get(),
                                    new SelfCheck(0),
                                    Cancellation.NEVER)
                            .run(bytes -> {});
            return refusal.isPresent()
                    ? Optional.empty()
                    : Optional.of(finished(tally, file, from, begin));
        }
    }

    private static Tally finished(Tally tally, VideoFile file, long from, long begin) {
        tally.nanos = System.nanoTime() - begin;
        tally.seconds = Math.min(PIECE, Math.max(0.04, file.secondsRead() - file.seconds(from)));
        return tally;
    }

    private static Sampler sampler(ExtractionRequest request, VideoFile file, long from)
            throws IOException {
        Rational start = file.timeBase().times(new Rational(from - file.start(), 1));
        Sampling piece =
                sampling(request.sampling(), file, wanted(file, request.sampling()))
                        .between(start, start.plus(new Rational(PIECE, 1)));
        return new Sampler(piece, file.timeBase(), file.start());
    }

    /** The time of the first packet at a place. */
    private static long firstTick(VideoInput video, ExtractionRequest request, double place)
            throws IOException {
        AVPacket packet = avcodec.av_packet_alloc();
        try (VideoFile file = open(video, request)) {
            file.seek(place);
            while (file.read(packet)) {
                long pts = packet.pts();
                avcodec.av_packet_unref(packet);
                if (pts != avutil.AV_NOPTS_VALUE) {
                    return pts;
                }
            }
            return file.start();
        } finally {
            avcodec.av_packet_free(packet);
        }
    }

    /** What chooses as many frames of a piece as the sampling does on the average. */
    private static Sampling sampling(Sampling sampling, VideoFile file, double length)
            throws IOException {
        if (sampling.kind() == Sampling.Kind.TIMES) {
            long inside =
                    sampling.times().stream().filter(t -> t.toDouble() < file.duration()).count();
            return Sampling.rate(
                    new Rational(Math.max(1, inside), Math.max(1, Math.round(length))),
                    sampling.rule());
        }
        return sampling.at(file.averageRate());
    }
}
