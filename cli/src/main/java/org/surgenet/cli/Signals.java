package org.surgenet.cli;

import java.io.PrintWriter;
import org.surgenet.common.Cancellation;
import sun.misc.Signal;

/**
 * SIGINT and SIGTERM ask the work to save its state and stop; a second one ends the program at
 * once.
 */
final class Signals implements Cancellation {
    private final PrintWriter err;
    private volatile boolean requested;

    private Signals(PrintWriter err) {
        this.err = err;
    }

    static Signals install(PrintWriter err) {
        Signals signals = new Signals(err);
        for (String name : new String[] {"INT", "TERM"}) {
            try {
                Signal.handle(new Signal(name), signal -> signals.receive());
            } catch (IllegalArgumentException e) {
                // The JVM runs with -Xrs: whoever asked for that handles signals otherwise.
                err.println("surgenet: SIG" + name + " is not handled: " + e.getMessage());
            }
        }
        return signals;
    }

    private void receive() {
        if (requested) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
        }
        requested = true;
        err.println("\nsurgenet: stopping as soon as the state is saved; once more ends at once");
        err.flush();
    }

    @Override
    public boolean requested() {
        return requested;
    }
}
