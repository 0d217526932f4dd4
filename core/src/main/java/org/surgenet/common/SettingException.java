package org.surgenet.common;

/**
 * A setting whose value makes no sense. The setting is named by its key, such as {@code
 * batch-size}; how a user writes it, on a command line or in a file, is known to whoever read it.
 * The message begins with the key.
 */
public final class SettingException extends UserException {
    private static final long serialVersionUID = 1L;

    private final String key;

    private SettingException(Throwable cause, String key, String rest) {
        super(key + rest, cause);
        this.key = key;
    }

    /**
     * About a value: the message is {@code key value: problem}.
     *
     * @param problem what the value must be, or why it cannot be
     */
    public SettingException(String key, Object value, String problem) {
        this((Throwable) null, key, " " + value + ": " + problem);
    }

    /** As {@link #SettingException(String, Object, String)}, with the exception behind it. */
    public SettingException(String key, Object value, String problem, Throwable cause) {
        this(cause, key, " " + value + ": " + problem);
    }

    /**
     * About the setting as such: the message is the key followed by {@code rest}, which brings its
     * own space or colon.
     */
    public static SettingException about(String key, String rest) {
        return new SettingException((Throwable) null, key, rest);
    }

    /** The setting's key. */
    public String key() {
        return key;
    }
}
