package org.surgenet.video.sampling;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.surgenet.common.Rational;

/**
 * Chooses among a video's frames, given in the order of presentation. It decides on each frame as
 * soon as it can, and on all in their order; it holds one undecided frame at most.
 */
public final class Sampler {
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
    private final List<Rational> times;
    private final List<Rational> without = new ArrayList<>();
    private final List<Rational> early = new ArrayList<>();
    private int nextTime;
    private long taken;
    private boolean finished;
    private final List<Cut> cuts = new ArrayList<>();
    private long passedOver;

    /**
     * A frame taken at the beginning of a scene.
     *
     * @param ticks its time
     * @param score against the frame before; NaN for the first frame
     */
    public record Cut(long ticks, double score) {}

    /**
     * @param timeBase seconds of one of the stream's ticks
     * @param zero the tick of time zero
     */
    public Sampler(Sampling sampling, Rational timeBase, long zero) {
        this.sampling = sampling;
        this.timeBase = timeBase;
        this.zero = zero;
        this.rate = timeBase.times(sampling.fps());
        this.fromTicks = sampling.start() == null ? Long.MIN_VALUE : ticks(sampling.start());
        this.toTicks = sampling.end() == null ? Long.MAX_VALUE : ticks(sampling.end());
        this.times = sampling.times().stream().filter(t -> isBetween(sampling, t)).toList();
        sampling.times().stream().filter(t -> !isBetween(sampling, t)).forEach(without::add);
    }

    private static boolean isBetween(Sampling sampling, Rational time) {
        return (sampling.start() == null || time.compareTo(sampling.start()) >= 0)
                && (sampling.end() == null || time.compareTo(sampling.end()) < 0);
    }

    /** The first tick that is not before a time. */
    private long ticks(Rational seconds) {
        return zero + seconds.dividedBy(timeBase).ceil();
    }

    public void offer(Candidate next) throws IOException {
        long index = seen++;
        if (next.ticks() >= toTicks) {
            finished = true;
        }
        if (next.ticks() < fromTicks || next.ticks() >= toTicks) {
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
            case KEYFRAMES -> decide(next, next.key());
            case TIMES -> atTimes(next);
            case SCENES -> atCuts(next);
        }
    }

    /** As vf_fps.c: a frame is put out when its successor rounds to a later slot. */
    private void nearest(Candidate next) throws IOException {
        if (previous == null) {
            previous = next;
            return;
        }
        if (nextSlot == Long.MIN_VALUE) {
            nextSlot = slot(previous.ticks());
        }
        long slot = slot(next.ticks());
        decide(previous, slot > nextSlot);
        nextSlot = Math.max(nextSlot, slot);
        previous = next;
    }

    private long slot(long ticks) {
        return rate.timesRound(ticks - zero);
    }

    private void first(Candidate next) throws IOException {
        long slot = rate.timesFloor(next.ticks() - zero);
        boolean wanted = slot >= Math.max(0, nextSlot);
        if (wanted) {
            nextSlot = slot + 1;
        }
        decide(next, wanted);
    }

    private void atTimes(Candidate next) throws IOException {
        boolean wanted = false;
        boolean nearest = sampling.rule() == Sampling.Rule.NEAREST;
        Rational time = time(next.ticks());
        settleEarly(next.ticks());
        while (nextTime < times.size() && times.get(nextTime).compareTo(time) <= 0) {
            Rational at = times.get(nextTime++);
            if (previous == null && at.compareTo(time) < 0) {
                early.add(at);
                continue;
            }
            boolean earlier =
                    nearest
                            && previous != null
                            && at.minus(time(previous.ticks())).compareTo(time.minus(at)) < 0;
            previousWanted |= earlier;
            wanted |= !earlier;
        }
        if (previous != null) {
            decide(previous, previousWanted);
        }
        previous = next;
        previousWanted = wanted;
        finished |= nextTime == times.size() && !wanted && early.isEmpty();
    }

    /**
     * Times before the first frame are its own if it is no farther than it lasts.
     *
     * @param until when it is over
     */
    private void settleEarly(long until) {
        if (previous == null) {
            return;
        }
        Rational first = time(previous.ticks());
        Rational length = time(until).minus(first);
        for (Rational at : early) {
            boolean near = first.minus(at).compareTo(length) <= 0;
            previousWanted |= near;
            if (!near) {
                without.add(at);
            }
        }
        early.clear();
    }

    private void atCuts(Candidate next) throws IOException {
        double score = next.change();
        boolean cut = cuts.isEmpty() || score >= sampling.scenes().threshold();
        boolean wanted = cut && (cuts.isEmpty() || next.ticks() >= sceneEnd());
        if (wanted) {
            cuts.add(new Cut(next.ticks(), score));
        } else if (cut) {
            passedOver++;
        }
        decide(next, wanted);
    }

    /** Before this tick the present scene is too short to end. */
    private long sceneEnd() {
        long shortest = sampling.scenes().shortest().dividedBy(timeBase).ceil();
        return cuts.get(cuts.size() - 1).ticks() + shortest;
    }

    private Rational time(long ticks) {
        return timeBase.times(new Rational(ticks - zero, 1));
    }

    /**
     * No frame comes any more: decides on what is left.
     *
     * @param endTicks when the last frame's time is over
     */
    public void end(long endTicks) throws IOException {
        if (previous == null) {
            without.addAll(times.subList(nextTime, times.size()));
            return;
        }
        if (sampling.kind() == Sampling.Kind.RATE) {
            long slot = nextSlot == Long.MIN_VALUE ? slot(previous.ticks()) : nextSlot;
            decide(previous, slot(Math.min(endTicks, toTicks)) > slot);
        } else {
            settleEarly(Math.min(endTicks, toTicks));
            Rational limit = time(Math.min(endTicks, toTicks));
            boolean lastStands = false;
            for (Rational at : times.subList(nextTime, times.size())) {
                boolean stands =
                        sampling.rule() == Sampling.Rule.NEAREST && at.compareTo(limit) < 0;
                lastStands |= stands;
                if (!stands) {
                    without.add(at);
                }
            }
            decide(previous, previousWanted || lastStands);
        }
        previous = null;
    }

    /** The times that no frame stands for, rising; complete once there are no more frames. */
    public List<Rational> without() {
        return without.stream().sorted().toList();
    }

    /** True if no later frame can be wanted. */
    public boolean finished() {
        return finished;
    }

    /** The frames taken so far, where scenes are asked for. */
    public List<Cut> cuts() {
        return List.copyOf(cuts);
    }

    /** How many cuts came too soon after another one. */
    public long passedOver() {
        return passedOver;
    }

    /** How many frames were taken so far. */
    public long taken() {
        return taken;
    }

    /** True if frames are counted as OpenCV gives them, also those that go back in time. */
    public boolean countsAll() {
        return sampling.kind() == Sampling.Kind.SURGENET;
    }

    /** True if the choice depends on how many frames come before. */
    public boolean countsFrames() {
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
