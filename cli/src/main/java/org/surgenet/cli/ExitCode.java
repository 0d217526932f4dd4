package org.surgenet.cli;

/** Exit codes that scripts rely on. */
final class ExitCode {
    static final int DONE = 0;

    /** A user's or data error: one message, no stack trace. */
    static final int USER_ERROR = 1;

    static final int BAD_USAGE = 2;

    /** Done, but some inputs were skipped, each listed with its cause. */
    static final int DONE_WITH_SKIPPED = 3;

    /** A fault of the program, shown with its stack trace. */
    static final int BUG = 70;

    static final int INTERRUPTED = 130;

    private ExitCode() {}
}
