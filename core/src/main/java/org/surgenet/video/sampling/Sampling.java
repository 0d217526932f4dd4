package org.surgenet.video.sampling;

import java.io.IOException;
import java.util.List;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;
import org.surgenet.video.picture.ContentChange;

/**
 * Which frames are wanted, by their times since the start of the file.
 *
 * @param kind how the others are to be read
 * @param fps pictures a second, of {@link Kind#RATE}
 * @param every of {@link Kind#EVERY} and {@link Kind#SURGENET}: one in so many frames
 * @param times of {@link Kind#TIMES}, seconds, rising
 * @param rule which frame stands for a time, of {@link Kind#RATE} and {@link Kind#TIMES}
 * @param scenes what a cut is, of {@link Kind#SCENES}; null otherwise
 * @param start frames before this second are left out; null for none
 * @param end frames from this second on are left out; null for none
 */
public record Sampling(
        Kind kind,
        Rational fps,
        long every,
        List<Rational> times,
        Rule rule,
        Scenes scenes,
        Rational start,
        Rational end) {

    /**
     * What counts as a change of scene.
     *
     * @param threshold the score against the frame before from which on it is a cut, above 0: see
     *     {@link ContentChange#score}
     * @param shortest seconds that a scene lasts at least; cuts before that are passed over
     */
    public record Scenes(double threshold, Rational shortest) {
        public Scenes {
            if (!(threshold > 0 && threshold <= 255)) {
                throw new UserException(
                        "scene change threshold " + threshold + " is not above 0 and at most 255");
            }
        }
    }

    /** How frames are chosen. */
    public enum Kind {
        /** By presentation time, at k / fps. */
        RATE,
        /** The first frame and each n-th after it, in the order of presentation. */
        EVERY,
        /** Key frames. */
        KEYFRAMES,
        /** At given times. */
        TIMES,
        /** The first frame and the first one after each change of scene. */
        SCENES,
        /**
         * As SurgeNet's {@code create_SurgeNetXL.py}: of the frames that decode, in the order in
         * which they come out, the first and each n-th after it, where n is the frame rate as
         * OpenCV tells it without its fraction.
         */
        SURGENET
    }

    /**
     * Which frame stands for a time. A frame is taken at most once, even if it stands for several
     * times.
     */
    public enum Rule {
        /**
         * As ffmpeg's {@code fps} filter: times are rounded to multiples of 1 / fps, halves up, and
         * the last frame that rounds to k / fps or below stands for it; a moment at the end that is
         * XX
         */
        NEAREST,
        /** The first frame that is not before the time; of a list of times as above. */
        FIRST
    }

    public Sampling {
        times = List.copyOf(times);
        if (kind == Kind.RATE && fps.compareTo(Rational.ZERO) <= 0) {
            throw new UserException("fps " + fps + " is not above 0");
        }
        if (kind == Kind.EVERY && every < 1) {
            throw new UserException("every " + every + " is not at least 1");
        }
        if (kind == Kind.TIMES && times.isEmpty()) {
            throw new UserException("the list of times is empty");
        }
        if (start != null && end != null && start.compareTo(end) >= 0) {
            throw new UserException("start " + start + " is not before end " + end);
        }
    }

    /** At a rate, from the beginning to the end. */
    public static Sampling rate(Rational fps, Rule rule) {
        return new Sampling(Kind.RATE, fps, 1, List.of(), rule, null, null, null);
    }

    public static Sampling every(long n) {
        return new Sampling(Kind.EVERY, Rational.ONE, n, List.of(), Rule.NEAREST, null, null, null);
    }

    public static Sampling keyframes() {
        return new Sampling(
                Kind.KEYFRAMES, Rational.ONE, 1, List.of(), Rule.NEAREST, null, null, null);
    }

    /** As {@link Kind#SCENES}. */
    public static Sampling scenes(Scenes scenes) {
        return new Sampling(
                Kind.SCENES, Rational.ONE, 1, List.of(), Rule.NEAREST, scenes, null, null);
    }

    /** As {@link Kind#SURGENET}. */
    public static Sampling surgenet() {
        return new Sampling(
                Kind.SURGENET, Rational.ONE, 1, List.of(), Rule.NEAREST, null, null, null);
    }

    /**
     * The same choice for a video of this average rate.
     *
     * @throws IOException if it needs a whole number of frames a second and the video has none
     */
    public Sampling at(Rational averageRate) throws IOException {
        if (kind != Kind.SURGENET) {
            return this;
        }
        if (averageRate.floor() < 1) {
            throw new IOException(
                    "has " + averageRate + " frames a second, of which SurgeNet's script makes 0");
        }
        return new Sampling(kind, fps, averageRate.floor(), times, rule, scenes, start, end);
    }

    /** At the given times, seconds, in any order. */
    public static Sampling times(List<Rational> times, Rule rule) {
        List<Rational> rising = times.stream().sorted().distinct().toList();
        return new Sampling(Kind.TIMES, Rational.ONE, 1, rising, rule, null, null, null);
    }

    /** Whether the choice depends on frames that are not taken, so that all must be decoded. */
    public boolean needsEveryFrame() {
        return kind == Kind.SURGENET || kind == Kind.SCENES;
    }

    /** The same choice between two times; either may be null for none. */
    public Sampling between(Rational from, Rational to) {
        return new Sampling(kind, fps, every, times, rule, scenes, from, to);
    }

    /** One line that two samplings share only if they choose the same frames. */
    public String fingerprint() {
        String what =
                switch (kind) {
                    case RATE -> "fps=" + fps + " rule=" + rule;
                    case EVERY -> "every=" + every;
                    case KEYFRAMES -> "keyframes";
                    case SURGENET -> "surgenet";
                    case SCENES ->
                            "scenes=" + scenes.threshold() + " shortest=" + scenes.shortest();
                    case TIMES -> "times=" + times + " rule=" + rule;
                };
        return what + " start=" + start + " end=" + end;
    }
}
