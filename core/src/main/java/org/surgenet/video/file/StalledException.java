package org.surgenet.video.file;

import java.io.IOException;
import java.time.Duration;

/** A file gives nothing for too long, which may pass: a network's file system that hangs. */
public final class StalledException extends IOException {
    private static final long serialVersionUID = 1L;

    public StalledException(Duration limit) {
        super(message(limit));
    }

    /** What is told of a file that has given nothing for so long. */
    public static String message(Duration limit) {
        return "gave nothing for " + limit.toSeconds() + " s; given up, run again to go on";
    }
}
