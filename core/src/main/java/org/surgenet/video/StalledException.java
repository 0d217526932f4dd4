package org.surgenet.video;

import java.io.IOException;
import java.time.Duration;

/** A file gives nothing for too long, which may pass: a network's file system that hangs. */
final class StalledException extends IOException {
    private static final long serialVersionUID = 1L;

    StalledException(Duration limit) {
        super("gave nothing for " + limit.toSeconds() + " s; given up, run again to go on");
    }
}
