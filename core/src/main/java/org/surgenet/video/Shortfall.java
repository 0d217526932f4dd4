package org.surgenet.video;

import java.util.List;
import java.util.Locale;
import org.surgenet.common.Rational;
import org.surgenet.video.codec.GroupStarts;
import org.surgenet.video.container.VideoFile;
import org.surgenet.video.sampling.Sampler;
import org.surgenet.video.sampling.Sampling;

/** Why the sampling takes no frame of a video, or fewer than were asked for. */
final class Shortfall {
    private static final int TIMES_SHOWN = 10;

    private final Sampling sampling;
    private final Sampler sampler;
    private final VideoFile file;

    /**
     * @param sampler null if decoding has not begun
     * @param file as far as it was read
     */
    Shortfall(Sampling sampling, Sampler sampler, VideoFile file) {
        this.sampling = sampling;
        this.sampler = sampler;
        this.file = file;
    }

    /** Why the sampling takes no frame of a video that is whole. */
    String noFrame() {
        // A video is not read on behind the end; its length is then what the container says.
        double read = file.secondsRead();
        double length =
                sampler != null && !sampler.finished() ? read : Math.max(read, file.duration());
        return String.format(
                Locale.ROOT,
                "%s%s (the video has %.3f s)",
                VideoOutcome.NO_FRAME,
                noFrame(length),
                length);
    }

    private String noFrame(double length) {
        if (sampling.start() != null && sampling.start().toDouble() >= length) {
            return "start " + sampling.start() + " s is beyond its end";
        }
        if (sampling.end() != null
                && sampling.start() != null
                && sampling.end().compareTo(sampling.start()) <= 0) {
            return "end is not after start";
        }
        boolean keyFrames = sampling.kind() == Sampling.Kind.KEYFRAMES;
        if (keyFrames && GroupStarts.of(file.codec()).isEmpty()) {
            return "the decoder of "
                    + file.codecName()
                    + " calls no frame a key frame, and its headers are not read; give every or fps"
                    + " instead";
        }
        String none =
                switch (sampling.kind()) {
                    case RATE -> "none is taken at fps " + sampling.fps();
                    case TIMES -> "none of the times is in it";
                    case KEYFRAMES -> "no key frame is in it";
                    case EVERY, SURGENET, SCENES -> "none decodes";
                };
        return none + beforeEnd(length);
    }

    /** Where the end that was asked for leaves out a part of the video. */
    private String beforeEnd(double length) {
        Rational end = sampling.end();
        return end == null || end.toDouble() >= length ? "" : " before end " + seconds(end);
    }

    /** Which of the times asked for have no frame; empty if all have. */
    String timesWithout() {
        List<Rational> without = sampler == null ? List.of() : sampler.without();
        if (without.isEmpty()) {
            return "";
        }
        List<String> shown = without.stream().limit(TIMES_SHOWN).map(Shortfall::seconds).toList();
        return String.format(
                Locale.ROOT,
                "%s%d of %d times, %s%s",
                VideoOutcome.TIMES,
                without.size(),
                sampling.times().size(),
                String.join(", ", shown),
                without.size() > TIMES_SHOWN ? ", ..." : "");
    }

    private static String seconds(Rational time) {
        return String.format(Locale.ROOT, "%.3f s", time.toDouble());
    }
}
