package org.surgenet.frames;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.common.UserPaths;

/** Turns the text of a list into paths. */
final class FramePaths {
    private FramePaths() {}

    /**
     * A manifest's path, resolved against the manifest's folder.
     *
     * @throws UserException if it is empty, absolute or has a {@code ..}: a manifest may come from
     *     somebody else and speaks of its own folder only
     */
    static Path inside(CsvTable.Row row, String column) {
        String text = row.get(column);
        Path path = parse(text, row.file(), row.line());
        boolean leaves = path.isAbsolute() || text.startsWith("\\") || text.matches("[A-Za-z]:.*");
        for (Path part : path) {
            leaves |= part.toString().equals("..");
        }
        if (leaves) {
            throw row.error(
                    column,
                    "leaves the manifest's folder; paths in a frames.csv are relative to it");
        }
        return folder(row.file()).resolve(path);
    }

    /**
     * A path of a list that the user made: relative to the list's folder, absolute, or, with a
     * leading {@code ~}, below the home folder.
     */
    static Path beside(String text, Path list, long line) {
        try {
            return UserPaths.in(folder(list), text);
        } catch (UserException e) {
            throw new UserException(list + ":" + line + ": " + e.getMessage(), e);
        }
    }

    private static Path folder(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private static Path parse(String text, Path file, long line) {
        if (text.isEmpty()) {
            throw new UserException(file + ":" + line + ": has an empty path");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new UserException(file + ":" + line + ": not a path: " + e.getReason(), e);
        }
    }
}
