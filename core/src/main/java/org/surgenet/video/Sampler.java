package org.surgenet.video;

import java.io.IOException;
import java.util.List;

/**
 * Chooses among a video's frames, given in the order of presentation. It decides on each frame as
 * soon as it can, and on all in their order; it holds one undecided frame at most.
 */
final class Sampler {
    private final Sampling sampling;
    private final Rational timeBase;
    private final long zero;
    private final Rational rate;
    private final long fromTicks;
    private final long toTicks;
    private Candidate previous;
    private boolean previousWanted;
    private long nextSlot = Long.MIN_VALUE;
    private long seen;
    private int nextTime;
    private long taken;
    private boolean finished;

    /**
     * @param timeBase seconds of one of the stream's ticks
     * @param zero the tick of time zero
     */
    Sampler(Sampling sampling, Rational timeBase, long zero) {
        this.sampling = sampling;
        this.timeBase = timeBase;
        this.zero = zero;
        this.rate = timeBase.times(sampling.fps());
        this.fromTicks = sampling.start() == null ? Long.MIN_VALUE : ticks(sampling.start());
        this.toTicks = sampling.end() == null ? Long.MAX_VALUE : ticks(sampling.end());
    }

    /** The first tick that is not before a time. */
    private long ticks(Rational seconds) {
        return zero + seconds.dividedBy(timeBase).ceil();
    }

    void offer(Candidate next) throws IOException {
        long index = seen++;
        if (next.ticks >= toTicks) {
            finished = true;
        }
        if (next.ticks < fromTicks || next.ticks >= toTicks) {
            next.left();
            return;
        }
        switch (sampling.kind()) {
            case RATE -> {
                if (sampling.rule() == Sampling.Rule.NEAREST) {
                    nearest(next);
                } else {
                    first(next);
                }
            }
            case EVERY, SURGENET -> decide(next, index % sampling.every() == 0);
            case KEYFRAMES -> decide(next, next.key);
            case TIMES -> atTimes(next);
        }
    }

    /** As vf_fps.c: a frame is put out when its successor rounds to a later slot. */
    private void nearest(Candidate next) throws IOException {
        if (previous == null) {
            previous = next;
            return;
        }
        if (nextSlot == Long.MIN_VALUE) {
            nextSlot = slot(previous.ticks);
        }
        long slot = slot(next.ticks);
        decide(previous, slot > nextSlot);
        nextSlot = Math.max(nextSlot, slot);
        previous = next;
    }

    private long slot(long ticks) {
        return rate.timesRound(ticks - zero);
    }

    private void first(Candidate next) throws IOException {
        long slot = rate.timesFloor(next.ticks - zero);
        boolean wanted = slot >= Math.max(0, nextSlot);
        if (wanted) {
            nextSlot = slot + 1;
        }
        decide(next, wanted);
    }

    private void atTimes(Candidate next) throws IOException {
        List<Rational> times = sampling.times();
        boolean wanted = false;
        boolean nearest = sampling.rule() == Sampling.Rule.NEAREST;
        Rational time = time(next.ticks);
        while (nextTime < times.size() && times.get(nextTime).compareTo(time) <= 0) {
            Rational at = times.get(nextTime++);
            boolean earlier =
                    nearest
                            && previous != null
                            && at.minus(time(previous.ticks)).compareTo(time.minus(at)) < 0;
            previousWanted |= earlier;
            wanted |= !earlier;
        }
        if (previous != null) {
            decide(previous, previousWanted);
        }
        previous = next;
        previousWanted = wanted;
        finished |= nextTime == times.size() && !wanted;
    }

    private Rational time(long ticks) {
        return timeBase.times(new Rational(ticks - zero, 1));
    }

    /**
     * No frame comes any more: decides on what is left.
     *
     * @param endTicks when the last frame's time is over
     */
    void end(long endTicks) throws IOException {
        if (previous == null) {
            return;
        }
        if (sampling.kind() == Sampling.Kind.RATE) {
            long slot = nextSlot == Long.MIN_VALUE ? slot(previous.ticks) : nextSlot;
            decide(previous, slot(Math.min(endTicks, toTicks)) > slot);
        } else {
            List<Rational> times = sampling.times();
            boolean lastStands =
                    sampling.rule() == Sampling.Rule.NEAREST
                            && nextTime < times.size()
                            && times.get(nextTime).compareTo(time(endTicks)) < 0;
            decide(previous, previousWanted || lastStands);
        }
        previous = null;
    }

    /** True if no later frame can be wanted. */
    boolean finished() {
        return finished;
    }

    /** How many frames were taken so far. */
    long taken() {
        return taken;
    }

    /** True if frames are counted as OpenCV gives them, also those that go back in time. */
    boolean countsAll() {
        return sampling.kind() == Sampling.Kind.SURGENET;
    }

    /** True if the choice depends on how many frames come before. */
    boolean countsFrames() {
        return sampling.kind() == Sampling.Kind.EVERY;
    }

    private void decide(Candidate candidate, boolean wanted) throws IOException {
        if (wanted) {
            candidate.taken(taken++);
        } else {
            candidate.left();
        }
    }
}
