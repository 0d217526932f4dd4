package org.surgenet.cli;

import java.util.Optional;
import org.surgenet.common.UserException;

/** Values of options that can be seen to be wrong without a look at any file: bad usage. */
final class OptionValues {
    private OptionValues() {}

    /** Reads or makes something of an option's value. */
    interface Reader {
        /**
         * @throws UserException if the value is wrong
         */
        Object read();
    }

    /** What is wrong with a value; empty if it is {@code right}. */
    static Optional<String> check(String option, Object value, boolean right, String must) {
        return right ? Optional.empty() : Optional.of(option + " " + value + ": must be " + must);
    }

    /** What reading a value says is wrong with it, with the option's name; null is not read. */
    static Optional<String> read(String option, Object value, Reader reader) {
        if (value == null) {
            return Optional.empty();
        }
        try {
            reader.read();
            return Optional.empty();
        } catch (UserException e) {
            String text = e.getMessage();
            return Optional.of(text.contains(option) ? text : option + " " + value + ": " + text);
        }
    }

    /** The message, if there is a contradiction. */
    static Optional<String> contradiction(String message, boolean there) {
        return there ? Optional.of(message) : Optional.empty();
    }

    /** The first that is there. */
    @SafeVarargs
    static Optional<String> firstWrong(Optional<String>... messages) {
        for (Optional<String> message : messages) {
            if (message.isPresent()) {
                return message;
            }
        }
        return Optional.empty();
    }
}
