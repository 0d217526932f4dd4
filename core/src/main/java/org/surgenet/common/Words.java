package org.surgenet.common;

import java.time.Duration;
import java.util.Locale;

/** Small change of messages. */
public final class Words {
    private Words() {}

    /** {@code 1 video}, {@code 2 videos}; for words whose plural ends in s. */
    public static String counted(long n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }

    /** A time span as in 4.2 s, 3:07 or 2:03:07. */
    public static String clock(long nanos) {
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
