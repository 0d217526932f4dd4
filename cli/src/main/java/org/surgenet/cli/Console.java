package org.surgenet.cli;

import java.io.PrintWriter;

/**
 * Standard error, shared by log lines and, on a terminal, one line of progress at the bottom: a log
 * line takes the place of the progress line, which is drawn again below it.
 */
final class Console {
    /** Width to count with where the terminal does not tell its own. */
    private static final int USUAL_WIDTH = 80;

    private final PrintWriter err;
    private final boolean terminal;
    private final int width;
    private String status = "";

    /**
     * @param width columns of the terminal; 0 or less where it does not tell, as one that was made
     *     without a window
     */
    Console(PrintWriter err, boolean terminal, int width) {
        this.err = err;
        this.terminal = terminal;
        this.width = width > 0 ? width : USUAL_WIDTH;
    }

    /**
     * For this process. The launcher says whether standard error is a terminal and how wide; the
     * JVM can only tell for input and output together.
     */
    static Console of(PrintWriter err) {
        boolean terminal =
                !(err instanceof CellLog)
                        && !"dumb".equals(System.getenv("TERM"))
                        && Boolean.parseBoolean(System.getProperty("surgenet.terminal"));
        return new Console(err, terminal, Integer.getInteger("surgenet.columns", 0));
    }

    boolean terminal() {
        return terminal;
    }

    synchronized void line(String text) {
        clear();
        err.println(text);
        draw();
    }

    /** Shows the line of progress, cut to the terminal's width; an empty one takes it away. */
    synchronized void status(String text) {
        if (terminal) {
            clear();
            status = text.length() < width ? text : text.substring(0, width - 1);
            draw();
        }
    }

    private void clear() {
        if (!status.isEmpty()) {
            // Carriage return, then "erase to the end of the line".
            err.print("\r\u001b[K");
        }
    }

    private void draw() {
        if (!status.isEmpty()) {
            err.print(status);
        }
        err.flush();
    }
}
