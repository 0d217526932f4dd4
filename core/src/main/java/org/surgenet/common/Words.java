package org.surgenet.common;

/** Small change of messages. */
public final class Words {
    private Words() {}

    /** {@code 1 video}, {@code 2 videos}; for words whose plural ends in s. */
    public static String counted(long n, String thing) {
        return n + " " + thing + (n == 1 ? "" : "s");
    }
}
