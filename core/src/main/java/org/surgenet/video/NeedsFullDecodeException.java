package org.surgenet.video;

/** Decoding by groups cannot give the frames of a full decode here: the whole video is decoded. */
final class NeedsFullDecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    NeedsFullDecodeException(String reason) {
        super(reason);
    }
}
