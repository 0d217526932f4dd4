package org.surgenet.train;

import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.surgenet.common.Informing;

/**
 * Redraws {@code curves.png} while a run goes on, but not so often that the run would notice: a
 * picture is drawn anew ten seconds after the last one at the earliest, and later where drawing
 * (reading a long log) takes long. A failure to draw ends the drawing, with one warning, and not
 * the run.
 */
final class LiveCurves {
    private static final long INTERVAL_NANOS = 10_000_000_000L;

    /** At most one part in so many of the time goes into drawing. */
    private static final long SHARE = 100;

    private final RunDirectory directory;
    private final Supplier<List<Curves.Panel>> panels;
    private final LongSupplier clock;
    private final Informing drawing = new Informing("curves.png");
    private long next;

    /**
     * @param panels what to draw; nothing is drawn as long as there are none
     */
    public LiveCurves(RunDirectory directory, Supplier<List<Curves.Panel>> panels) {
        this(directory, panels, System::nanoTime);
    }

    /**
     * @param clock nanoseconds that only grow
     */
    LiveCurves(RunDirectory directory, Supplier<List<Curves.Panel>> panels, LongSupplier clock) {
        this.directory = directory;
        this.panels = panels;
        this.clock = clock;
        next = clock.getAsLong() + INTERVAL_NANOS;
    }

    /** Draws if it is time again. */
    public void drawIfDue() {
        if (clock.getAsLong() - next >= 0) {
            draw();
        }
    }

    /** Draws in any case. */
    public void draw() {
        long start = clock.getAsLong();
        List<Curves.Panel> shown = panels.get();
        if (!shown.isEmpty()) {
            drawing.run(() -> Curves.write(directory, shown));
        }
        long end = clock.getAsLong();
        next = end + Math.max(INTERVAL_NANOS, SHARE * (end - start));
    }
}
