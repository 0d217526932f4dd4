package org.surgenet.common;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/**
 * Which files of a result are not there. A run is complete if all its files are, not only the one
 * that is written last: others may have been deleted since, by a person or by {@code make}.
 */
public final class Missing {
    private Missing() {}

    /**
     * Those of {@code files} that are missing or empty; none of a result's files is empty.
     *
     * @param folder that the names start from
     */
    public static List<String> of(Path folder, Collection<String> files) {
        return files.stream().filter(file -> isMissing(folder.resolve(file))).toList();
    }

    /** Whether a file is missing or empty. */
    public static boolean isMissing(Path file) {
        try {
            return !Files.isRegularFile(file) || Files.size(file) == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** "a.csv is missing", or "a.csv and 3 others are missing", for messages. */
    public static String shown(List<String> missing) {
        int others = missing.size() - 1;
        return missing.get(0)
                + (others == 0
                        ? " is missing"
                        : " and " + Words.counted(others, "other") + " are missing");
    }
}
