package org.surgenet.task;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Names for files about samples, classes or videos: their own name without separators, with {@code
 * __} for each character that some file system does not take, and without extension. Where two
 * would share a name, also on a file system that ignores case, the later one gets a number: {@code
 * a}, {@code a_2}. A function of the names and their order alone.
 */
public final class FileNames {
    private final Map<String, String> given = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    /** The file's name, without extension, for {@code name}; the same each time it is asked for. */
    public String of(String name) {
        return given.computeIfAbsent(name, this::free);
    }

    private String free(String name) {
        String plain = plain(name);
        String candidate = plain;
        for (int n = 2; !taken.add(candidate.toLowerCase(Locale.ROOT)); n++) {
            candidate = plain + "_" + n;
        }
        return candidate;
    }

    /** The name without separators and extension; not unique. */
    public static String plain(String name) {
        int dot = name.lastIndexOf('.');
        String stem = dot > name.lastIndexOf('/') ? name.substring(0, dot) : name;
        return stem.replaceAll("[^A-Za-z0-9._-]", "__");
    }
}
