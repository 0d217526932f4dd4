package org.surgenet.video.codec;

/**
 * Headers that are damaged, or of a kind that is not followed, so that it is not certain what the
 * pictures refer to. It does not leave the parsers: what they are asked ends in a result, such as
 * {@link Unclear}.
 */
public final class UnclearStreamException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnclearStreamException(String message) {
        super(message, null, false, false);
    }
}
