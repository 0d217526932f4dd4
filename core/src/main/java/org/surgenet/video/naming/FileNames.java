package org.surgenet.video.naming;

import java.nio.charset.StandardCharsets;
import org.surgenet.common.Hashes;

/** Names for files and folders that every usual file system can hold. */
public final class FileNames {
    /** Bytes of a name in UTF-8; file systems take 255, and frames add a number and a suffix. */
    private static final int MAX_BYTES = 180;

    private static final int HASH = 8;

    private FileNames() {}

    /**
     * One name of a path, without what breaks lists, terminals, Windows or network shares:
     * separators, control characters, {@code <>:"|?*}, and dots or spaces at the end become {@code
     * _}; a name that is too long is cut and gets a part of its hash.
     */
    public static String safe(String name) {
        String clean = name.replaceAll("[\\p{Cntrl}/\\\\<>:\"|?*]", "_");
        int end = clean.length();
        while (end > 0 && (clean.charAt(end - 1) == '.' || clean.charAt(end - 1) == ' ')) {
            end--;
        }
        clean = clean.substring(0, end) + "_".repeat(clean.length() - end);
        byte[] bytes = clean.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_BYTES) {
            return clean;
        }
        int length = 0;
        int kept = 0;
        while (length < clean.length()) {
            int next = length + Character.charCount(clean.codePointAt(length));
            int size = clean.substring(length, next).getBytes(StandardCharsets.UTF_8).length;
            if (kept + size > MAX_BYTES - HASH - 1) {
                break;
            }
            kept += size;
            length = next;
        }
        return clean.substring(0, length) + "-" + Hashes.sha256(bytes).substring(0, HASH);
    }
}
