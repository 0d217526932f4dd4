package org.surgenet.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.surgenet.common.CsvTable;
import org.surgenet.common.UserException;
import org.surgenet.image.ImageHeader;

/** Looking into folders, for the readers. */
public final class Folders {
    private Folders() {}

    /**
     * The folder, if it is there.
     *
     * @param expected what should be in it, for the message
     */
    public static Path require(Path folder, String expected) {
        if (!Files.exists(folder)) {
            throw new UserException(folder + ": there is no such folder; expected " + expected);
        }
        if (!Files.isDirectory(folder)) {
            throw new UserException(folder + ": is not a folder; expected " + expected);
        }
        return folder;
    }

    /** What lies directly in a folder, sorted, without hidden and unfinished files. */
    public static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(
                            path -> {
                                String name = path.getFileName().toString();
                                return !name.startsWith(".") && !name.endsWith(".part");
                            })
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UserException(folder + ": cannot be listed: " + e.getMessage(), e);
        }
    }

    /** The file's path below {@code root}, with forward slashes. */
    public static String nameBelow(Path root, Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    /**
     * The path in a field of a table that came with the data: below {@code root}, whatever it says.
     *
     * @throws UserException naming file and line if it is empty, absolute or has a {@code ..}
     */
    public static Path inside(Path root, CsvTable.Row row, String column) {
        String text = row.get(column).replace('\\', '/');
        boolean leaves = text.startsWith("/") || text.matches("(?s)[A-Za-z]:.*|(.*/)?\\.\\.(/.*)?");
        if (text.isEmpty() || leaves) {
            throw row.error(
                    column, "is not a path below " + root + ", to which paths are relative");
        }
        try {
            return root.resolve(text).normalize();
        } catch (InvalidPathException e) {
            throw row.error(column, "is not a path: " + e.getReason());
        }
    }

    /** The file's name without its last extension. */
    public static String stem(Path file) {
        String name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    /**
     * Compares the sizes in the two files' headers.
     *
     * @throws UserException if they differ or either is no image
     */
    public static void requireSameSize(Path image, Path mask) {
        ImageHeader picture = ImageHeader.read(image);
        ImageHeader labels = ImageHeader.read(mask);
        if (picture.width() != labels.width() || picture.height() != labels.height()) {
            throw new UserException(
                    mask
                            + ": the mask is "
                            + labels.width()
                            + " x "
                            + labels.height()
                            + " but its image "
                            + image
                            + " is "
                            + picture.width()
                            + " x "
                            + picture.height()
                            + "; both must have the same size");
        }
    }
}
