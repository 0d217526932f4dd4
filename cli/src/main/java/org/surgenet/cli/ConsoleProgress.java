package org.surgenet.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.surgenet.common.Progress;

/**
 * Progress with rate and remaining time: one line that changes on a terminal, a log line now and
 * then elsewhere.
 *
 * <p>Written here rather than taken from a library because the line shares standard error with the
 * log ({@link Console}), and because it needs neither a thread of its own nor a terminal library.
 */
final class ConsoleProgress implements Progress {
    private static final long REDRAW_NANOS = 100_000_000L;

    /** Log lines come after 10 s, then every 10 s for a minute, then every minute. */
    private static final long LOG_NANOS = 10_000_000_000L;

    private final Console console;
    private final Consumer<String> log;
    private final LongSupplier nanos;

    /** Called once, when the first task begins that does more than read input. */
    private final Runnable onFirst;

    private boolean begun;

    ConsoleProgress(Console console, Consumer<String> log, LongSupplier nanos, Runnable onFirst) {
        this.console = console;
        this.log = log;
        this.nanos = nanos;
        this.onFirst = onFirst;
    }

    @Override
    public Task start(String label, String unit, long total) {
        synchronized (this) {
            if (!begun && !label.startsWith(READING)) {
                begun = true;
                onFirst.run();
            }
        }
        return new Line(label, unit, total);
    }

    private final class Line implements Task {
        private final String label;
        private final String unit;
        private final long total;
        private final long started = nanos.getAsLong();
        private long done;
        private String detail = "";
        private long next = started + (console.terminal() ? 0 : LOG_NANOS);
        private boolean closed;

        Line(String label, String unit, long total) {
            this.label = label;
            this.unit = unit;
            this.total = total;
        }

        @Override
        public synchronized void step(long steps, String newDetail) {
            done += steps;
            detail = newDetail;
            long now = nanos.getAsLong();
            if (now < next || closed) {
                return;
            }
            if (console.terminal()) {
                next = now + REDRAW_NANOS;
                console.status(text(now));
            } else {
                next = now + (now - started < 6 * LOG_NANOS ? LOG_NANOS : 6 * LOG_NANOS);
                log.accept(text(now));
            }
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            console.status("");
            long now = nanos.getAsLong();
            // What took no time is not worth a line.
            if (now - started >= 1_000_000_000L) {
                log.accept(
                        String.format(
                                Locale.ROOT,
                                "%s: %d %s in %s (%s)",
                                label,
                                done,
                                unit,
                                duration(now - started),
                                rate(now)));
            }
        }

        private String text(long now) {
            StringBuilder text = new StringBuilder(label).append(": ");
            if (total > 0) {
                text.append(String.format(Locale.ROOT, "%3d%% ", 100 * done / total));
                text.append(done).append('/').append(total);
            } else {
                text.append(done);
            }
            text.append(' ').append(unit).append(", ").append(rate(now));
            if (total > done && done > 0) {
                double left = (double) (now - started) / done * (total - done);
                text.append(", ").append(duration((long) left)).append(" left");
            }
            if (!detail.isEmpty()) {
                text.append(", ").append(detail);
            }
            return text.toString();
        }

        private String rate(long now) {
            double perSecond = done / Math.max(1e-9, (now - started) * 1e-9);
            return perSecond >= 1 || done == 0
                    ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                    : String.format(Locale.ROOT, "%.1f s each", 1 / perSecond);
        }
    }

    /** As in 4.2 s, 3:07 or 2:03:07. */
    static String duration(long nanos) {
        Duration d = Duration.ofNanos(nanos);
        if (d.toSeconds() < 60) {
            return String.format(Locale.ROOT, "%.1f s", nanos * 1e-9);
        }
        return d.toHours() == 0
                ? String.format(Locale.ROOT, "%d:%02d", d.toMinutes(), d.toSecondsPart())
                : String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d",
                        d.toHours(),
                        d.toMinutesPart(),
                        d.toSecondsPart());
    }
}
