package org.surgenet.video.codec;

/** A video stream in which it is not certain of what its pictures are made. */
public final class UnclearStreamException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnclearStreamException(String message) {
        super(message, null, false, false);
    }
}
