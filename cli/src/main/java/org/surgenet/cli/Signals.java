package org.surgenet.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.surgenet.common.Cancellation;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGINT and SIGTERM ask the work to save its state and stop; a second one ends the program at
 * once.
 */
final class Signals implements Cancellation {
    private final PrintWriter err;
    private final boolean saves;
    private final Runnable atOnce;
    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    private volatile boolean requested;

    private Signals(PrintWriter err, boolean saves, Runnable atOnce) {
        this.err = err;
        this.saves = saves;
        this.atOnce = atOnce;
    }

    /**
     * @param saves whether the work saves a state to go on from
     * @param atOnce what remains to be done where the program ends without a chance to clean up
     */
    static Signals install(PrintWriter err, boolean saves, Runnable atOnce) {
        Signals signals = new Signals(err, saves, atOnce);
        for (String name : new String[] {"INT", "TERM"}) {
            try {
                Signal signal = new Signal(name);
                signals.before.put(signal, Signal.handle(signal, s -> signals.receive()));
            } catch (IllegalArgumentException e) {
                // The JVM runs with -Xrs: whoever asked for that handles signals otherwise.
                err.println("surgenet: SIG" + name + " is not handled: " + e.getMessage());
            }
        }
        return signals;
    }

    /** Lets signals end the program as they did before: there is no state left to be saved. */
    void uninstall() {
        before.forEach(Signal::handle);
    }

    private void receive() {
        if (requested) {
            try {
                atOnce.run();
            } finally {
                Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
            }
        }
        requested = true;
        err.println(
                "\nsurgenet: stopping "
                        + (saves ? "as soon as the state is saved" : "soon")
                        + "; once more ends at once");
        err.flush();
    }

    @Override
    public boolean requested() {
        return requested;
    }
}
