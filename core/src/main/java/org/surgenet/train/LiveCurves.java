package org.surgenet.train;

import java.io.IOException;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Redraws {@code curves.png} while a run goes on, but not so often that the run would notice: a
 * picture is drawn anew ten seconds after the last one at the earliest, and later where drawing
 * (reading a long log) takes long.
 */
public final class LiveCurves {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    /** At most one part in so many of the time goes into drawing. */
    private static final long SHARE = 100;

    private final RunDirectory directory;
    private final List<Curves.Panel> panels;
    private final LongSupplier clock;
    private long next;

    public LiveCurves(RunDirectory directory, List<Curves.Panel> panels) {
        this(directory, panels, System::nanoTime);
    }

    /**
     * @param clock nanoseconds that only grow
     */
    LiveCurves(RunDirectory directory, List<Curves.Panel> panels, LongSupplier clock) {
        this.directory = directory;
        this.panels = List.copyOf(panels);
        this.clock = clock;
        next = clock.getAsLong() + INTERVAL_NANOS;
    }

    /** Draws if it is time again. */
    public void drawIfDue() throws IOException {
        if (clock.getAsLong() - next >= 0) {
            draw();
        }
    }

    /** Draws in any case. */
    public void draw() throws IOException {
        long start = clock.getAsLong();
        Curves.write(directory, panels);
        long end = clock.getAsLong();
        next = end + Math.max(INTERVAL_NANOS, SHARE * (end - start));
    }
}
