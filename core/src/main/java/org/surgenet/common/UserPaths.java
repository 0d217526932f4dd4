package org.surgenet.common;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * Paths as people write them: a leading {@code ~} is their home folder. A shell replaces it in
 * {@code --output ~/x} but not in {@code --output=~/x}, in quotes, in configuration files or in
 * lists of files, where it would become a folder called {@code ~}.
 */
public final class UserPaths {
    private UserPaths() {}

    /**
     * The path that {@code text} means.
     *
     * @throws UserException if it is empty, is no path, or begins with another user's {@code ~name}
     */
    public static Path of(String text) {
        try {
            return Path.of(expand(text));
        } catch (InvalidPathException e) {
            throw new UserException("'" + text + "' is not a path: " + e.getReason(), e);
        }
    }

    /**
     * The text with a leading {@code ~} or {@code ~/} replaced by the home folder; for what may be
     * a pattern or a name as well as a path.
     *
     * <p>A {@code ~name} is kept where a file or folder of that name is there, because patterns of
     * a shell give such names.
     *
     * @throws UserException if it is empty, or begins with another user's {@code ~name}
     */
    public static String expand(String text) {
        return expand(text, home());
    }

    /**
     * @param home empty if it is not known
     */
    static String expand(String text, String home) {
        if (text.isEmpty()) {
            throw new UserException("the path is empty");
        }
        if (text.charAt(0) != '~') {
            return text;
        }
        int slash = text.indexOf('/');
        String first = slash < 0 ? text : text.substring(0, slash);
        if (first.length() > 1) {
            if (exists(first)) {
                return text;
            }
            throw new UserException(
                    "'"
                            + text
                            + "': home folders of other users are not looked up; give the full"
                            + " path, or ./"
                            + text
                            + " for a file or folder of this name");
        }
        if (home.isEmpty()) {
            throw new UserException(
                    "'"
                            + text
                            + "': your home folder is not known; set HOME or give the full path");
        }
        String rest = text.substring(first.length());
        return home.endsWith("/") && rest.startsWith("/") ? home + rest.substring(1) : home + rest;
    }

    /**
     * The path that a line of a list means: relative to the list's folder or absolute. One that
     * begins with {@code ~} lies in the home folder, unless it is there beside the list.
     *
     * @param folder the list's; may be empty for the working directory
     * @throws UserException as {@link #of}
     */
    public static Path in(Path folder, String text) {
        if (text.startsWith("~")) {
            try {
                Path beside = folder.resolve(text);
                if (Files.exists(beside)) {
                    return beside;
                }
            } catch (InvalidPathException e) {
                // Told of below, in words.
            }
        }
        return folder.resolve(of(text));
    }

    private static boolean exists(String name) {
        try {
            return Files.exists(Path.of(name));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** As a shell finds it: HOME first, which containers and job systems may have changed. */
    private static String home() {
        String home = System.getenv("HOME");
        if (home == null || home.isEmpty()) {
            home = System.getProperty("user.home", "?");
        }
        // The JDK's word for a user that the system does not know, and the launcher's for a folder
        // that nothing may be written to.
        return home.equals("?") || home.equals("/dev/null") ? "" : home;
    }
}
