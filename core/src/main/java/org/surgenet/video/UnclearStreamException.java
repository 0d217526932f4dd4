package org.surgenet.video;

/** A video stream in which it is not certain of what its pictures are made. */
final class UnclearStreamException extends Exception {
    private static final long serialVersionUID = 1L;

    UnclearStreamException(String message) {
        super(message, null, false, false);
    }
}
