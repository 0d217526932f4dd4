package org.surgenet.common;

/**
 * An error that the user can mend: a wrong path, a damaged file, an impossible setting. The message
 * says in one line what is wrong, where, and what to do next; it is shown without a stack trace and
 * the program exits with 1.
 */
public class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserException(String message) {
        super(message);
    }

    public UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
