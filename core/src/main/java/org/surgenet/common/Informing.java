package org.surgenet.common;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that only informs, such as a progress line, a chart or an event file. Its first failure, of
 * whatever kind, switches it off with one warning that names the cause; none reaches the run.
 * Thread-safe.
 */
public final class Informing {
    private static final Logger LOG = LoggerFactory.getLogger(Informing.class);

    private final String what;
    private final AtomicBoolean off = new AtomicBoolean();

    /** What there is to show. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    /**
     * @param what begins the warning, such as "the progress display"
     */
    public Informing(String what) {
        this.what = what;
    }

    /**
     * Does the work, unless earlier work failed.
     *
     * @throws InterruptedRunException if the work was asked to stop: that is no failure
     */
    public void run(Work work) {
        if (off.get()) {
            return;
        }
        try {
            work.run();
        } catch (InterruptedRunException e) {
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            // Errors too: Java2D reports missing fonts as NoClassDefFoundError or InternalError,
            // and what ran out of memory while drawing has let go of it by now.
            if (!off.getAndSet(true)) {
                LOG.warn("{}: switched off, the run goes on: {}", what, cause(e));
                LOG.debug("{}", what, e);
            }
        }
    }

    /** Whether a failure has switched this off. */
    public boolean isOff() {
        return off.get();
    }

    private static String cause(Throwable e) {
        if (e instanceof FileSystemException named && named.getReason() != null) {
            return named.getFile() + ": " + named.getReason();
        }
        return e instanceof UserException ? e.getMessage() : e.toString();
    }
}
