package org.surgenet.video.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.surgenet.common.Rational;
import org.surgenet.common.UserException;

final class SamplerTest {
    private static final Rational MILLIS = new Rational(1, 1000);

    /** Remembers what was decided on it. */
    private static final class Fake extends Candidate {
        private final List<Long> taken;

        Fake(long ticks, boolean key, List<Long> taken) {
            super(ticks, key);
            this.taken = taken;
        }

        @Override
        public void taken(long number) {
            assertThat(number).isEqualTo(taken.size());
            taken.add(ticks());
        }

        @Override
        public void left() {}
    }

    private static List<Long> sample(Sampling sampling, long zero, long end, long... times)
            throws IOException {
        List<Long> taken = new ArrayList<>();
        Sampler sampler = new Sampler(sampling, MILLIS, zero);
        for (long time : times) {
            sampler.offer(new Fake(time, time % 1000 == 0, taken));
        }
        sampler.end(end);
        return taken;
    }

    private static long[] every40(int frames) {
        return LongStream.range(0, frames).map(i -> 40 * i).toArray();
    }

    private static Sampling rate(String fps, Sampling.Rule rule) {
        return Sampling.rate(Rational.parse(fps, "fps"), rule);
    }

    // Expected values of the nearest rule: ffmpeg 5.1.9 and 8.0.1, showinfo before and after fps.

    @Test
    void nearestTakesTheLastFrameThatRoundsToTheSlot() throws IOException {
        assertThat(sample(rate("1", Sampling.Rule.NEAREST), 0, 3000, every40(75)))
                .containsExactly(480L, 1480L, 2480L);
    }

    @Test
    void nearestLeavesOutAnEndShorterThanHalfASlot() throws IOException {
        assertThat(sample(rate("1", Sampling.Rule.NEAREST), 0, 120, every40(3))).isEmpty();
        assertThat(sample(rate("1", Sampling.Rule.NEAREST), 0, 1400, every40(35)))
                .containsExactly(480L);
        assertThat(sample(rate("1", Sampling.Rule.NEAREST), 0, 1520, every40(38)))
                .containsExactly(480L, 1480L);
    }

    @Test
    void nearestTakesFramesOfASlowVideoOnce() throws IOException {
        assertThat(sample(rate("5", Sampling.Rule.NEAREST), 0, 2000, 0, 500, 1000, 1500))
                .containsExactly(0L, 500L, 1000L, 1500L);
    }

    @Test
    void firstTakesTheFirstFrameNotBeforeEachTime() throws IOException {
        assertThat(sample(rate("1", Sampling.Rule.FIRST), 0, 3000, every40(75)))
                .containsExactly(0L, 1000L, 2000L);
        assertThat(sample(rate("1", Sampling.Rule.FIRST), 0, 5000, 30, 1070, 1110, 3500, 3540))
                .containsExactly(30L, 1070L, 3500L);
        assertThat(sample(rate("1/2", Sampling.Rule.FIRST), 0, 8000, 0, 1000, 2000, 5000, 6000))
                .containsExactly(0L, 2000L, 5000L, 6000L);
    }

    @Test
    void framesBeforeTimeZeroStandForNoTimeUnderFirst() throws IOException {
        assertThat(sample(rate("1", Sampling.Rule.FIRST), 0, 2000, -80, -40, 0, 40))
                .containsExactly(0L);
    }

    @Test
    void timeZeroIsTheContainersStart() throws IOException {
        assertThat(sample(rate("1", Sampling.Rule.FIRST), 1400, 5000, 1400, 2360, 2400, 3500))
                .containsExactly(1400L, 2400L, 3500L);
    }

    @Test
    void startAndEndBoundTheFramesButNotTheTimes() throws IOException {
        Sampling first =
                rate("1", Sampling.Rule.FIRST)
                        .between(Rational.parseTime("0.5", "s"), Rational.parseTime("0:03", "e"));

        assertThat(sample(first, 0, 9000, LongStream.range(0, 90).map(i -> i * 100).toArray()))
                .containsExactly(500L, 1000L, 2000L);
    }

