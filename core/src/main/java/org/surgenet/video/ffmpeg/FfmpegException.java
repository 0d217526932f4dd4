package org.surgenet.video.ffmpeg;

import java.io.IOException;

/** A call to FFmpeg failed; the message says doing what, and why in FFmpeg's words. */
public final class FfmpegException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    FfmpegException(String doing, int code) {
        super(doing + ": " + Ffmpeg.message(code));
        this.code = code;
    }

    /** FFmpeg's negative return code. */
    int code() {
        return code;
    }
}
