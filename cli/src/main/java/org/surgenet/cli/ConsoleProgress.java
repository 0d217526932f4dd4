package org.surgenet.cli;

import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.surgenet.common.Informing;
import org.surgenet.common.Progress;
import org.surgenet.common.Words;

/**
 * Progress with rate and remaining time: one line that changes on a terminal, a log line now and
 * then elsewhere.
 *
 * <p>Written here rather than taken from a library because the line shares standard error with the
 * log ({@link Console}), and because it needs neither a thread of its own nor a terminal library.
 * What goes wrong in it is a warning and the end of the display, never of the work.
 */
final class ConsoleProgress implements Progress {
    private static final long REDRAW_NANOS = 100_000_000L;

    /** Log lines come after 10 s, then every 10 s for a minute, then every minute. */
    private static final long LOG_NANOS = 10_000_000_000L;

    /** Before, the first units tell more about the start than about the rest. */
    private static final long SETTLED_NANOS = 5_000_000_000L;

    private final Console console;
    private final Consumer<String> log;
    private final LongSupplier nanos;

    /** Called once, when the first task begins that does more than read input. */
    private final Runnable onFirst;

    private final Informing display = new Informing("the progress display");

    private boolean begun;

    ConsoleProgress(Console console, Consumer<String> log, LongSupplier nanos, Runnable onFirst) {
        this.console = console;
        this.log = log;
        this.nanos = nanos;
        this.onFirst = onFirst;
    }

    @Override
    public Task start(String label, String unit, long total) {
        return start(label, unit, total, 0);
    }

    @Override
    public Task start(String label, String unit, long total, long size) {
        synchronized (this) {
            if (!begun && !label.startsWith(READING)) {
                begun = true;
                onFirst.run();
            }
        }
        return new Line(label, unit, total, size);
    }

    private final class Line implements Task {
        private final String label;
        private final String unit;
        private final long total;
        private final long size;
        private final long started = nanos.getAsLong();
        private long done;
        private long skipped;
        private long advanced;
        private String detail = "";
        private long next = started + (console.terminal() ? 0 : LOG_NANOS);
        private boolean closed;

        Line(String label, String unit, long total, long size) {
            this.label = label;
            this.unit = unit;
            this.total = total;
            this.size = size;
        }

        @Override
        public void step(long steps, String newDetail) {
            display.run(
                    () -> {
                        synchronized (this) {
                            done += steps;
                            show(newDetail);
                        }
                    });
        }

        @Override
        public void close() {
            display.run(this::end);
        }

        @Override
        public synchronized void skip(long steps) {
            skipped += steps;
            done += steps;
        }

        @Override
        public void advance(long part, String newDetail) {
            display.run(
                    () -> {
                        synchronized (this) {
                            advanced += part;
                            show(newDetail);
                        }
                    });
        }

        private void show(String newDetail) {
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

        private synchronized void end() {
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
                                done - skipped,
                                unit(done - skipped),
                                Words.clock(now - started),
                                rate(now)));
            }
        }

        private String text(long now) {
            StringBuilder text = new StringBuilder(label).append(": ");
            long all = size > 0 ? size : total;
            long part = size > 0 ? advanced : done;
            if (all > 0) {
                // Whoever has read a file to its end may still have to write what is in it.
                long most = total > 0 && done < total ? 99 : 100;
                text.append(String.format(Locale.ROOT, "%3d%% ", Math.min(most, 100 * part / all)));
            }
            text.append(done);
            if (total > 0) {
                text.append('/').append(total);
            }
            text.append(' ').append(unit(total > 0 ? total : done));
            // Units of different size have no rate that means something.
            if (done > skipped && size == 0) {
                text.append(", ").append(rate(now));
            }
            long fresh = size > 0 ? advanced : done - skipped;
            if (all > part && fresh > 0 && now - started >= SETTLED_NANOS) {
                double left = (double) (now - started) / fresh * (all - part);
                text.append(", ").append(Words.clock((long) left)).append(" left");
            }
            if (!detail.isEmpty()) {
                text.append(", ").append(detail);
            }
            return text.toString();
        }

        /** Units are plurals in s. */
        private String unit(long n) {
            return n == 1 && unit.endsWith("s") ? unit.substring(0, unit.length() - 1) : unit;
        }

        private String rate(long now) {
            double perSecond = (done - skipped) / Math.max(1e-9, (now - started) * 1e-9);
            return perSecond >= 1 || done == skipped
                    ? String.format(Locale.ROOT, "%.1f/s", perSecond)
                    : perSecond >= 0.1
                            ? String.format(Locale.ROOT, "%.1f s each", 1 / perSecond)
                            : Words.clock((long) (1e9 / perSecond)) + " each";
        }
    }
}