    @Test
    void everyAndKeyFramesCountFrames() throws IOException {
        assertThat(sample(Sampling.every(3), 0, 9999, 0, 10, 20, 30, 40, 55, 70))
                .containsExactly(0L, 30L, 70L);
        assertThat(sample(Sampling.keyframes(), 0, 9999, 0, 10, 1000, 1010, 2000))
                .containsExactly(0L, 1000L, 2000L);
    }

    @Test
    void listOfTimes() throws IOException {
        List<Rational> times =
                List.of(
                        Rational.parse("0.1", "t"),
                        Rational.parse("0.16", "t"),
                        Rational.parse("0.26", "t"),
                        Rational.parse("0.28", "t"),
                        Rational.parse("5", "t"));

        assertThat(sample(Sampling.times(times, Sampling.Rule.NEAREST), 0, 400, 0, 100, 200, 300))
                .containsExactly(100L, 200L, 300L);
        assertThat(sample(Sampling.times(times, Sampling.Rule.FIRST), 0, 400, 0, 100, 200, 300))
                .containsExactly(100L, 200L, 300L);
        assertThat(sample(Sampling.times(times, Sampling.Rule.NEAREST), 0, 9000, 0, 100, 4000))
                .containsExactly(100L, 4000L);
    }

    /** The last frame before --end stands for no time behind --end, however long it is shown. */
    @Test
    void timesFromTheEndOnAreLeftOut() throws IOException {
        Sampling nearest =
                Sampling.times(
                        List.of(Rational.parse("0.29", "t"), Rational.parse("0.36", "t")),
                        Sampling.Rule.NEAREST);
        Sampling before = nearest.between(null, Rational.parse("0.35", "t"));
        Sampling earlier = nearest.between(null, Rational.parse("0.25", "t"));

        assertThat(sample(before, 0, 500, 0, 100, 200, 300, 400)).containsExactly(300L);
        assertThat(sample(earlier, 0, 500, 0, 100, 200, 300, 400)).isEmpty();
    }

    private static List<Rational> without(
            Sampling.Rule rule, String start, String end, List<Long> taken, String... times)
            throws IOException {
        List<Rational> list = new ArrayList<>();
        for (String time : times) {
            list.add(Rational.parse(time, "t"));
        }
        Sampling sampling =
                Sampling.times(list, rule)
                        .between(
                                start == null ? null : Rational.parse(start, "s"),
                                end == null ? null : Rational.parse(end, "e"));
        Sampler sampler = new Sampler(sampling, MILLIS, 0);
        for (long time = 500; time < 900 && !sampler.finished(); time += 100) {
            sampler.offer(new Fake(time, true, taken));
        }
        sampler.end(900);
        return sampler.without();
    }

    /** Frames at 0.5 to 0.8 s, each for 0.1 s. */
    @Test
    void timesThatNoFrameStandsForAreKnown() throws IOException {
        for (Sampling.Rule rule : Sampling.Rule.values()) {
            boolean nearest = rule == Sampling.Rule.NEAREST;
            List<Long> taken = new ArrayList<>();

            assertThat(without(rule, null, null, taken, "0.1", "0.45", "0.6", "0.85", "0.9", "7"))
                    .extracting(Rational::toDouble)
                    .isEqualTo(nearest ? List.of(0.1, 0.9, 7.0) : List.of(0.1, 0.85, 0.9, 7.0));
            assertThat(taken).isEqualTo(nearest ? List.of(500L, 600L, 800L) : List.of(500L, 600L));
            taken.clear();

            assertThat(without(rule, "0.65", "0.75", taken, "0.6", "0.66", "0.75"))
                    .extracting(Rational::toDouble)
                    .containsExactly(0.6, 0.75);
            assertThat(taken).containsExactly(700L);
            taken.clear();

            assertThat(without(rule, "0.85", null, taken, "0.6", "0.85")).hasSize(2);
            assertThat(without(rule, null, null, taken, "0.1")).hasSize(1);
            assertThat(taken).isEmpty();
        }
    }

    @Test
    void impossibleSamplingsAreRefused() {
        assertThatThrownBy(() -> rate("0", Sampling.Rule.FIRST)).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> rate("-1", Sampling.Rule.FIRST)).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> Sampling.every(0)).isInstanceOf(UserException.class);
        assertThatThrownBy(() -> Sampling.keyframes().between(Rational.ONE, Rational.ZERO))
                .isInstanceOf(UserException.class);
    }
}
