package org.surgenet.task.phase;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.surgenet.common.UserException;

/** The phases of one video as intervals, each from its start to before its end. */
final class IntervalPhases implements TimedPhases {
    private static final double MICROSECONDS = 1e6;

    private final TreeMap<Double, Interval> phases = new TreeMap<>();
    private final List<Interval> outside = new ArrayList<>();
    private int outsidePhase = PhaseNames.UNLABELLED;

    /**
     * Times count to the microsecond: others are sums and quotients of decimals, in which the end
     * of one interval may lie a hair behind the start of the next.
     *
     * @param start seconds
     * @param end seconds
     * @param phase index
     * @param place file and line, or another place, for messages
     */
    record Interval(double start, double end, int phase, String place) {
        Interval {
            start = rounded(start);
            end = rounded(end);
        }
    }

    private static double rounded(double seconds) {
        return Math.rint(seconds * MICROSECONDS) / MICROSECONDS;
    }

    /**
     * Adds an interval.
     *
     * @throws UserException if it is empty or overlaps another, naming both places
     */
    void add(Interval interval) {
        requireLength(interval);
        Map.Entry<Double, Interval> before = phases.lowerEntry(interval.end);
        if (before != null && before.getValue().end > interval.start) {
            throw new UserException(
                    interval.place
                            + ": the interval "
                            + text(interval)
                            + " overlaps "
                            + text(before.getValue())
                            + " of "
                            + before.getValue().place);
        }
        phases.put(interval.start, interval);
    }

    /**
     * Marks an interval as outside the body, whatever phase lies below it.
     *
     * @param phase that its frames have instead, or {@link PhaseNames#UNLABELLED}
     */
    void addOutside(Interval interval, int phase) {
        requireLength(interval);
        outside.add(interval);
        outsidePhase = phase;
    }

    private static void requireLength(Interval interval) {
        if (!(interval.end > interval.start)) {
            throw new UserException(
                    interval.place
                            + ": the interval "
                            + text(interval)
                            + " does not end after it starts");
        }
    }

    private static String text(Interval interval) {
        return String.format(Locale.ROOT, "%.3f-%.3f s", interval.start, interval.end);
    }

    /** Whether there is no interval with a phase. */
    boolean isEmpty() {
        return phases.isEmpty();
    }

    @Override
    public OptionalInt at(double time) {
        double seconds = rounded(time);
        Map.Entry<Double, Interval> found = phases.floorEntry(seconds);
        int phase =
                outOfBody(seconds)
                        ? outsidePhase
                        : found == null || seconds >= found.getValue().end
                                ? PhaseNames.UNLABELLED
                                : found.getValue().phase;
        return phase == PhaseNames.UNLABELLED ? OptionalInt.empty() : OptionalInt.of(phase);
    }

    @Override
    public boolean outOfBody(double time) {
        double seconds = rounded(time);
        return outside.stream().anyMatch(i -> seconds >= i.start && seconds < i.end);
    }

    @Override
    public double start() {
        return phases.firstKey();
    }

    @Override
    public double end() {
        return phases.lastEntry().getValue().end;
    }
}
